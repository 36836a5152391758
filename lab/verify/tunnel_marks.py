"""Where a terminal's canaries are sent to: whatever a laptop sends by itself or is made to send, and every way past a tunnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.plan import AllowedFlow, Family, Host, Leg, Plan, Protocol
from lab.record import Attempt

WEB, NAMES, NAMES_TLS, ESP, SCREEN, TIME, PORTAL = 443, 53, 853, 4500, 3389, 123, 80
_GROUPS = {  # multicast DNS (RFC 6762), LLMNR (RFC 4795)
    Family.IPV4: (("224.0.0.251", 5353), ("224.0.0.252", 5355)),
    Family.IPV6: (("ff02::fb", 5353), ("ff02::1:3", 5355)),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A host's address and port, and by which kind of packet. `address`: of a group that is nobody's own."""

    host: str
    family: Family
    port: int | None
    protocol: Protocol = Protocol.UDP
    leg: str | None = None
    address: str = ""


class Marks:
    """For one terminal, its gateway and the router of the network that it is in."""

    def __init__(self, plan: Plan, terminal: Host, router: Host, outer: Leg, entry: AllowedFlow) -> None:
        self._plan, self._terminal, self._router, self._outer, self._entry = plan, terminal.name, router, outer, entry
        self.website = next(
            one.name for one in plan.hosts if "web_app" in one.roles and plan.place(one.zone) == "internet"
        )
        self.public = next(host.name for host in plan.hosts if "authority" in host.roles)
        # whom it may talk to through the tunnel
        self.inner = next(one.destination for one in plan.allowed if one.source == terminal.name and not one.anyone)

    def telling(self) -> list[Mark]:
        """The few that tell every way past a tunnel apart, the hole for a captive portal among them."""
        kinds = (Protocol.UDP, Protocol.TCP)
        found = [Mark(self.website, family, WEB, kind) for kind in kinds for family in self._plan.families]
        portal = Mark(self.website, Family.IPV4, PORTAL, Protocol.TCP)
        return [*found, portal, Mark(self.inner, Family.IPV4, SCREEN), self._esp(Family.IPV4)]

    def openings(self, family: Family) -> list[Mark]:
        """TCP to a public host, as a browser does at a captive portal."""
        return [Mark(self.website, family, port, Protocol.TCP) for port in (WEB, PORTAL)]

    def every(self, family: Family) -> list[Mark]:
        """To a public host, to an inner one, to the gateway's own address, to the router of the foreign network."""
        home = Mark(self._router.name, family, NAMES, leg=self._outer.segment)
        return [Mark(self.website, family, WEB), Mark(self.inner, family, SCREEN), self._esp(family), home]

    def by_itself(self, family: Family) -> list[Mark]:
        """What a laptop sends unasked: for the time, to see whether there is a captive portal, for names of neighbours."""
        return [
            Mark(self.public, family, TIME),
            Mark(self.website, family, PORTAL, Protocol.TCP),
            *(self.groups(family) if family is Family.IPV4 else ()),  # of IPv6 a group is tied to a link
        ]

    def groups(self, family: Family) -> list[Mark]:
        """Neighbours asked for names."""
        return [Mark(self._router.name, family, port, address=group) for group, port in _GROUPS[family]]

    def for_names(self, family: Family) -> list[Mark]:
        """The foreign network's resolver and a public one, over UDP, TCP, TLS, QUIC and HTTPS."""
        found: list[Mark] = []
        for host, leg in ((self._router.name, self._outer.segment), (self.public, None)):
            found += [Mark(host, family, NAMES, leg=leg), Mark(host, family, NAMES, Protocol.TCP, leg)]
        for port in (NAMES_TLS, WEB):
            found += [Mark(self.public, family, port, protocol) for protocol in (Protocol.TCP, Protocol.UDP)]
        return [*found, Mark(self.website, family, WEB, Protocol.TCP)]

    def attempt(self, mark: Mark) -> Attempt:
        """Such a packet as the terminal sends it."""
        address = mark.address or str(self._plan.host(mark.host).address(mark.family, mark.leg))
        return Attempt(
            source=self._terminal,
            destination=mark.host,
            address=address,
            family=mark.family,
            protocol=mark.protocol,
            port=mark.port,
        )

    def attempts(self, marks: Sequence[Mark]) -> list[Attempt]:
        """Of each."""
        return [self.attempt(mark) for mark in marks]

    def _esp(self, family: Family) -> Mark:
        """The gateway's own address and port, as a process would that is not the daemon."""
        return Mark(self._entry.destination, family, ESP, leg=self._entry.to_leg)
