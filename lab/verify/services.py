"""Which services a matrix tries: what somebody would use a hole for."""

from __future__ import annotations

from lab.plan import Protocol

Services = tuple[tuple[Protocol, int | None], ...]  # (transport, port; None for echo)


def _of(protocol: Protocol, *ports: int) -> Services:
    return tuple((protocol, port) for port in ports)


ECHO: Services = ((Protocol.ICMP, None),)
# what a terminal would try first: web, shell, remote desktop, files, names, time, old syslog, echo
REPRESENTATIVE: Services = (
    *_of(Protocol.TCP, 443, 22, 80, 445, 3389, 53),
    *_of(Protocol.UDP, 53, 123, 514),
    *ECHO,
)
# between zones of which none is the municipality's own
CORE = frozenset({"mn", "lg", "in"})  # places
OUTER: Services = (*_of(Protocol.TCP, 443), *_of(Protocol.UDP, 53), *ECHO)
NAMES: Services = _of(Protocol.UDP, 53)
BRIEF: Services = (*_of(Protocol.TCP, 443), *ECHO)
# towards the Internet: web, QUIC, encrypted and plain names, time, echo
PUBLIC: Services = (*_of(Protocol.TCP, 443, 853), *_of(Protocol.UDP, 443, 53, 123), *ECHO)
# screens: RDP, VNC, ICA, PCoIP, SPICE, gateways in a browser (SAN-03)
SCREENS: Services = (*_of(Protocol.TCP, 443, 1494, 2598, 3389, 4172, 5900, 5930),)
# of both: what servers would be joined by for convenience
FAVOURITES: Services = (*_of(Protocol.TCP, 22, 25, 80, 443, 445, 2049, 3389, 5432),)
# files, mail, print, databases, remote administration (SAN-04)
CHANNELS: Services = (
    *_of(Protocol.TCP, 21, 22, 25, 80, 135, 139, 389, 445, 631, 1433, 1521, 2049, 3306, 5432, 5985, 5986, 8080, 9100),
    *_of(Protocol.UDP, 69, 137, 138, 161, 514),
)
