"""A host's side: its interfaces, addresses, routes and sysctls become what the plan says, and nothing else stays."""

from __future__ import annotations

import socket
from ipaddress import ip_interface, ip_network
from pathlib import Path
from typing import Any

from pyroute2 import IPRoute

from lab.engine.helper.fabric import Fabric
from lab.engine.helper.fallback import FALLBACK
from lab.engine.helper.namespace import RefusedError, inside, open_namespace
from lab.engine.helper.offload import switch_off
from lab.engine.helper.policies import accounted_for

_NODAD = 0x02
_UP = 1
_STATIC = 4
_MAIN = 254
_UNICAST = 1
_ANY4 = "0.0.0.0"  # noqa: S104  # the default route's destination, nobody listens here

Message = Any  # pyroute2 ships no types
Route = tuple[str, str, int]  # destination, gateway ("" for none), interface index


class HostSide:
    """One host's namespace, seen from the helper."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.name: str = task["name"]
        self.changed = 0
        self.descriptor = open_namespace(self.name)
        with inside(self.descriptor):
            self.route = IPRoute()  # a socket stays in the namespace where it was made
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def refuse_foreign(self, fabric: Fabric) -> dict[str, Any]:
        """The links of this host by name. RefusedError when one of them is not lo and not this lab's."""
        links: dict[str, Any] = {link.get_attr("IFLA_IFNAME"): link for link in self.route.get_links()}
        wanted = {leg["segment"] for leg in self.task["legs"]}
        for name, link in links.items():
            if name == "lo" or name in self.task["tunnels"] or (name in FALLBACK and not link["flags"] & _UP):
                continue
            port = fabric.ports.get(f"{self.name}.{name}")
            if name not in wanted or port is None or link.get_attr("IFLA_LINK") != port["index"]:
                raise RefusedError(f"{self.name}: interface {name} was not made by this lab; the host stays unwired")
        return links

    def lacks_links(self, fabric: Fabric) -> bool:
        """Whether a link has to be made to this host."""
        links = self.refuse_foreign(fabric)
        return any(leg["segment"] not in links for leg in self.task["legs"])

    def set_sysctls(self) -> None:
        """Every sysctl of the plan, in its order, read back."""
        with inside(self.descriptor):
            for key, value in self.task["sysctls"]:
                path = Path("/proc/sys", key)
                if path.read_text().strip() != value:
                    path.write_text(value)
                    self.changed += 1
            for key, value in self.task["sysctls"]:
                if (seen := Path("/proc/sys", key).read_text().strip()) != value:
                    raise RefusedError(f"{self.name}: {key} stays {seen}, it should be {value}")

    def connect(self, fabric: Fabric) -> None:
        """Make the missing links, settle the others, offloads off at both ends."""
        links = self.refuse_foreign(fabric)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
            for leg in self.task["legs"]:
                segment, alias = leg["segment"], f"{self.name}.{leg['segment']}"
                if alias in fabric.ports and segment not in links:
                    fabric.drop(alias)
                if alias in fabric.ports:
                    port = fabric.settle(alias, segment)
                else:
                    port = fabric.connect(alias, segment, self.descriptor, leg["mac"])
                switch_off(near, port)
                switch_off(self.socket, segment)

    def configure(self) -> None:
        """Interfaces up with their MAC, exactly the plan's addresses and routes."""
        links = {link.get_attr("IFLA_IFNAME"): link for link in self.route.get_links()}
        index = {name: link["index"] for name, link in links.items()}
        for leg in self.task["legs"]:
            link = links[leg["segment"]]
            if link.get_attr("IFLA_ADDRESS") != leg["mac"]:
                self.route.link("set", index=link["index"], address=leg["mac"])
                self.changed += 1
            if not link["flags"] & _UP:
                self.route.link("set", index=link["index"], state="up")
        if not links["lo"]["flags"] & _UP:
            self.route.link("set", index=index["lo"], state="up")
        self._addresses(index)
        self._routes(index)

    def _addresses(self, index: dict[str, int]) -> None:
        """Those of a tunnel are its maker's; those of a dynamic leg come later, from the router there."""
        fixed = [leg for leg in self.task["legs"] if not leg["dynamic"]]
        wanted = {(index[leg["segment"]], str(ip_interface(a))) for leg in fixed for a in leg["addresses"]}
        foreign = {index[name] for name in self._others() if name in index}
        seen = set()
        for message in self.route.get_addr():
            address = f"{message.get_attr('IFA_LOCAL') or message.get_attr('IFA_ADDRESS')}/{message['prefixlen']}"
            if message["index"] in {index["lo"], *foreign} or ip_interface(address).is_link_local:
                continue
            if (message["index"], address) in wanted:
                seen.add((message["index"], address))
            else:
                self._address("del", message["index"], address)
        for at, address in sorted(wanted - seen):
            self._address("add", at, address)

    def _others(self) -> list[str]:
        """Interfaces whose addresses and routes are made by the host's own software."""
        return [*self.task["tunnels"], *(leg["segment"] for leg in self.task["legs"] if leg["dynamic"])]

    def _address(self, command: str, index: int, address: str) -> None:
        host, _, length = address.partition("/")
        more = {"flags": _NODAD} if command == "add" and ":" in host else {}
        self.route.addr(command, index=index, address=host, prefixlen=int(length), **more)
        self.changed += 1

    def _routes(self, index: dict[str, int]) -> None:
        wanted: set[Route] = {(str(ip_network(to)), via, index[leg]) for to, via, leg in self.task["routes"]}
        connected = {
            (str(ip_interface(address).network), "", index[leg["segment"]])
            for leg in self.task["legs"]
            for address in leg["addresses"]
        }
        connected |= {("fe80::/64", "", index[leg["segment"]]) for leg in self.task["legs"]}
        own = {index[name] for name in self._others() if name in index}
        kept = accounted_for(tunnel=bool(self.task["tunnels"]))
        seen: set[Route] = set()
        for family, everywhere in ((socket.AF_INET, _ANY4), (socket.AF_INET6, "::")):
            for message in self.route.get_routes(family=family, table=_MAIN):
                to = f"{message.get_attr('RTA_DST') or everywhere}/{message['dst_len']}"
                route = (to, message.get_attr("RTA_GATEWAY") or "", message.get_attr("RTA_OIF") or 0)
                if route in wanted and message["type"] == _UNICAST:
                    seen.add(route)
                elif route not in connected and route[2] not in own:
                    self._remove(message, route)
        for family in (socket.AF_INET, socket.AF_INET6):
            for rule in self.route.get_rules(family=family):
                if (priority := rule.get_attr("FRA_PRIORITY") or 0) not in kept:
                    self.route.rule("del", family=family, priority=priority)
                    self.changed += 1
        for to, via, at in sorted(wanted - seen):
            self.route.route("add", dst=to, gateway=via, oif=at, proto=_STATIC)
            self.changed += 1

    def _remove(self, message: Message, route: Route) -> None:
        to, via, at = route
        more: dict[str, Any] = {"gateway": via} if via else {}
        if at:
            more["oif"] = at
        self.route.route("del", dst=to, table=_MAIN, type=message["type"], priority=_priority(message), **more)
        self.changed += 1


def _priority(message: Message) -> int:
    return int(message.get_attr("RTA_PRIORITY") or 0)
