"""The full list of checks as packed data: columns with numbered strings, JSON, deflate, base64.

Base64 has no character that HTML or a script could misread, so whatever a log line or a host name says stays data.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from lab.record import Application, Attempt, Observation, Shape, State, Train, Verdict
from lab.report.html.flows import Flow, Key
from lab.report.html.seen import Seen
from lab.report.html.way import Rule, way
from lab.report.titles import TEST, sentence

STATES = (State.FAIL, State.ERROR, State.NOT_TESTABLE, State.WAIVED, State.PASS)
LEVEL = 6
LONGEST = 400  # characters of a client's exchange that are shown; all of it is in applications.jsonl


Value = TypeVar("Value", bound=Hashable)


class Numbered(Generic[Value]):
    """Each value once, under its number."""

    def __init__(self) -> None:
        self.all: dict[Value, int] = {}

    def __call__(self, value: Value) -> int:
        return self.all.setdefault(value, len(self.all))


def pack(data: object) -> str:
    """JSON, raw deflate (what the browser's DecompressionStream calls deflate-raw), base64."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    squeezed = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b64encode(squeezed.compress(text) + squeezed.flush()).decode()


def shared(verdicts: Sequence[Verdict], seen: Mapping[str, Seen], found: Mapping[Key, Flow]) -> dict[str, Any]:
    """What both languages show: verdicts in columns, what they rest on, flows between hosts.

    `checks`: [control, state, warrant, test, parameter, subject, [what was seen]] by number of string or of `seen`.
    """
    strings, rules = Numbered[str](), Numbered[Rule]()
    used = dict.fromkeys(name for verdict in verdicts for name in verdict.observations if name in seen)
    number = {name: place for place, name in enumerate(used)}
    checks = []
    for verdict in verdicts:
        match = TEST.fullmatch(verdict.test)
        checks.append(
            [
                strings(verdict.control),
                STATES.index(verdict.state),
                strings(verdict.warrant.value if verdict.warrant else ""),
                strings(sentence(verdict.test)),
                strings((match["subject"] or "") if match else ""),
                verdict.subject,
                [number[name] for name in verdict.observations if name in number],
            ]
        )
    packed = {
        "states": [state.value for state in STATES],
        "checks": checks,
        "seen": [_seen(seen[name], strings, rules) for name in used],
        "flows": [[*key, *_flow(flow)] for key, flow in found.items()],
        "rules": [[strings(part) for part in (one.device, one.chain, one.text, one.verdict)] for one in rules.all],
    }
    return {**packed, "strings": list(strings.all)}


def messages(verdicts: Iterable[Verdict], language: str) -> list[str]:
    """What each verdict says, in the order of the verdicts."""
    return [verdict.message_ja if language == "ja" else verdict.message_en for verdict in verdicts]


def _flow(flow: Flow) -> list[int]:
    return [int(flow.expected), int(flow.seen), flow.passed, flow.failed, flow.unjudged, flow.waived]


def _seen(seen: Seen, strings: Numbered[str], rules: Numbered[Rule]) -> list[Any]:
    """[id, from, to, address, what, intruder's segment, answer, [step], [note]].

    A step is [host, segment, direction, nanoseconds], or the number of a rule.
    """
    attempt = seen.attempt
    steps = [
        rules(one)
        if isinstance(one, Rule)
        else [strings(one.host), strings(one.segment), int(one.direction == "to"), one.after_ns]
        for one in way(seen)
    ]
    return [
        seen.id,
        strings(attempt.source),
        strings(attempt.destination),
        strings(attempt.address),
        strings(packet(attempt)),
        strings(attempt.intruder_segment or ""),
        strings(answer(seen)),
        steps,
        [strings(note) for note in seen.trouble],
    ]


def packet(attempt: Attempt) -> str:
    """ipv4 tcp/443, ipv6 icmp, ipv4 ip/47 (tunnel), ipv4 tcp/443 (tiny)."""
    craft = attempt.craft
    if craft is not None and craft.shape in {Shape.PROTOCOL, Shape.TUNNEL}:
        return f"{attempt.family.value} ip/{craft.number} ({craft.shape.value})"
    port = "" if attempt.port is None else f"/{attempt.port}"
    kind = f"{attempt.family.value} {attempt.protocol.value}{port}"
    return kind if craft is None else f"{kind} ({craft.shape.value})"


def answer(seen: Seen) -> str:
    """What came back: the socket's word, what the client saw, how many packets of a train were seen where."""
    if isinstance(seen, Observation):
        return seen.answer
    if isinstance(seen, Application):
        told = "; ".join(f"{key}: {_plain(value)}" for key, value in seen.detail.items() if not key.startswith("body"))
        return told[:LONGEST] or ("ok" if seen.ok else "not ok")
    told = _train(seen)
    return told if seen.event is None else f"{told}; {seen.event.what} ({seen.event.device})"


def _plain(value: object) -> str:
    return ", ".join(f"{key} {one}" for key, one in value.items()) if isinstance(value, dict) else str(value)


def _train(train: Train) -> str:
    return ", ".join(f"{place.port}/{place.direction}: {len(place.at_us)} packets" for place in train.places)
