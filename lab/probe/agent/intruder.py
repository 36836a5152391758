"""A short-lived intruder: an empty namespace with one port on a segment, real hosts' addresses, and no noise of its own.

It stands right in front of one device: every destination's neighbour entry is permanent and names that device's MAC
address, so it never asks, and the device sees the packet as if the real source's router had forwarded it.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from ipaddress import ip_address

from pyroute2 import IPRoute

from lab.probe.agent import namespace

_NODAD, _PERMANENT, _LINK_SCOPE = 0x02, 0x80, 253
_FORWARDING = 3  # BR_STATE_FORWARDING
_READY = 5.0  # seconds


class Intruder:
    """One port on `segment` whose frames go to `next_hop`."""

    def __init__(self, segment: str, next_hop: str, mac: str | None) -> None:
        self.segment, self.next_hop = segment, next_hop
        self.namespace = namespace.make()
        self._addresses: set[str] = set()
        self._targets: set[str] = set()
        name = f"i{secrets.token_hex(4)}"
        own = mac or "02:" + ":".join(secrets.token_hex(1) for _ in range(5))
        with IPRoute() as fabric:
            bridges = fabric.link_lookup(ifname=segment)
            if not bridges:
                raise ValueError(f"there is no segment {segment}")
            peer = {"ifname": segment, "net_ns_fd": self.namespace, "address": own}
            fabric.link("add", ifname=name, kind="veth", peer=peer)
            self._port = fabric.link_lookup(ifname=name)[0]
            fabric.link("set", index=self._port, master=bridges[0], ifalias=f"intruder.{segment}", state="up")
        with namespace.inside(self.namespace):
            self._route = IPRoute()
        self._nic = self._route.link_lookup(ifname=segment)[0]
        quiet = {"attrs": [("AF_INET6", {"attrs": [("IFLA_INET6_ADDR_GEN_MODE", 1)]})]}
        self._route.link("set", index=self._nic, IFLA_AF_SPEC=quiet)
        self._route.link("set", index=self._nic, state="up")
        self._await_forwarding()
        for family in (socket.AF_INET, socket.AF_INET6):
            self._route.route("add", family=family, dst="default", oif=self._nic, scope=_LINK_SCOPE)

    def _await_forwarding(self) -> None:
        """The bridge takes a new port into service a moment after its carrier comes up; frames before that are lost."""
        end = time.monotonic() + _READY
        with IPRoute() as fabric:
            while time.monotonic() < end:
                link = fabric.get_links(self._port)[0]
                info = link.get_attr("IFLA_LINKINFO")
                state = info.get_attr("IFLA_INFO_SLAVE_DATA").get_attr("IFLA_BRPORT_STATE") if info else None
                if state == _FORWARDING and link.get_attr("IFLA_OPERSTATE") == "UP":
                    return
        raise TimeoutError(f"the intruder's port on {self.segment} did not come up within {_READY:g} s")

    def prepare(self, source: str, target: str) -> None:
        """Own `source` and know `target` by the next hop's MAC address."""
        family = socket.AF_INET6 if ip_address(source).version == 6 else socket.AF_INET
        if source not in self._addresses:
            flags = {"flags": _NODAD} if family == socket.AF_INET6 else {}
            length = 128 if family == socket.AF_INET6 else 32
            self._route.addr("add", index=self._nic, address=source, prefixlen=length, **flags)
            self._addresses.add(source)
        if target not in self._targets:
            self._route.neigh(
                "replace", ifindex=self._nic, dst=target, lladdr=self.next_hop, state=_PERMANENT, family=family
            )
            self._targets.add(target)

    def close(self) -> None:
        with IPRoute() as fabric:
            fabric.link("del", index=self._port)
        self._route.close()
        os.close(self.namespace)
