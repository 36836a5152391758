"""Zones and hosts taken away from a base network, and what may not go because others hang on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.topology import FIREWALL, ROUTERS, TRANSIT, Outside, Topology

LOG_STORE = "log-store"
NEEDS = (  # function, one without which its service could be neither made nor judged, why
    ("relay", "portal", "passes on to {gone} what it is asked"),
    ("proxy", "authority", "asks {gone} for the Internet's names"),
    ("proxy", "website", "leads to {gone}"),
)
TELEWORK = (  # function without which telework is none, the control that is about it, what it is for
    ("vpn-gateway", "VPN-01", "without a gateway there is no VPN"),
    ("telework-terminal", "VPN-03", "without a terminal nothing of it can be judged"),
    ("radius-server", "RAD-01", "who may come in is its decision"),
    ("screen-gateway", "TW-05", "it is the one port that terminals reach"),
    ("desktop", "TW-05", "it is all that a terminal may see"),
    ("home-router", "TW-12", "it is the foreign network that terminals are in"),
)


class Removal:
    """A base network losing zones and hosts; what can't go becomes a problem at the place that asks for it."""

    def __init__(self, base: Topology, problems: Problems, *, telework: bool = False) -> None:
        """`telework`: the path is on, so all that it takes has to stay."""
        self._base, self._problems, self._telework = base, problems, telework
        self._zones, self._segments, self._hosts = dict(base.zones), dict(base.segments), dict(base.hosts)
        self._removed: dict[str, Sequence[str | int]] = {}  # host -> where its removal is written

    def without(self, zones: Iterable[str], hosts: Iterable[str]) -> Topology:
        """Take these away, zones first. What the rest can't do without is told as a problem."""
        for index, name in enumerate(zones):
            self._zone(("zones", "remove", index), name)
        for index, name in enumerate(hosts):
            self._host(("hosts", "remove", index), name)
        self._needed()
        if self._telework:
            self._whole()
        return self._base.model_copy(
            update={
                "zones": self._zones,
                "segments": self._segments,
                "hosts": self._hosts,
                "outside": self._outside(),
            }
        )

    def _zone(self, at: Sequence[str | int], name: str) -> None:
        if name == TRANSIT or (name in self._segments and self._segments[name].zone == TRANSIT):
            self._problems.add(
                at,
                f"{name} is the way between firewalls and can't be removed",
                "keep it: every firewall needs a way to the others",
            )
            return
        if name not in self._zones:
            self._problems.add(at, f"unknown zone {shown(name)}", nearest(name, self._zones, what="zones"))
            return
        if any(host.zone == name and host.function == LOG_STORE for host in self._hosts.values()):
            self._problems.add(at, f"LOG-01: {name} holds the log store and can't be removed", "keep it")
            return
        gone = {segment for segment, description in self._segments.items() if description.zone == name}
        del self._zones[name]
        self._segments = {key: value for key, value in self._segments.items() if key not in gone}
        self._removed |= {key: at for key, host in self._hosts.items() if host.zone == name}
        self._hosts = {
            key: host.model_copy(update={"legs": {leg: n for leg, n in host.legs.items() if leg not in gone}})
            for key, host in self._hosts.items()
            if host.zone != name
        }

    def _host(self, at: Sequence[str | int], name: str) -> None:
        host = self._hosts.get(name)
        if host is None:
            self._problems.add(at, f"unknown host {shown(name)}", nearest(name, self._hosts, what="hosts"))
        elif host.function in ROUTERS:
            self._problems.add(
                at,
                f"{name} is a firewall or router and can't be removed",
                "remove the zones behind it (`zones: {remove: [...]}`); the device stays",
            )
        elif host.function == LOG_STORE:
            self._problems.add(at, f"LOG-01: {name} is the log store and can't be removed", "keep it")
        else:
            del self._hosts[name]
            self._removed[name] = at

    def _needed(self) -> None:
        """Of the hosts that stay, each has what it works with."""
        for function, needed, why in NEEDS:
            users = [name for name, host in self._hosts.items() if host.function == function]
            gone = [name for name, host in self._base.hosts.items() if host.function == needed]
            if not users or any(name in self._hosts for name in gone):
                continue
            names, whose = " and ".join(gone), " and ".join(users)
            self._problems.add(
                self._removed[gone[-1]],
                f"{names} can't be removed: {whose} {why.format(gone=names)}",
                f"keep {' or '.join(gone)}, or remove {whose} too",
            )

    def _whole(self) -> None:
        """A path that is on has all of its parts: half of one would be built, and nothing of it judged."""
        for function, control, why in TELEWORK:
            gone = [
                name for name, host in self._base.hosts.items() if host.function == function and name in self._removed
            ]
            if gone and not any(host.function == function for host in self._hosts.values()):
                self._problems.add(
                    self._removed[gone[0]],
                    f"{control}: {gone[0]} can't be removed while `paths` has telework: {why}",
                    f"keep {gone[0]}, or take telework out of `paths`",
                )

    def _outside(self) -> Outside | None:
        """None if the neighbour outside is gone. Then nothing may stay that only it led to."""
        outside = self._base.outside
        if outside is None or outside.neighbour in self._hosts:
            return outside
        legs = {leg for host in self._hosts.values() if host.function == FIREWALL for leg in host.legs}
        stay = sorted({one.zone for name, one in self._segments.items() if name not in legs and one.zone != TRANSIT})
        if stay:
            self._problems.add(
                self._removed[outside.neighbour],
                f"{outside.neighbour} can't be removed: the firewalls send it what is for {' and '.join(stay)}, and "
                "without it such packets would die for want of a way, judged by no rule",
                f"keep {outside.neighbour}, or remove {' and '.join(stay)} too (`zones: {{remove: [...]}}`)",
            )
        return None
