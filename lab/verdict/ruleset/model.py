"""A live nftables ruleset as frozen values: what each rule matches, in order, and what it does."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.errors import LabError
from lab.verdict.ruleset.box import Box

OWN_TABLE = ("inet", "sanso_probe")  # the prober's trace rules: the only thing left out of the readback


class UnknownStatement(LabError):  # noqa: N818 - named for what was met
    """A statement that the reader doesn't understand. It is never ignored: no verdict without it."""

    def __init__(self, table: str, chain: str, handle: int, statement: str) -> None:
        super().__init__(
            f"the ruleset reader doesn't understand {statement}",
            where=f"table {table}, chain {chain}, handle {handle}",
            fix="write the rule with statements that the reader knows, or teach lab/verdict/ruleset/statements.py",
        )
        self.table, self.chain, self.handle, self.statement = table, chain, handle, statement


@dataclass(frozen=True, slots=True)
class Condition:
    """The rule goes on for packets in any of `boxes`. No boxes: it matches nothing."""

    text: str
    boxes: tuple[Box, ...]
    negated: bool = False  # written with `!=`


@dataclass(frozen=True, slots=True)
class Unsure:
    """The rule goes on for some packets of `within`, and headers don't tell which: a rate, a time, a changing set."""

    text: str
    within: Box | None = field(default_factory=dict)  # None: it can't match at all


@dataclass(frozen=True, slots=True)
class Verdict:
    """accept, drop, reject, continue, return, queue; `jump` and `goto` name their chain."""

    kind: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class VerdictMap:
    """The verdict of the first entry that the packet is in; none: the rule ends, the next one is tried."""

    text: str
    entries: tuple[tuple[tuple[Box, ...], Verdict], ...]
    unsure: bool = False  # the map changes while it runs


@dataclass(frozen=True, slots=True)
class Log:
    """The packet is logged: to that group of the kernel's packet log, or (None) to the kernel's own log."""

    group: int | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    """A mark or the like is overwritten; `becomes` says what the field can be afterwards."""

    text: str
    becomes: Box


@dataclass(frozen=True, slots=True)
class Alteration:
    """Something that changes where packets go or what the state table knows; never part of a register."""

    kind: str  # "dnat", "snat", "masquerade", "redirect", "notrack", "flow", "helper", "dup", "fwd", "tproxy", ...
    text: str
    becomes: Box = field(default_factory=dict)  # the fields it overwrites, where they are constants


@dataclass(frozen=True, slots=True)
class Passive:
    """Counters, comments and the like: no influence on the packet's way."""

    text: str


Statement = Condition | Unsure | Verdict | VerdictMap | Log | Assign | Alteration | Passive


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `table` is "FAMILY NAME", as in a trace."""

    table: str
    chain: str
    handle: int
    statements: tuple[Statement, ...]
    text: str = ""  # as nft lists it, counters without figures; filled in from the text listing
    comment: str = ""

    def __str__(self) -> str:
        return f"{self.table} {self.chain} handle {self.handle}" + (f": {self.text}" if self.text else "")


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain; a base chain has a hook."""

    table: str
    name: str
    rules: tuple[Rule, ...] = ()
    type: str = ""  # "filter", "nat", "route"
    hook: str = ""
    priority: int = 0
    policy: str = "accept"


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All tables of one device, the prober's own left out."""

    chains: tuple[Chain, ...]
    flowtables: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()

    def chain(self, table: str, name: str) -> Chain:
        """KeyError if there is none."""
        for chain in self.chains:
            if (chain.table, chain.name) == (table, name):
                return chain
        raise KeyError(f"no chain {name} in table {table}")

    def base(self, hook: str, family: str) -> tuple[Chain, ...]:
        """The base chains that a packet of that family ("ip" or "ip6") meets at that hook, in their order."""
        met = [c for c in self.chains if c.hook == hook and c.table.split()[0] in {"inet", family}]
        return tuple(sorted(met, key=lambda chain: chain.priority))

    def rules(self) -> tuple[Rule, ...]:
        """Every rule of every chain."""
        return tuple(rule for chain in self.chains for rule in chain.rules)
