"""My Number work and the air (WLAN-08): no radio, no network that leads there; or a network and all that it rests on."""

from __future__ import annotations

import re
import secrets

from lab.plan import Kind, Plan, Ssid
from lab.record import State, Verdict
from lab.record.outcome import summary
from lab.verdict.conditions import conditions_hold, leads_elsewhere, no_radio, takes_no_class
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.wireless.canaries import address_of, broadcast_of, fly
from lab.verify.wireless.hosts import CONNECTED, POINT, OnAir, on_its_segment, staff
from lab.verify.wireless.joining import servers

PLACE = "mn"
RADIOS = "for one in /sys/class/net/*; do [ ! -e $one/phy80211 ] || echo ${one##*/}; done"
CONFIGURATION = "/etc/sanso/radius_server/radiusd.conf"
_TAKEN = re.compile(r"^\s*(?:if|elsif) \(.*&control:Tmp-String-1 ==", re.MULTILINE)
_TAKES = re.compile(r'&control:Tmp-String-2 == "([^"]+)" && &control:Tmp-String-1 == "([^"]+)"')


def my_number_hosts(plan: Plan) -> list[str]:
    """Wired hosts of the zone, where the plan has wireless LAN at all."""
    return [one.name for one in plan.hosts if plan.air and plan.place(one.zone) == PLACE and one.kind is Kind.ENDPOINT]


def my_number_networks(plan: Plan) -> list[Ssid]:
    """Wireless networks of the zone."""
    return [one for one in (plan.air.ssids if plan.air else ()) if plan.place(one.zone) == PLACE]


class MyNumber:
    """The `my_number_air` fixture: `my_number_air.has_no_radio("mn-app")`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def has_no_radio(self, host: str) -> list[Verdict]:
        """The kernel knows no 802.11 interface of this host, asked as the access point is, which has some."""
        point = OnAir(self._session, POINT)
        judgement = no_radio(host, self._radios(host), elsewhere=point.run(RADIOS).split())
        return give_all(self._session, self._controls, [(f"802.11 interfaces of {host}", judgement, ())])

    def is_reached_by_no_network(self) -> list[Verdict]:
        """What stations send, to everybody on their segment and to every My Number host, is seen in no segment of the zone."""
        plan, judged = self._session.plan, []
        segments = {one.name for one in plan.segments if plan.place(one.zone) == PLACE}
        for one in staff(plan):
            station = OnAir(self._session, one.host.name)
            ways = [broadcast_of(one.host), *(address_of(self._session, host) for host in my_number_hosts(plan))]
            words = [secrets.token_hex(32).encode() for _ in ways]
            station.join()
            station.awaits(CONNECTED)
            self._session.prober.record()
            for word, address in zip(words, ways, strict=True):
                fly(station, word, address)
            own, seen = on_its_segment(plan, one), self._session.prober.recorded(words).seen
            judgement = leads_elsewhere(one.ssid.name, one.host.name, frozenset().union(*seen), own, segments)
            unheard = [address for address, ports in zip(ways, seen, strict=True) if own not in ports]
            if unheard and judgement.state is State.PASS:
                raise CheckError(
                    f"what {one.host.name} sent to {', '.join(unheard)} did not cross the air: nothing is shown"
                )
            judged.append((f"way of {one.ssid.name} to My Number", judgement, ()))
        for server in servers(plan):
            text = self._session.channel(server).run(["cat", CONFIGURATION]).check().stdout.decode()
            taken = _TAKES.findall(text)
            if len(taken) != len(_TAKEN.findall(text)):
                raise CheckError(f"{server} decides about classes in words that this check can't read")
            judgement = takes_no_class(server, taken, PLACE)
            judged.append((f"classes that {server} takes", judgement, ()))
        return give_all(self._session, self._controls, judged)

    def rests_on_what_holds(self, network: Ssid) -> list[Verdict]:
        """Every control that permits it has its verdict in this run, and it is a pass."""
        known = self._session.catalogue.controls
        conditions = tuple(name for control in self._controls for name in known[control].conditions)
        if not conditions:
            raise CheckError(f"the catalogue names no conditions of {', '.join(self._controls)}")
        tested = {name for name in conditions if name in known and known[name].tested}
        judgement = conditions_hold(network.name, conditions, summary(self._session.verdicts), tested)
        return give_all(self._session, self._controls, [(f"conditions of {network.name}", judgement, ())])

    def _radios(self, host: str) -> list[str]:
        return self._session.channel(host).run(RADIOS).check().stdout.decode().split()
