"""What was seen and what it means, as frozen values. Probes make Observations, checks make Verdicts."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from lab.plan import Family, Protocol
from lab.record.craft import Craft


class Record(BaseModel):
    """Immutable; unknown keys are refused so that a bundle of a newer format is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class State(StrEnum):
    """The five states of a verdict."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    ERROR = "error"
    NOT_TESTABLE = "not-testable"
    WAIVED = "waived"


class Warrant(StrEnum):
    """What a verdict rests on, strongest first."""

    PROVED = "proved"  # whole header space
    EXHAUSTIVE = "exhaustive"  # every port and protocol tried
    WITNESSED = "witnessed"  # this flow, with witness
    INSPECTED = "inspected"  # running configuration read back
    SAMPLED = "sampled"


class Sighting(Record):
    """One frame of the token at a fabric port.

    `port` is HOST.SEGMENT; direction "from": the host sent it, "to": it was delivered to the host.
    """

    port: str
    direction: str
    at_ns: int  # kernel receive time, CLOCK_REALTIME


class TraceStep(Record):
    """One line of the nftables trace in a router."""

    device: str
    table: str  # "inet zones"
    chain: str
    kind: str  # "rule" | "policy"
    rule: str  # text of the rule as nft lists it, counters without figures; "" for a policy
    verdict: str  # "accept", "drop", "continue", "jump X", ...
    handle: int | None = None  # of the rule, where the trace tells it


class Attempt(Record):
    """What is to be tried. Exactly one token per attempt."""

    source: str  # host whose namespace sends, or whose addresses an intruder uses
    destination: str  # host or device, for people
    address: str  # destination address
    family: Family
    protocol: Protocol
    port: int | None = None
    source_port: int | None = None  # None: a fresh port of the probe range
    intruder_segment: str | None = None  # set: sent from a short-lived intruder on this segment
    intruder_next_hop: str | None = None  # MAC address the intruder's frames go to
    intruder_source: str | None = None  # source address of the intruder's packets (default: source's own)
    intruder_mac: str | None = None  # default: a MAC of its own
    craft: Craft | None = None  # set: no socket's packet, but this one; from an intruder only


class Observation(Record):
    """What one attempt looked like on the wire. Never what it means."""

    id: str
    attempt: Attempt
    token: str  # "tcp:ISN" or payload in hex
    sent_at_ns: int | None  # None: never seen leaving
    sightings: tuple[Sighting, ...]
    trace: tuple[TraceStep, ...]
    answer: str  # "connected", "refused", "replied", "unreachable", "none", "error: ..."
    source_address: str = ""
    source_port: int | None = None
    number: int | None = None  # of a crafted packet: IPv4 identification or IPv6 flow label, as traces and logs show it
    frames: tuple[str, ...] = ()  # base64, parallel to sightings; go to captures/, not to observations.jsonl
    trouble: tuple[str, ...] = ()  # why tap or trace can't be trusted for this attempt: an error, no verdict


class Application(Record):
    """A real client's exchange: TLS + HTTP, DNS query, syslog delivery."""

    id: str
    attempt: Attempt
    ok: bool  # the real application answered as it should
    detail: dict[str, Any]  # {"tls": "TLSv1.3", "cipher": ..., "subject": ..., "status": 200, ...} or {"error": ...}
    sightings: tuple[Sighting, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    trouble: tuple[str, ...] = ()  # as in an Observation


class Verdict(Record):
    """One control judged on one subject."""

    state: State
    control: str
    subject: str  # stable: "ipv4 tcp/443 lg-term -> mn-app at fw-mn"
    warrant: Warrant | None  # None unless pass or fail
    observations: tuple[str, ...]  # ids
    message_en: str
    message_ja: str
    test: str = ""  # pytest node id
