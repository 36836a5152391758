"""A client that asks for every channel a desktop's door knows, and for one that nobody's does.

FreeRDP has no plug-in for some of xrdp's channels. In a copy of its library two plug-ins of no use here, that say nothing
before they are told to, bear their names: the server can't tell. `rdp2tcp` is in no list: it stands for what somebody invents.
"""

from __future__ import annotations

FOLDER = "/var/tmp/sanso-channels"  # noqa: S108 - on the host where the client runs; a library of /run may not be executed
MAKE = (  # a name is overwritten in its length, a shorter one ends earlier
    f"umask 077; mkdir -p {FOLDER} && LC_ALL=C sed -e 's/encomsp/xrdpvr\\x00/g' -e 's/remdesk/tcutils/g'"
    f" /usr/lib/*/libfreerdp-client2.so.2 > {FOLDER}/libfreerdp-client2.so.2"
)
OPTIONS = ("/vc:rail", "/vc:xrdpvr", "/vc:tcutils", "/rdp2tcp:/bin/cat")
