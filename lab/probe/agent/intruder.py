"""A host that is not in the plan: a network namespace with one cable into a segment's bridge, gone with its descriptor.

It has the addresses it is told to have, one next hop known by MAC address alone, which no router talks it out of, and makes no
noise: no ARP, no neighbour discovery, no multicast. Its packets are its kernel's own, well-formed like any host's; crafted ones
go by another cable, whose MAC address tells them from everything else in a trace.
"""

from __future__ import annotations

import os
import secrets
import select
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from lab.probe.agent import namespace

INTRUDERS = "intruder."  # how the names of their ports in the fabric begin
NIC = "eth0"  # its own end
GROUP = 0x5A000000 | secrets.randbits(24)  # of this process's ports: the kernel takes many away in the time of one
_GATEWAYS = {
    "0.0.0.0/0": "169.254.255.254",
    "::/0": "fe80::feed:1",
}  # stand for the next hop; their MAC address is what counts
_RTNLGRP_LINK = 1
_FORWARDING = "3"  # BR_STATE_FORWARDING
_READY = 5.0  # seconds
_OWN_MAC = bytes((0x02, 0x5A))  # locally administered, unicast; the lab's hosts derive theirs from their names
CRAFTING = bytes((0x02, 0x5C)) + secrets.token_bytes(
    2
)  # how the MAC of a cable for crafted packets starts, in this process
_ETHERTYPES = {4: b"\x08\x00", 6: b"\x86\xdd"}
_SILENCE = """
table inet silence {
    chain out {
        type filter hook output priority 0; policy accept;
        icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } drop
        icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } drop
        meta l4proto igmp drop
    }
    chain in {
        type filter hook input priority 0; policy accept;
        icmpv6 type { nd-router-advert, nd-redirect } drop
        icmp type redirect drop
    }
}
"""


class Intruder:
    """One cable. `next_hop`: MAC address that all its frames go to. `mac`: its own; None: an address nobody has.

    `crafting`: for frames made by hand; it has no addresses then, and its kernel says nothing of its own.
    """

    def __init__(
        self,
        number: int,
        segment: str,
        next_hop: str,
        mac: str | None,
        addresses: Iterable[str],
        *,
        crafting: bool = False,
    ) -> None:
        self.segment, self.port, self.addresses = segment, f"i{number}", set(addresses)
        self._socket: socket.socket | None = None
        self.namespace = namespace.make()
        start = CRAFTING if crafting else _OWN_MAC
        own = mac or (start + secrets.token_bytes(6 - len(start))).hex(":")
        self._link = bytes.fromhex(next_hop.replace(":", "")) + bytes.fromhex(own.replace(":", ""))
        inner = f"/proc/{os.getpid()}/fd/{self.namespace}"
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as changes:
            changes.bind((0, _RTNLGRP_LINK))
            _ip([
                f"link add name {self.port} type veth peer name {NIC} address {own} netns {inner}",
                f"link set {self.port} alias {INTRUDERS}{segment} group {GROUP} master {segment} up",
            ])  # fmt: skip
            try:
                with namespace.inside(self.namespace):
                    _run(["nft", "-f", "-"], _SILENCE)
                    _ip(_plugged(next_hop, self.addresses))
                    if crafting:
                        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
                        self._socket.bind((NIC, 0))
                self._await_forwarding(changes)
            except BaseException:
                self.close()
                raise

    def add(self, addresses: set[str]) -> None:
        """Take these addresses as well."""
        if missing := addresses - self.addresses:
            with namespace.inside(self.namespace):
                _ip([f"addr add {_alone(address)}" for address in sorted(missing)])
            self.addresses |= missing

    def close(self) -> None:
        """Unplug: the cable goes with the port, the namespace with its last descriptor."""
        _ip([f"link del {self.port}"])
        self.drop()

    def drop(self) -> None:
        """Let go of the namespace of a port that is gone."""
        if self._socket is not None:
            self._socket.close()
        os.close(self.namespace)

    @staticmethod
    def close_all(intruders: Iterable[Intruder]) -> None:
        """Unplug all there are."""
        _ip([f"link del group {GROUP}"])
        for intruder in intruders:
            intruder.drop()

    def inject(self, packet: bytes) -> None:
        """Send an IP packet to the next hop as it is. OSError if the cable doesn't take it."""
        if self._socket is None:
            raise OSError("this cable is not for crafted packets")
        self._socket.send(self._link + _ETHERTYPES[packet[0] >> 4] + packet)

    def _await_forwarding(self, changes: socket.socket) -> None:
        """The bridge takes a port into service a moment after its carrier; frames before that are lost."""
        state = Path(f"/sys/class/net/{self.port}/brport/state")
        end = time.monotonic() + _READY
        while state.read_text(encoding="ascii").strip() != _FORWARDING:
            if not select.select([changes], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError(f"the intruder's port on {self.segment} did not come up within {_READY:g} s")
            changes.recv(1 << 16)


def _plugged(next_hop: str, addresses: Iterable[str]) -> list[str]:
    """What happens inside: quiet first, then up, then one way out."""
    lines = ["link set lo up", f"link set {NIC} addrgenmode none", f"link set {NIC} arp off", f"link set {NIC} up"]
    for everything, gateway in _GATEWAYS.items():
        lines.append(f"neigh replace {gateway} lladdr {next_hop} dev {NIC} nud permanent")
        lines.append(f"route add {everything} via {gateway} dev {NIC} onlink")
    return lines + [f"addr add {_alone(address)}" for address in sorted(set(addresses))]


def _alone(address: str) -> str:
    """An address that is nobody's neighbour: everything goes to the next hop."""
    return f"{address}/128 dev {NIC} nodad" if ":" in address else f"{address}/32 dev {NIC}"


def _ip(lines: list[str]) -> None:
    _run(["ip", "-batch", "-"], "\n".join(lines) + "\n")


def _run(argv: list[str], text: str) -> None:
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False, timeout=_READY)
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()}")
