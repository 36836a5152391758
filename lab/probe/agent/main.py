"""The agent's loop: one JSON order per line on stdin, one JSON answer per line on stdout."""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from lab.probe.agent import clock, exchange, handmade, look, namespace
from lab.probe.agent.again import replayed
from lab.probe.agent.batch import Batch, Flight
from lab.probe.agent.cables import IDLE, Cables, cable
from lab.probe.agent.carriers import Carrier, Datagrams, Openings, Segments, TrainPorts
from lab.probe.agent.crafted import Crafted, Numbers
from lab.probe.agent.disguised import Echoes, Fragments
from lab.probe.agent.outward import Loose, Packets
from lab.probe.agent.sender import Ports, Sender
from lab.probe.agent.stream import Stream
from lab.probe.agent.syns import Syns
from lab.probe.agent.tap import Tap
from lab.probe.agent.tracer import Tracer
from lab.probe.agent.train import Train
from lab.probe.agent.wire import Wire

Order = dict[str, Any]


def _loose(attempt: Order, namespace: int, ports: TrainPorts) -> Carrier:
    return (Syns if attempt["protocol"] == "tcp" else Loose)(attempt, namespace, ports)


_CARRIERS: dict[str, Callable[[Order, int, TrainPorts], Carrier]] = {
    "udp": Datagrams,
    "syn": Openings,
    "data": Segments,
    "https": Stream,
    "loose": _loose,
    "packet": Packets,
    "fragments": Fragments,
    "echo": Echoes,
}
_GARBAGE = 50_000  # new objects until Python looks for cycles: there are hardly any, and what a batch holds is much
_ANSWER = 2.0  # seconds that an application may take


class Agent:
    """Tap, traces, senders: everything that ends with this process."""

    def __init__(self, setup: Order, cables: Cables) -> None:
        self._hosts = {name: namespace.open_host(name) for name in setup["hosts"]}
        self._tunnels = [(host, interface, self._hosts[host]) for host, interface in setup["tunnels"]]
        self._tap, self._numbers = Tap(self._tunnels), Numbers()
        self._cables = cables
        self._train_ports = TrainPorts()
        self._tracers = [Tracer(device, self._hosts[device]) for device in setup["devices"]]
        self._ports = Ports(known for tracer in self._tracers for known in tracer.known)
        self._wire: Wire | None = None

    def serve(self, order: Order) -> Order:
        """Do one order: observe, https, http, dns, ntp or say; wiring, unplug, rules, record and recorded send nothing."""
        if order["op"] in {"wiring", "unplug"}:
            self._cables.unplug()  # they are no part of the network
            return look.wiring() if order["op"] == "wiring" else {}
        if order["op"] == "rules":
            return look.rules(order["text"])
        if order["op"] in {"record", "recorded"}:
            return self._recording(order)
        with ExitStack() as cleaning:
            payload = _question(order)
            flights = self._flights(order, cleaning, payload)
            for tracer in self._tracers:
                tracer.also(
                    {
                        sender.port
                        for sender in (f.sender for f in flights)
                        if isinstance(sender, Sender) and sender.port
                    }
                )
            batch = Batch(self._tap, self._tracers, flights)
            batch.run(order["wait"])
            answer: Order = {}
            if order["op"] in ("https", "http"):
                answer = _web(flights[0].sender, order)
            elif order["op"] == "dns":
                answer = _answered(flights[0].sender, exchange.answer)
            elif order["op"] == "ntp":
                answer = _answered(flights[0].sender, clock.answer)
            elif order["op"] == "say":
                answer = _said(flights[0].sender, bytes.fromhex(order["data"]), bytes.fromhex(order["until"]))
            if order["op"] != "observe":
                batch.look()
            return {**answer, "observations": batch.told()}

    def say_frames(self, order: Order) -> Order:
        """Send frames as they are from hosts' own cards."""
        return handmade.say(order, self._hosts)

    def replay(self, order: Order) -> Order:
        """Send a host's packets into its tunnel, and what they become once more."""
        return replayed(order, self._hosts[order["source"]], self._tunnels)

    def _recording(self, order: Order) -> Order:
        """`record` starts to listen to everything, `recorded` says what was heard since then."""
        old, self._wire = self._wire, Wire() if order["op"] == "record" else None
        if old is None:
            return {}
        try:
            return old.told(order["needles"], order["streams"], order["kinds"]) if order["op"] == "recorded" else {}
        finally:
            old.close()

    def train(self, order: Order) -> Order | None:
        """Run a train beside what happens elsewhere; it tells when it has begun. None: nobody is there to be answered."""
        with ExitStack() as cleaning:
            cleaning.callback(self._cables.unplug)  # whoever drove the event compares the network next
            intruders = self._cables.plug(order["attempts"], cleaning)
            carriers: list[Carrier] = []
            for attempt in order["attempts"]:
                intruder = intruders.get(cable(attempt))
                space = intruder.namespace if intruder else self._hosts[attempt["source"]]
                carriers.append(_CARRIERS[attempt["carrier"]](attempt, space, self._train_ports))
                cleaning.callback(carriers[-1].close)
            train = Train(carriers, order, sys.stdin.fileno(), self._tunnels)
            cleaning.callback(train.close)
            return {"trains": train.told()} if train.run(say) else None

    def _flights(self, order: Order, cleaning: ExitStack, payload: bytes | None) -> list[Flight]:
        intruders = self._cables.plug(order["attempts"], cleaning)
        flights = []
        for attempt in order["attempts"]:
            intruder = intruders.get(cable(attempt))
            space, home = (
                (intruder.namespace, "intruder") if intruder else (self._hosts[attempt["source"]], attempt["source"])
            )
            sender: Sender | Crafted
            if attempt.get("craft"):
                if intruder is None:
                    raise ValueError("crafted packets come from an intruder only, never from a host of the lab")
                sender = Crafted(attempt, intruder, self._ports, self._numbers)
            else:
                sender = Sender(attempt, space, self._ports, payload)
            cleaning.callback(sender.close)
            flights.append(Flight(sender, home, frozenset(attempt.get("ends", ()))))
        self._tap.refresh()
        return flights

    def close(self) -> None:
        self._cables.unplug()
        if self._wire is not None:
            self._wire.close()
        for tracer in self._tracers:
            tracer.close()


