"""The nftables trace of one router, streamed: which rule of which chain said what about a probe's packet.

The rule that switches tracing on lives in a table with `flags owner`: the kernel removes the table when the `nft` process
that made it ends, so a killed prober leaves nothing behind. nft 1.0.6 prints traces as text only.
"""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import time

from lab.probe.agent.namespace import inside

TABLE = "sanso_probe"
_READY = 5.0  # seconds
_FIRST, _LAST = 61000, 64999
_TOKENS = (
    f"meta l4proto {{ tcp, udp }} th sport {_FIRST}-{_LAST}",
    f"icmp type echo-request icmp id {_FIRST}-{_LAST}",
    f"icmpv6 type echo-request icmpv6 id {_FIRST}-{_LAST}",
)
_STATES = ("new", "established", "related", "invalid", "untracked")
_RULES = [
    f"add table inet {TABLE} {{ flags owner; }}",
    f"add chain inet {TABLE} state",
    *(f"add rule inet {TABLE} state ct state {state} counter" for state in _STATES),
    *(
        line
        for hook in ("prerouting", "output")
        for line in (
            # before connection tracking: switch the trace on; after it: let the trace say what state it found
            f"add chain inet {TABLE} {hook} {{ type filter hook {hook} priority -450; }}",
            f"add chain inet {TABLE} {hook}_state {{ type filter hook {hook} priority -190; }}",
            *(f"add rule inet {TABLE} {hook} {token} meta nftrace set 1" for token in _TOKENS),
            *(f"add rule inet {TABLE} {hook}_state {token} jump state" for token in _TOKENS),
        )
    ),
]
_LINE = re.compile(r"trace id (\w+) (\w+ \S+) (\S+) (packet:|rule|verdict|policy|unknown rule handle) ?(.*)")
_COUNTED = re.compile(r"counter packets \d+ bytes \d+")
_FLOW = re.compile(
    r"ip6? saddr (\S+) ip6? daddr (\S+) .*?(?:(?:tcp|udp) sport (\d+) (?:tcp|udp) dport (\d+)"
    r"|icmp(?:v6)? .*?(?:icmp(?:v6)? id (\d+)|parameter-problem (\d+)))"
)

Flow = tuple[str, int, str, int]


class Tracer:
    """One router's trace. `descriptor` is readable when lines wait."""

    def __init__(self, device: str, namespace: int) -> None:
        self.device = device
        with inside(namespace):
            self._owner = subprocess.Popen(
                ["nft", "-i"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            if self._owner.stdin is None:
                raise RuntimeError("no pipe")
            self._owner.stdin.write("".join(f"{line}\n" for line in _RULES))
            self._owner.stdin.flush()
            self._await_rules()
            # only now: rules that come after the monitor has read the ruleset may show as bare handles
            self._monitor = subprocess.Popen(["nft", "monitor", "trace"], stdout=subprocess.PIPE)
            self._knocker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._knocker.bind(("127.0.0.1", _LAST))
        if self._monitor.stdout is None:
            raise RuntimeError("no pipe")
        self.descriptor = self._monitor.stdout.fileno()
        os.set_blocking(self.descriptor, False)
        self._rest = b""
        self._flows: dict[str, Flow] = {}
        self._await_ready()

    @property
    def alive(self) -> bool:
        """False once tracing has ended: what it then doesn't say means nothing."""
        return self._owner.poll() is None and self._monitor.poll() is None

    def read(self) -> list[tuple[Flow, dict[str, str]]]:
        """The steps that wait, each with the flow of its packet as it entered the router."""
        try:
            while data := os.read(self.descriptor, 1 << 16):
                self._rest += data
        except BlockingIOError:
            pass
        *lines, self._rest = self._rest.split(b"\n")
        found = []
        for line in lines:
            step = self._step(line.decode(errors="replace"))
            if step:
                found.append(step)
        return found

    def close(self) -> None:
        for process in (self._monitor, self._owner):
            process.kill()
            process.wait()
        self._knocker.close()

    def _step(self, line: str) -> tuple[Flow, dict[str, str]] | None:
        match = _LINE.match(line)
        if not match:
            return None
        number, table, chain, kind, rest = match.groups()
        if kind == "packet:":
            flow = _flow(rest)
            if flow and number not in self._flows:
                self._flows[number] = flow
            return None
        flow = self._flows.get(number)
        own = table == f"inet {TABLE}"
        if flow is None or kind == "verdict" or (own and "ct state " not in rest):
            return None
        if kind == "policy":
            rule, verdict = "", rest.strip()
        else:
            rule, _, verdict = rest.rpartition(" (verdict ")
            rule, verdict = _COUNTED.sub("counter", rule).strip(), verdict.rstrip(") ")
            if kind.startswith("unknown"):
                rule = f"handle {rule}"
        step = {"device": self.device, "table": table, "chain": chain, "kind": "policy" if kind == "policy" else "rule"}
        return flow, {**step, "rule": rule, "verdict": verdict}

    def forget(self) -> None:
        """A batch ended: trace ids may be used again for other packets."""
        self._flows.clear()

    def _await_rules(self) -> None:
        """Wait until the kernel has the last rule. RuntimeError, with nft's words, if it never gets it."""
        end = time.monotonic() + _READY
        while time.monotonic() < end and self._owner.poll() is None:
            there = subprocess.run(
                ["nft", "list", "table", "inet", TABLE], capture_output=True, text=True, check=False
            ).stdout
            if there.count("jump state") == 2 * len(_TOKENS):
                return
        self._fail("its rules did not load")

    def _fail(self, what: str) -> None:
        self._owner.kill()
        why = self._owner.communicate()[1].strip()
        raise RuntimeError(f"{self.device}: the nftables trace did not start: {what} {why}".rstrip())

    def _await_ready(self) -> None:
        """Knock on loopback until the trace speaks. RuntimeError, with nft's words, if it doesn't."""
        end = time.monotonic() + _READY
        while time.monotonic() < end and self.alive:
            self._knocker.sendto(b"ready?", ("127.0.0.1", 9))
            if select.select([self.descriptor], [], [], 0.02)[0] and b"trace id" in os.read(self.descriptor, 1 << 16):
                self._drain()
                return
        self._fail("no trace line came")

    def _drain(self) -> None:
        """Throw the knocking away."""
        while select.select([self.descriptor], [], [], 0.03)[0]:
            os.read(self.descriptor, 1 << 16)


def _flow(text: str) -> Flow | None:
    match = _FLOW.search(text)
    if not match:
        return None
    source, target, sport, dport, echo, word = match.groups()
    if word:  # nft prints the same four bytes of an ICMPv6 header, id and sequence, under another name
        echo = str(int(word) >> 16)
    return (source, int(sport or echo), target, int(dport or 0))
