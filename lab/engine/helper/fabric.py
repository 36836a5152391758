"""The fabric's side: one bridge per segment, one port per leg; a port's alias HOST.SEGMENT is its name for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyroute2 import IPRoute

_UP = 1

Link = Any  # pyroute2 ships no types


class Fabric:
    """Bridges and ports in the namespace where this process runs."""

    def __init__(self, route: IPRoute) -> None:
        self.route = route
        self.made = 0
        self.bridges: dict[str, int] = {}
        self.ports: dict[str, Link] = {}  # alias -> link
        self._numbers: set[str] = set()
        for link in route.get_links():
            name = link.get_attr("IFLA_IFNAME")
            self._numbers.add(name)
            kind = _kind(link)
            if kind == "bridge":
                self.bridges[name] = link["index"]
            elif kind == "veth":
                self.ports[link.get_attr("IFLA_IFALIAS") or name] = link

    def ensure_bridges(self, segments: list[str]) -> None:
        """One bridge, up, per segment: no spanning tree, no snooping, no delay."""
        for segment in segments:
            if segment not in self.bridges:
                self.route.link(
                    "add", ifname=segment, kind="bridge", br_stp_state=0, br_forward_delay=0, br_mcast_snooping=0
                )
                self.bridges[segment] = self.route.link_lookup(ifname=segment)[0]
                self._numbers.add(segment)
            self.route.link("set", index=self.bridges[segment], state="up")

    def connect(self, alias: str, segment: str, netns: int, mac: str) -> str:
        """A new link: its far end is `segment` in the namespace `netns`. The name of the near end."""
        port = next(name for number in range(1, 10_000) if (name := f"p{number}") not in self._numbers)
        self._numbers.add(port)
        peer = {"ifname": segment, "net_ns_fd": netns, "address": mac}
        self.route.link("add", ifname=port, kind="veth", peer=peer)
        index = self.route.link_lookup(ifname=port)[0]
        self.route.link("set", index=index, master=self.bridges[segment], state="up", ifalias=alias)
        self.made += 1
        return port

    def settle(self, alias: str, segment: str) -> str:
        """Put an existing port back on its bridge and up; its name."""
        link = self.ports[alias]
        if link.get_attr("IFLA_MASTER") != self.bridges[segment] or not link["flags"] & _UP:
            self.route.link("set", index=link["index"], master=self.bridges[segment], state="up")
            self.made += 1
        return str(link.get_attr("IFLA_IFNAME"))

    def drop_foreign(self, wanted: set[str], spared: str = "") -> None:
        """Remove every port on a bridge that the plan does not have. `spared`: how the names of those that stay begin."""
        for alias in sorted(self.ports.keys() - wanted):
            if spared and alias.startswith(spared):
                continue
            if self.ports[alias].get_attr("IFLA_MASTER") in self.bridges.values():
                self.drop(alias)
                self.made += 1

    def drop(self, alias: str) -> None:
        """Remove a port whose far end is no longer where it should be."""
        self.route.link("del", index=self.ports.pop(alias)["index"])


def set_sysctls(settings: dict[str, str]) -> None:
    """Set those of the fabric's keys that exist."""
    for key, value in settings.items():
        path = Path("/proc/sys", key)
        if path.exists() and path.read_text().strip() != value:
            path.write_text(value)


def _kind(link: Link) -> str:
    info = link.get_attr("IFLA_LINKINFO")
    return str(info.get_attr("IFLA_INFO_KIND")) if info else ""
