"""A second station on a staff network, let in with a right certificate: it must not reach the first."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface, IPv6Interface

from lab.probe.air.greetings import Neighbour
from lab.record import Verdict
from lab.verdict.isolation import Neighbours, apart
from lab.verify.judge import give_all
from lab.verify.session import LabSession
from lab.verify.wireless.between import interfaces, overheard, party
from lab.verify.wireless.heard import server_of
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station
from lab.verify.wireless.joining import FOLDER, STRANGER, Attempts

LAST = 251  # host number of the second station: nobody else has it
_ASK = "ping -c 3 -i 0.3 -W 2 {address} >/dev/null 2>&1"


class Isolation:
    """The `isolation` fixture: `isolation(network).keeps_stations_apart()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Isolated:
        return Isolated(self._session, self._controls, station)


class Isolated:
    """One staff network with two stations on it."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], station: Station) -> None:
        self._session, self._controls, self._station = session, controls, station

    def keeps_stations_apart(self) -> list[Verdict]:
        """Neither reaches the other; both reach their zone's server, and it gets an answer of both.

        Nor does any frame come from one to the other: to its address, to everybody, ARP, mDNS, IPv6 neighbour discovery.
        """
        first, second = OnAir(self._session, self._station.host.name), OnAir(self._session, STRANGER)
        own = party(self._station)
        mine, six = interfaces(self._station.host)
        near = IPv4Interface(f"{mine.network[LAST]}/{mine.network.prefixlen}")
        near_six = None if six is None else IPv6Interface(f"{six.network[LAST]}/{six.network.prefixlen}")
        server = str(_interface_of(self._session, self._station).ip)
        first.join()
        first.awaits(CONNECTED)
        Attempts(self._session, (), self._station).join_rightly(second)
        try:
            second.run(f"ip address add {near} dev wlan")
            who = Neighbour(STRANGER, second.run("cat /sys/class/net/wlan/address").strip(), str(near.ip),
                            None if near_six is None else str(near_six.ip))  # fmt: skip
            beside = replace(own, who=who)
            asked = {
                f"{first.name} -> {second.name}": (first, str(near.ip)),
                f"{second.name} -> {first.name}": (second, str(mine.ip)),
            }
            answered = tuple(name for name, (who, address) in asked.items() if _answers(who, address))
            served = tuple(who.name for who in (first, second) if _answers(who, server))
            wired = self._session.channel(server_of(self._session.plan, self._station).name)
            told = tuple(
                name for name, address in ((first.name, mine.ip), (second.name, near.ip))
                if wired.run(_ASK.format(address=address), timeout=60).rc == 0
            )  # fmt: skip
            frames = overheard(self._session, [(own, beside), (beside, own)])
        finally:
            second.run(f"/usr/local/sbin/station stop; ip address flush dev wlan; rm -rf {FOLDER}")
        seen = Neighbours(first.name, second.name, answered, tuple(asked), served, told)
        made = [(f"two stations on {self._station.ssid.name}", apart(seen), ()), *frames]
        return give_all(self._session, self._controls, made)


def _answers(who: OnAir, address: str) -> bool:
    return who.channel.run(_ASK.format(address=address), timeout=60).rc == 0


def _interface_of(session: LabSession, station: Station) -> IPv4Interface:
    host = server_of(session.plan, station)
    return next(one for leg in host.legs for one in leg.addresses if isinstance(one, IPv4Interface))
