"""A network that wants traffic for itself: DHCP routes by way of an attacker, inner prefixes claimed, a preferred second router."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from ipaddress import IPv6Network

from lab.plan import Host, Leg
from lab.record import Event
from lab.verify.marks import CheckError
from lab.verify.rogue_router import ADDRESS, advertisement, sending
from lab.verify.session import LabSession
from lab.verify.tunnel_events import FUNCTIONS, MARK, SERVICE

_MORE = "/etc/sanso/home_router/more/lure.conf"
_ATTACKER, _CLAIMED = 66, 0x666  # host numbers


class Lure:
    """One network's offer to one terminal. `targets`: addresses that it claims to be on the way to; `inner`: to be itself."""

    def __init__(
        self,
        session: LabSession,
        router: Host,
        terminal: Host,
        outer: Leg,
        *,
        targets: Sequence[str],
        inner: Sequence[str],
    ) -> None:
        self._router, self._terminal, self._outer = session.channel(router.name), session.channel(terminal.name), outer
        self._name = terminal.name
        network = next(one.network for one in outer.addresses if one.version == 4)  # noqa: PLR2004
        own = next(str(one.ip) for leg in router.legs for one in leg.addresses if one.ip in network)
        self._attacker = str(network[_ATTACKER])
        self._four = [one for one in targets if ":" not in one]
        self._six = [
            f"{one.rpartition('::')[0]}::" for one in inner if ":" in one
        ]  # the /64 that a router would announce
        self._ways = [IPv6Network(f"{prefix}/64") for prefix in self._six]
        routes = ",".join(f"{one}/32,{self._attacker}" for one in self._four) + f",0.0.0.0/0,{own}"
        self._lines = [f"dhcp-option={option},{routes}" for option in (121, 249)]
        self._lines += [f"dhcp-range={prefix},ra-only" for prefix in self._six]

    def laid(self) -> Event:
        """Offer it and wait until the terminal's own routes follow. The event's words are those routes."""
        text = shlex.quote("\n".join(self._lines) + "\n")
        claim = "; ".join(
            f"ip address add {prefix}{_CLAIMED:x}/64 dev {self._outer.segment} nodad" for prefix in self._six
        )
        began, before = self._routes().split("\n", 1)
        self._router.run(f"{claim or ':'}; printf %s {text} > {_MORE} && {SERVICE} restart dnsmasq", timeout=20).check()
        self._announced(advertisement(self._ways))
        there = " && ".join(
            [f"ip route get {one} mark {MARK} | grep -q 'via {self._attacker}'" for one in self._four]
            + [f"ip -6 route show {prefix}/64 dev {self._outer.segment} | grep -q ." for prefix in self._six]
            + [f"ip -6 route show default | grep -q 'via {ADDRESS} .* pref high'"] * bool(self._six)
        )
        line = f"{SERVICE} restart dhclient4 && {FUNCTIONS} lured() {{ {there}; }}; awaited lured && sleep 1"
        taken = self._terminal.run(line, timeout=25).rc == 0
        ended, after = self._routes().split("\n", 1)
        return Event(
            device=self._name,
            what="the network offers routes past the tunnel",
            began_ns=int(began),
            ended_ns=int(ended),
            before=before.replace("\n", " "),
            after=after.replace("\n", " "),
            happened=taken,
        )

    def taken_away(self) -> None:
        """The network is as it was, and the terminal has its own routes again. CheckError if that can't be."""
        claimed = [*(f"{prefix}{_CLAIMED:x}" for prefix in self._six), *[ADDRESS] * bool(self._six)]
        drop = "; ".join(f"ip address del {one}/64 dev {self._outer.segment}" for one in claimed)
        try:
            self._announced(advertisement(self._ways, 0))
        finally:
            self._router.run(f"{drop or ':'}; rm -f {_MORE}; {SERVICE} restart dnsmasq", timeout=20).check()
        routes = [f"ip route del {one}/32 via {self._attacker}" for one in self._four]
        routes += [f"ip -6 route flush {prefix}/64 dev {self._outer.segment}" for prefix in self._six]
        routes += [f"ip -6 route flush via {ADDRESS}"] * bool(self._six)
        line = f"{SERVICE} restart dhclient4; {FUNCTIONS} bound() {{ ip route show default | grep -q {self._outer.segment}; }};"
        line += f" awaited bound; {'; '.join(f'{one} 2>/dev/null' for one in routes)}; ! ip route | grep -q {self._attacker}"
        line += f" && ! ip -6 route | grep -q 'via {ADDRESS} '"
        if self._terminal.run(line, timeout=25).rc:
            raise CheckError(f"{self._name} still has the routes that it was offered: `lab up --fresh`")

    def _announced(self, message: bytes) -> None:
        """A second router, which has the first one's card, tells the link of itself. The first one goes on by its own address."""
        if self._six:
            link = self._outer.segment
            there = f"ip address replace {ADDRESS}/64 dev {link} nodad preferred_lft 0"
            self._router.run(f"{there} && {sending(link)}", stdin=message).check()

    def _routes(self) -> str:
        """The time, and how the terminal would send to the targets if it had no tunnel."""
        ways = [f"ip route get {one} mark {MARK} 2>/dev/null | head -1" for one in self._four]
        ways += ["ip -6 route show default | sed 's/ expires [0-9]*sec//'"] * bool(self._six)
        return self._terminal.run(f"date +%s%N; {'; '.join(ways)}").check().stdout.decode().strip()
