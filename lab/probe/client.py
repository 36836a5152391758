"""The prober as the suites see it: orders in, observations out."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import count
from types import TracebackType
from typing import Any, Self

from lab.engine import Engine, ExecStream, Lab
from lab.errors import LabError
from lab.plan import Kind, route
from lab.probe.shipped import command, programs
from lab.record import Application, Attempt, Observation, Replay, Train

# intruders' links; their source ports below 1024; the tap; the hosts' namespaces
CAPABILITIES = ("NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW", "SYS_ADMIN")
_PATIENCE = 30.0  # seconds beyond an order's own wait


@dataclass(frozen=True, slots=True)
class Recording:
    """What crossed the fabric while a recording ran."""

    seen: tuple[frozenset[str], ...]  # per needle: "HOST.SEGMENT/from" and "/to" where a frame had it in it
    streams: tuple[tuple[tuple[bytes, ...], ...], ...]  # per attempt: its connections, each as TCP segments in order
    kinds: Mapping[str, Mapping[str, int]]  # per place that was asked for: kind of packet (see agent/kinds) -> frames


@dataclass(frozen=True, slots=True)
class Carrying:
    """One flow of a train. `carrier`: see `Train.carrier`; "https" needs the server's name and the CA it is verified by.

    "loose" may be bound to an interface (`device`) and be marked; "packet" leaves by a device, from a source address to a
    neighbour's card (`next_hop`).
    """

    attempt: Attempt
    carrier: str
    server_name: str = ""
    ca_pem: bytes = b""
    device: str = ""
    mark: int = 0
    source_address: str = ""
    next_hop: str = ""


class Prober:
    """One prober of a run. It ends, with everything it made, when `close` is called or this process dies.

    `without`: devices that it leaves alone, because a namespace that it holds would outlive a restart of its host.
    `numbers`: where the ids of observations go on; probers of one run share it.
    """

    def __init__(
        self, stream: ExecStream, lab: Lab, without: Sequence[str] = (), numbers: Iterator[int] | None = None
    ) -> None:
        self._stream, self._plan = stream, lab.plan
        self._buffer, self._said = b"", b""
        self._numbers = numbers or count(1)
        self._ends = {  # address -> the ports of the endpoint that has it
            str(one.ip): [f"{host.name}.{each.segment}" for each in host.legs]
            for host in lab.plan.hosts
            if host.kind is Kind.ENDPOINT
            for leg in host.legs
            for one in leg.addresses
        }
        hosts = [host.name for host in lab.plan.hosts if host.name not in without]
        routers = [host.name for host in lab.plan.hosts if host.kind is Kind.ROUTER and host.name in hosts]
        tunnels = [(h.name, leg.segment) for h in lab.plan.hosts if h.name in hosts for leg in h.legs if leg.tunnel]
        self._order({"hosts": hosts, "devices": routers, "tunnels": tunnels}, 0.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._stream.close()

    def observe(self, attempts: Sequence[Attempt], *, wait: float = 1.0) -> list[Observation]:
        """Send all at once; what was seen of each, in order. `wait`: seconds at most for those that nothing ends.

        Raises LabError if the prober died or refused.
        """
        if not attempts:
            return []
        body = [self._body(attempt) for attempt in attempts]
        answer = self._order({"op": "observe", "attempts": body, "wait": wait}, wait)
        return [self._observation(a, told) for a, told in zip(attempts, answer["observations"], strict=True)]

    def https(
        self,
        attempt: Attempt,
        *,
        server_name: str,
        ca_pem: bytes | None,
        path: str | None = "/",
        minimum: str | None = None,
        maximum: str | None = None,
        ciphers: str | None = None,
        through: str | None = None,
        method: str = "GET",
        target: str | None = None,
        host: str | None = None,
        chain: bool = False,
    ) -> Application:
        """TLS from the source's namespace, then GET `path` (None: the handshake alone). `ca_pem` None: not verified.

        `minimum`, `maximum`: "TLSv1" ... "TLSv1.3". `ciphers`: OpenSSL's cipher string, "ALL:@SECLEVEL=0" to offer all.
        `through`: HOST:PORT that the attempt's destination, a proxy, is asked to connect to before. `method`, `target`,
        `host`: another request line or Host header than that of a well-meaning client.
        `chain`: the detail also has what the server presented, base64 of DER, its own certificate first.
        """
        order = {
            "op": "https",
            "server_name": server_name,
            "ca_pem": ca_pem.decode() if ca_pem else None,
            "path": path,
            "minimum": minimum,
            "maximum": maximum,
            "ciphers": ciphers,
            "through": through,
            "method": method,
            "target": target,
            "host": host,
            "chain": chain,
        }
        return self._exchange(attempt, order)

    def http(self, attempt: Attempt, *, method: str, target: str, host: str) -> Application:
        """One HTTP request in clear from the source's namespace, as written."""
        return self._exchange(attempt, {"op": "http", "method": method, "target": target, "host": host})

    def dns(self, attempt: Attempt, *, name: str, rtype: str) -> Application:
        """One DNS query over UDP or TCP from the source's namespace; ok means an answer section."""
        return self._exchange(attempt, {"op": "dns", "name": name, "rtype": rtype})

    def unplug(self) -> None:
        """Take the intruders' cables out of the fabric now: for whoever is about to compare it."""
        self._order({"op": "unplug"}, 0.0)

    def wiring(self) -> dict[str, Any]:
        """The fabric as it is: "links" (`ip -j -d link`) and "learned" (MAC address and port name, as frames came in)."""
        return self._order({"op": "wiring"}, 0.0)

    def rules(self, text: str) -> str:
        """`nft -s list ruleset` of a kernel that has loaded this file and nothing else. LabError if it refuses it."""
        return str(self._order({"op": "rules", "text": text}, 0.0)["rules"])

    def ntp(self, attempt: Attempt) -> Application:
        """One NTP query in client mode from the source's namespace; ok means that a synchronised server answered it."""
        return self._exchange(attempt, {"op": "ntp"})

    def say(self, attempt: Attempt, data: bytes, *, until: bytes = b"") -> Application:
        """Open a connection and say `data` in clear; ok means that the connection took it.

        The detail has what came back within two seconds (hex), or up to `until`.
        """
        return self._exchange(attempt, {"op": "say", "data": data.hex(), "until": until.hex()})

    def replay(self, attempt: Attempt, *, outer: str, inner: str, count: int = 20) -> Replay:
        """UDP of the attempt's source into its tunnel, and each ESP frame of it sent once more at `outer` (HOST.SEGMENT).

        `inner`: the tunnel's far end, where datagrams come out.
        """
        order = {"op": "replay", "outer": outer, "inner": inner, "count": count}
        told = self._order({**self._body(attempt), **order}, 0.1 * count + 5.0)
        return Replay.model_validate({"outer": outer, "inner": inner, **told})

    def say_frames(self, parcels: Sequence[tuple[str, str, Sequence[bytes]]], *, wait: float) -> None:
        """Send frames as they are: per parcel the host, its interface, the frames. Returns `wait` seconds after the last one.

        LabError unless all were sent.
        """
        body = [{"host": host, "interface": card, "frames": [one.hex() for one in raw]} for host, card, raw in parcels]
        sent = self._order({"op": "frames", "parcels": body, "wait": wait}, wait)["sent"]
        if sent != (wanted := sum(len(raw) for _, _, raw in parcels)):
            raise LabError(f"the prober sent {sent} of {wanted} frames", fix="lab status")

    def record(self) -> None:
        """Listen to every frame of the lab, payloads too, from now until `recorded`."""
        self._order({"op": "record"}, 0.0)

    def recorded(
        self, needles: Sequence[bytes], streams: Sequence[Attempt] = (), kinds: Sequence[str] = ()
    ) -> Recording:
        """What was heard since `record`: the places of each needle, the data of each attempt's connections, kinds of packets.

        `kinds`: the places ("HOST.SEGMENT/from") where those are counted.
        Raises LabError if frames were lost: what wasn't heard could be anything.
        """
        wishes = [{"source": self._source(a), "address": a.address, "port": a.port} for a in streams]
        told = self._order(
            {"op": "recorded", "needles": [n.hex() for n in needles], "streams": wishes, "kinds": list(kinds)}, 5.0
        )
        if told["lost"]:
            raise LabError(
                f"the prober lost {told['lost']} frames of its recording", fix="try again on a quieter machine"
            )
        return Recording(
            tuple(frozenset(places) for places in told["seen"]),
            tuple(
                tuple(tuple(base64.b64decode(piece) for piece in segments) for segments in connections)
                for connections in told["streams"]
            ),
            told["kinds"],
        )

    def _source(self, attempt: Attempt) -> str:
        """The address that the attempt's source sends from."""
        first = route(
            self._plan, attempt.source, attempt.destination, attempt.family, address=ip_address(attempt.address)
        )[0]
        segment = first.rpartition("/")[0].partition(".")[2]
        return str(self._plan.host(attempt.source).address(attempt.family, segment))

    @contextmanager
    def train(
        self,
        carrying: Sequence[Carrying],
        *,
        interval: float = 0.001,
        count: int = 5000,
        seconds: float = 8.0,
        tail: float = 0.2,
    ) -> Iterator[list[Train]]:
        """Packets of each flow every `interval` seconds while the block runs and `tail` seconds more.

        `count` and `seconds` bound it. The list is filled when the block has ended. LabError if the train didn't begin.
        """
        body = [
            {
                **self._body(one.attempt),
                "carrier": one.carrier,
                "server_name": one.server_name,
                "ca_pem": one.ca_pem.decode(),
                "device": one.device,
                "mark": one.mark,
                "source_address": one.source_address,
                "next_hop": one.next_hop,
            }
            for one in carrying
        ]
        self._order(
            {"op": "train", "attempts": body, "interval": interval, "count": count, "seconds": seconds, "tail": tail},
            10.0,
        )
        found: list[Train] = []
        try:
            yield found
        finally:
            answer = self._order({"op": "stop"}, seconds)
        for one, told in zip(carrying, answer["trains"], strict=True):
            number = f"obs-{next(self._numbers):05d}"
            own = {"attempt": one.attempt, "carrier": one.carrier, "device": one.device, "mark": one.mark}
            found.append(Train.model_validate({"id": number, **own, **told}))

    def _exchange(self, attempt: Attempt, order: dict[str, Any]) -> Application:
        answer = self._order({**order, "attempts": [self._body(attempt)], "wait": 2.0}, 10.0)
        seen = self._observation(attempt, answer["observations"][0])
        return Application(
            id=seen.id,
            attempt=attempt,
            ok=bool(answer["ok"]),
            detail=answer["detail"],
            sightings=seen.sightings,
            trace=seen.trace,
            trouble=seen.trouble,
        )

    def _body(self, attempt: Attempt) -> dict[str, Any]:
        """An attempt as the agent takes it. `ends`: the ports at which it has arrived; at a router its trace decides."""
        source = attempt.intruder_source
        if attempt.intruder_segment is not None and source is None:
            source = str(self._plan.host(attempt.source).address(attempt.family))
        return {
            **attempt.model_dump(mode="json"),
            "intruder_source": source,
            "ends": self._ends.get(attempt.address, []),
        }

    def _observation(self, attempt: Attempt, told: dict[str, Any]) -> Observation:
        number = f"obs-{next(self._numbers):05d}"
        return Observation.model_validate({"id": number, "attempt": attempt, **told})

    def _order(self, order: dict[str, Any], wait: float) -> dict[str, Any]:
        self._stream.sendall(json.dumps(order).encode() + b"\n")
        answer = self._line(time.monotonic() + wait + _PATIENCE)
        if "error" in answer:
            raise LabError(f"the prober could not do it: {answer['error']}", fix="lab status")
        return answer

    def _line(self, deadline: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            try:
                kind, piece = next(self._stream.frames(deadline - time.monotonic()))
            except (StopIteration, TimeoutError) as error:
                said = self._said.decode(errors="replace").strip().splitlines()
                raise LabError(
                    f"the prober ended or hangs{': ' + said[-1] if said else ''}", fix="lab status"
                ) from error
            if kind == 1:
                self._buffer += piece
            else:
                self._said += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer


def open_prober(
    engine: Engine, lab: Lab, *, deadline: float, without: Sequence[str] = (), numbers: Iterator[int] | None = None
) -> Prober:
    """Start the prober of this run; it ends at EOF, and after `deadline` seconds without an order. Raises LabError.

    `without`, `numbers`: see Prober.
    """
    stream = engine.open_helper(
        lab,
        argv=command("main", str(deadline)),
        files=programs(),
        capabilities=CAPABILITIES,
        netns_hosts=tuple(host.name for host in lab.plan.hosts if host.name not in without),
    )
    try:
        return Prober(stream, lab, without, numbers)
    except BaseException:
        stream.close()
        raise
