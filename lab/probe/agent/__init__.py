"""The prober's agent: runs in a helper container in the fabric's namespace, with NET_RAW, NET_ADMIN and SYS_ADMIN.

The standard library, dnspython, nft and ip of the host image; nothing else of the lab is there. It sends from sockets made
inside the hosts' namespaces, taps every fabric port, and reads each router's nftables trace from the kernel itself. JSON
lines on stdin and stdout; it ends at EOF or at its deadline, and the kernel takes everything it made with it.
"""
