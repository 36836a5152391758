"""The nftables trace of one router: which rule of which chain said what about a probe's packet.

The rules that switch tracing on stand in a table with `flags owner`: the kernel removes it when the `nft` that made it
ends, so a killed prober leaves nothing behind. They match the probes' own source ports and echo ids, before connection
tracking; a second look after it asks what tracking took the packet for. Crafted packets are matched by the MAC address of
their cable, whatever they are.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from typing import Any

from lab.probe.agent.frames import ICMP, ICMPV6, TCP, TOKEN, UDP, Key
from lab.probe.agent.intruder import CRAFTING
from lab.probe.agent.namespace import inside
from lab.probe.agent.nfnetlink import Changed, Events, Step
from lab.probe.agent.tracked import tracked

TABLE = "sanso_probe"
FIRST, LAST = 61000, 64999
_OWN = f"inet {TABLE}"
_READY = 5.0  # seconds
_HOOKS = {"prerouting": "in", "output": "out"}
_STATES = ("new", "established", "related", "invalid", "untracked")
_PORTS = f"{{ {FIRST}-{LAST} }}"
_IPV4 = 4
_SHOWN = TOKEN - 4  # bytes of a token that a trace event carries: twenty of the transport header, eight of them its own
_CARDS = f"ff:ff:ff:ff:00:00 == {CRAFTING.hex(':')}:00:00"
_LINE = re.compile(r"^\t\t(?P<text>\S.*?) # handle (?P<handle>\d+)$")


def _rules() -> list[str]:
    lines = [
        f"add table inet {TABLE} {{ flags owner; }}",
        f"add set inet {TABLE} ports {{ type inet_service; flags interval; elements = {_PORTS}; }}",
        f"add chain inet {TABLE} state",
    ]
    lines += [f"add rule inet {TABLE} state ct state {state}" for state in _STATES]
    for hook, name in _HOOKS.items():
        for chain, priority, action in (
            (f"begin_{name}", -350, "meta nftrace set 1"),
            (f"ask_{name}", -190, "jump state"),
        ):
            lines.append(f"add chain inet {TABLE} {chain} {{ type filter hook {hook} priority {priority}; }}")
            if hook == "prerouting":
                lines.append(f"add rule inet {TABLE} {chain} ether saddr & {_CARDS} {action}")
            lines += [
                f"add rule inet {TABLE} {chain} tcp sport @ports tcp flags & (syn | ack) == syn {action}",
                f"add rule inet {TABLE} {chain} udp sport @ports {action}",
                f"add rule inet {TABLE} {chain} icmp type echo-request icmp id {FIRST}-{LAST} {action}",
                f"add rule inet {TABLE} {chain} icmpv6 type echo-request icmpv6 id {FIRST}-{LAST} {action}",
            ]
    return lines


class Tracer:
    """One router's trace. `descriptor` is readable when events wait. `known`: the flows that it tracks before any probe."""

    def __init__(self, device: str, namespace: int) -> None:
        self.device, self._namespace = device, namespace
        with inside(namespace):
            self.known = tracked()
            self._events = Events()
            self._owner = subprocess.Popen(
                ["nft", "-i"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
            )
        self.descriptor = self._events.socket.fileno()
        self._own_commits, self._gone, self.changed = 0, False, False
        self._texts: dict[tuple[str, str, int], str] = {}
        self._keys: dict[int, Key] = {}  # trace id → token, for the running batch
        self._extra: set[int] = set()
        lines = _rules()
        self._say(lines, awaited=sum(line.startswith("add rule") for line in lines), kind="rule")

    @property
    def owner(self) -> int:
        """Readable when the process that holds the table has ended, or complains."""
        assert self._owner.stdout is not None
        return self._owner.stdout.fileno()

    def trouble(self) -> str:
        """Why this trace can't be trusted; "" if it can. Overruns and changes count once, an ended trace for good."""
        if self._gone or self._owner.poll() is not None:
            return f"the nftables trace of {self.device} ended"
        if self._events.overrun:
            self._events.overrun = False
            return f"the nftables trace of {self.device} lost events"
        return f"the ruleset of {self.device} was changed meanwhile" if self.changed else ""

    def begin(self) -> None:
        """A batch begins: what was said before is nobody's."""
        for event in self._events.read():
            self._note(event)
        self.changed, self._events.overrun = False, False
        self._keys.clear()

    def also(self, ports: set[int]) -> None:
        """Trace probes from these source ports too, outside the range."""
        wanted = {port for port in ports if not FIRST <= port <= LAST} - self._extra
        if wanted:
            self._say(
                [f"add element inet {TABLE} ports {{ {', '.join(map(str, sorted(wanted)))} }}"], len(wanted), "element"
            )
            self._extra |= wanted

    def read(self) -> list[tuple[Key, Step]]:
        """The steps that wait, each with the token of its packet."""
        found = []
        for event in self._events.read():
            if isinstance(event, Changed):
                self._note(event)
                continue
            if event.network:  # the kernel gives a trace id anew when a packet's memory is: the headers decide
                self._keys.pop(event.trace, None)
                if (found_key := _key(event)) is not None:
                    self._keys[event.trace] = found_key
            key = self._keys.get(event.trace)
            if key is not None and (event.handle or event.policy):
                found.append((key, event))
        return found

    def told(self, step: Step) -> dict[str, Any] | None:
        """A step as an observation has it; None for the tracing itself. Lists the rules again if it has to."""
        if step.table == _OWN and step.chain != "state":
            return None
        rule = ""
        if not step.policy:
            if (step.table, step.chain, step.handle) not in self._texts:
                self._list_rules()
            rule = self._texts.get((step.table, step.chain, step.handle), "")
        return {
            "device": self.device,
            "table": step.table,
            "chain": step.chain,
            "kind": "policy" if step.policy else "rule",
            "rule": rule,
            "verdict": step.verdict,
            "handle": step.handle or None,
        }

    def close(self) -> None:
        self._owner.kill()
        self._owner.wait()
        self._events.socket.close()

    def _note(self, event: Step | Changed) -> None:
        if not isinstance(event, Changed):
            return
        if event.what == "gone" and event.table == _OWN:
            self._gone = True
        elif event.what == "commit":
            if self._own_commits:
                self._own_commits -= 1
            else:
                self.changed = True
                self._texts.clear()

    def _say(self, lines: list[str], awaited: int, kind: str) -> None:
        """Have nft do it, and wait until the kernel confirms. RuntimeError with nft's words if it doesn't."""
        assert self._owner.stdin is not None
        self._owner.stdin.write("".join(f"{line}\n" for line in lines).encode())
        self._own_commits += len(lines)
        end, complaint = time.monotonic() + _READY, ""
        while (awaited > 0 or self._own_commits > 0) and not complaint:
            left = end - time.monotonic()
            ready = select.select([self.descriptor, self.owner], [], [], max(0.0, left))[0] if left > 0 else []
            if not ready:
                complaint = "the kernel did not confirm it in time"
            elif self.owner in ready:
                complaint = os.read(self.owner, 1 << 16).decode(errors="replace").strip() or "nft ended"
            for event in self._events.read():
                awaited -= isinstance(event, Changed) and (event.what, event.table) == (kind, _OWN)
                self._note(event)
        if complaint:
            self._owner.kill()
            raise RuntimeError(f"{self.device}: the nftables trace did not start: {complaint}")

    def _list_rules(self) -> None:
        with inside(self._namespace):
            listed = subprocess.run(
                ["nft", "-a", "-s", "list", "ruleset"], capture_output=True, check=True, text=True, timeout=_READY
            )
        table = chain = ""
        for line in listed.stdout.splitlines():
            if line.startswith("table "):
                _, family, name, *_ = line.split()
                table = f"{family} {name}"
            elif line.startswith("\tchain "):
                chain = line.split()[1]
            elif match := _LINE.match(line):
                self._texts[table, chain, int(match["handle"])] = match["text"]


def _key(step: Step) -> Key | None:
    """The token of a traced packet, as far as the kernel shows it: a sequence number, or the start of a payload.

    Of a crafted packet it is the identification or flow label, which reassembly keeps.
    """
    network, transport = step.network, step.transport
    if step.link[6:10] == CRAFTING:
        four = network[0] >> 4 == _IPV4
        return "number", int.from_bytes(network[4:6] if four else network[2:4], "big")
    protocol = network[9] if network[0] >> 4 == _IPV4 else network[6]
    if protocol == TCP and len(transport) >= TOKEN:
        return "tcp", int.from_bytes(transport[4:8], "big")
    if protocol == UDP:
        return "udp", transport[8 : 8 + _SHOWN]
    if protocol in {ICMP, ICMPV6}:
        return "icmp", transport[8 : 8 + _SHOWN]
    return None


def shown(key: Key) -> Key:
    """The part of a token that a trace shows."""
    kind, value = key
    return (kind, value[:_SHOWN]) if isinstance(value, bytes) else key
