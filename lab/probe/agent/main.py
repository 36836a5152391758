"""The agent's loop: one JSON order per line on stdin, one JSON answer per line on stdout."""

from __future__ import annotations

import json
import select
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

from lab.probe.agent import exchange, namespace
from lab.probe.agent.batch import Batch
from lab.probe.agent.intruder import Intruder
from lab.probe.agent.sender import Sender
from lab.probe.agent.tap import Tap
from lab.probe.agent.tracer import Tracer

_FIRST, _LAST = 61000, 64900


class Agent:
    """Tap, traces, senders: everything that ends with this process."""

    def __init__(self, setup: dict[str, Any]) -> None:
        self._hosts = {name: namespace.open_host(name) for name in setup["hosts"]}
        self._tap = Tap()
        self._tracers = [Tracer(device, self._hosts[device]) for device in setup["devices"]]
        self._port = _FIRST

    def observe(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send the attempts at once and tell what was seen of each."""
        intruders: dict[tuple[str, str, str | None], Intruder] = {}
        senders: list[Sender] = []
        try:
            spaces = [self._space(attempt, intruders) for attempt in order["attempts"]]
            if intruders:
                self._tap.refresh()
            payload = bytes.fromhex(order["payload"]) if order.get("payload") else None
            for attempt, space in zip(order["attempts"], spaces, strict=True):
                senders.append(Sender(attempt, space, self._fresh_port(), payload))
            batch = Batch(self._tap, self._tracers, senders)
            told: dict[str, Any] = {"observations": batch.run(order["wait"])}
            if order["op"] == "https":
                told |= self._https(senders[0], order)
            elif order["op"] == "dns":
                told |= self._dns(senders[0])
            return told
        finally:
            for sender in senders:
                sender.close()
            for intruder in intruders.values():
                intruder.close()

    def dns(self, order: dict[str, Any]) -> dict[str, Any]:
        """A query over UDP; its wire format is the token."""
        return self.observe({**order, "payload": exchange.query(order["name"], order["rtype"]).hex()})

    @staticmethod
    def _https(sender: Sender, order: dict[str, Any]) -> dict[str, Any]:
        if sender.answer != "connected":
            return {"ok": False, "detail": {"error": f"no connection: {sender.answer}"}}
        ok, detail = exchange.https(sender.socket, order)
        return {"ok": ok, "detail": detail}

    @staticmethod
    def _dns(sender: Sender) -> dict[str, Any]:
        if not sender.reply and sender.answer == "none" and select.select([sender.socket], [], [], 2.0)[0]:
            sender.ready()
        if not sender.reply:
            return {"ok": False, "detail": {"error": f"no answer: {sender.answer}"}}
        ok, detail = exchange.answer(sender.payload, sender.reply)
        return {"ok": ok, "detail": detail}

    def _space(self, attempt: dict[str, Any], intruders: dict[tuple[str, str, str | None], Intruder]) -> int:
        """The namespace that the attempt is sent from; makes the intruder if it needs one."""
        segment = attempt.get("intruder_segment")
        if not segment:
            return self._hosts[attempt["source"]]
        key = (segment, attempt["intruder_next_hop"], attempt.get("intruder_mac"))
        if key not in intruders:
            intruders[key] = Intruder(*key)
        intruders[key].prepare(attempt["intruder_source"], attempt["address"])
        return intruders[key].namespace

    def _fresh_port(self) -> int:
        self._port = self._port + 1 if self._port < _LAST else _FIRST
        return self._port

    def close(self) -> None:
        for tracer in self._tracers:
            tracer.close()


def _orders(deadline: float) -> Iterator[dict[str, Any]]:
    """Orders until EOF or the deadline."""
    rest = b""
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([sys.stdin.buffer.raw], [], [], left)[0]:
            return
        data = sys.stdin.buffer.raw.read(1 << 16)
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        yield from (json.loads(line) for line in lines if line.strip())


def main() -> None:
    """Serve orders; the first one is the set-up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    orders = _orders(time.monotonic() + float(sys.argv[1]))
    agent: Agent | None = None
    try:
        for order in orders:
            try:
                if agent is None:
                    agent = Agent(order)
                    answer: dict[str, Any] = {"ready": True}
                elif order["op"] == "dns":
                    answer = agent.dns(order)
                else:
                    answer = agent.observe(order)
            except Exception as error:  # noqa: BLE001 - the client must learn of it; it becomes an error verdict
                answer = {"error": f"{type(error).__name__}: {error}"}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
            if agent is None:
                return
    finally:
        if agent is not None:
            agent.close()


if __name__ == "__main__":
    main()