def _connected(sender: Sender) -> bool:
    """Whether the connection stands. Through a tunnel the answer may come later than the packet was followed."""
    if sender.answer == "none" and sender.socket is not None and select.select([], [sender.socket], [], _ANSWER)[1]:
        sender.hear()
    return sender.answer == "connected"


def _web(sender: Sender | Crafted, order: Order) -> Order:
    if isinstance(sender, Crafted) or not _connected(sender) or sender.socket is None:
        return {"ok": False, "detail": {"error": f"no connection: {sender.answer}"}}
    before: Order = {}
    if order.get("through"):
        opened, before = exchange.tunnel(sender.socket, order["through"])
        if not opened:
            return {"ok": False, "detail": before}
    ok, detail = (exchange.https if order["op"] == "https" else exchange.http)(sender.socket, order)
    return {"ok": ok, "detail": {**before, **detail}}


def _said(sender: Sender | Crafted, data: bytes, until: bytes) -> Order:
    if isinstance(sender, Crafted) or not _connected(sender) or sender.socket is None:
        return {"ok": False, "detail": {"error": f"no connection: {sender.answer}"}}
    ok, detail = exchange.say(sender.socket, data, until)
    return {"ok": ok, "detail": detail}


def _question(order: Order) -> bytes | None:
    """What an application's client says first, where that is the token; None for a token of the sender's own."""
    if order["op"] == "dns":
        return exchange.query(order["name"], order["rtype"])
    return clock.question() if order["op"] == "ntp" else None


def _answered(sender: Sender | Crafted, judge: Callable[[bytes, bytes], tuple[bool, Order]]) -> Order:
    if isinstance(sender, Crafted) or sender.socket is None:
        return {"ok": False, "detail": {"error": f"no answer: {sender.answer}"}}
    query = sender.payload
    if sender.protocol == "tcp":
        if not _connected(sender):
            return {"ok": False, "detail": {"error": f"no connection: {sender.answer}"}}
        reply = exchange.over_tcp(sender.socket, query, _ANSWER)
    else:
        if sender.answer == "none" and select.select([sender.socket], [], [], _ANSWER)[0]:
            sender.hear()
        reply = sender.reply
    if not reply:
        return {"ok": False, "detail": {"error": f"no answer: {sender.answer}"}}
    ok, detail = judge(query, reply)
    return {"ok": ok, "detail": detail}


def orders(patience: float, cables: Cables) -> Iterator[Order]:
    """Orders until EOF, or until so many seconds pass without one. Cables are unplugged where none comes for a while."""
    rest, source = b"", sys.stdin.fileno()
    heard = time.monotonic()
    while (left := heard + patience - time.monotonic()) > 0:
        if not select.select([source], [], [], min(left, IDLE) if cables.plugged else left)[0]:
            cables.unplug()
            continue
        data = os.read(source, 1 << 16)
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        yield from (json.loads(line) for line in lines if line.strip())
        heard = time.monotonic()


def say(answer: Order) -> None:
    """One line to the client."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve orders; the first one is the set-up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.set_threshold(_GARBAGE)
    agent: Agent | None = None
    cables = Cables()
    try:
        for order in orders(float(sys.argv[1]), cables):
            try:
                if agent is None:
                    agent = Agent(order, cables)
                    answer: Order | None = {"ready": True}
                elif order["op"] == "stop":
                    continue  # the train that it is for had ended by itself
                elif order["op"] in {"train", "replay"}:
                    answer = agent.train(order) if order["op"] == "train" else agent.replay(order)
                elif order["op"] == "frames":
                    answer = agent.say_frames(order)
                else:
                    answer = agent.serve(order)
            except Exception as error:  # noqa: BLE001 - the client must learn of it; it becomes an error verdict
                answer = {"error": f"{type(error).__name__}: {error}"}
            if answer is None:
                return
            say(answer)
            if agent is None:
                return
    finally:
        if agent is not None:
            agent.close()


if __name__ == "__main__":
    main()
