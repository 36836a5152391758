"""An explanation as frozen values: what was asked, seen, at fault, done by the reference, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.catalogue import Control, Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule or policy that judged a packet on its way."""

    device: str
    table: str
    chain: str
    rule: str  # "" for a policy
    verdict: str
    handle: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A packet at a fabric port, with the rules that its host then put it through."""

    after_ms: float
    port: str
    direction: str  # "from" | "to" the host
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One packet's way, as it was observed."""

    observation: str
    packet: str  # "ipv4 tcp/443 lg-term -> mn-app (10.10.0.10)"
    intruder: str  # segment that it was really sent from; "" for its own host
    steps: tuple[Step, ...]
    answer: str
    delivered: bool  # a real client had its answer: the network is not in question


@dataclass(frozen=True, slots=True)
class Entry:
    """The register entry, or the catalogue's flow, whose id a rule carries."""

    id: str
    origin: str
    purpose: str
    flow: str  # "mn-app -> juki-net tcp/443"
    owner: str
    expires: str
    where: str = ""  # scenario file and line, if it could be found


@dataclass(frozen=True, slots=True)
class Place:
    """A rule or a line of a file."""

    host: str
    what: str  # "rule" | "policy" | "file" (changed, or it lacks `instead`) | "gone" | "stranger" (nobody delivered it)
    text: str
    file: str  # in the evidence folder ("hosts/fw-mn/ruleset.nft"), or on the host ("/etc/nginx/nginx.conf")
    line: int | None
    on_host: bool = False  # `file` is the host's own
    rule: Rule | None = None
    instead: str = ""  # what was delivered
    template: str = ""  # "playbooks/roles/…:21": where the reference makes it
    entry: Entry | None = None
    found_by: str = ""  # control whose verdict names it, if that is another one


@dataclass(frozen=True, slots=True)
class Check:
    """One verdict that isn't a pass."""

    state: str
    subject: str
    message: Text
    test: str
    observations: tuple[str, ...]
    way: Way | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Checks that fail for the same place; without places, one check for which none could be found."""

    places: tuple[Place, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run saw of the control."""

    evidence: str
    lab: str
    scenario: str
    ended: str
    subset: bool
    due: bool
    states: dict[str, int]
    warrants: dict[str, int]
    faults: tuple[Fault, ...]
    example: Check | None  # a pass, to show what one rests on
    not_run: tuple[str, ...]  # it would disturb the network
    not_quick: tuple[str, ...]  # it would take long
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that the reference does for the control."""

    where: str  # path:line from the project's folder
    what: Text
    hosts: tuple[str, ...]  # that have it in this network


@dataclass(frozen=True, slots=True)
class Command:
    """What to type next, and why."""

    text: str
    why: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of it."""

    control: Control
    edition: str
    seen: Seen | None
    reference: tuple[Done, ...]
    stale: tuple[Text, ...] = ()
    next: tuple[Command, ...] = field(default=())
