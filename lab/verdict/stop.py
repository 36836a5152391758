"""Where a device's trace says that a packet ended, laid over the rules that were read back from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lab.record import TraceStep
from lab.verdict.purpose import Purpose, purpose
from lab.verdict.ruleset import Rule, Ruleset
from lab.verdict.ruleset.listing import plain
from lab.verdict.ruleset.model import OWN_TABLE, Chain

OWN = " ".join(OWN_TABLE)
DROPS = {"drop", "reject"}
WAYS = ("jump ", "goto ")


class Mismatch(Exception):  # noqa: N818 - it is a finding about two readings
    """The trace names a rule that the readback doesn't have: the two are not of the same moment."""

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en)
        self.ja = ja


@dataclass(frozen=True, slots=True)
class End:
    """The last word of one device on a packet. `purpose` only for a drop."""

    dropped: bool
    step: TraceStep
    hook: str
    rule: Rule | None
    purpose: Purpose | None

    def __str__(self) -> str:
        where = f"{self.step.table} {self.step.chain}"
        if self.step.kind == "policy":
            return f"policy {self.step.verdict} of {where}"
        return f"{where}: {self.step.rule or '(text unknown)'}"

    @property
    def ja(self) -> str:
        """The same in Japanese."""
        where = f"{self.step.table} {self.step.chain}"
        if self.step.kind == "policy":
            return f"{where} の既定動作（{self.step.verdict}）"
        return f"{where}: {self.step.rule or '（内容不明）'}"


def end_at(trace: Sequence[TraceStep], device: str, ruleset: Ruleset) -> End | None:
    """The device's drop, or else its accept at the last hook that a rule or policy spoke at. None: it said nothing.

    Raises Mismatch if the ruleset doesn't contain what the trace names.
    """
    steps = [step for step in trace if step.device == device and step.table != OWN]
    for number, step in enumerate(steps):
        if step.verdict in DROPS:
            return _end(steps[: number + 1], ruleset, dropped=True)
    for number in range(len(steps) - 1, -1, -1):
        if steps[number].verdict == "accept":
            return _end(steps[: number + 1], ruleset, dropped=False)
    return None


def accepts_at(trace: Sequence[TraceStep], device: str, ruleset: Ruleset, hook: str) -> End | None:
    """The step by which a chain at that hook let the packet through, if one did."""
    steps = [step for step in trace if step.device == device and step.table != OWN]
    for number, step in enumerate(steps):
        if step.verdict == "accept":
            found = _end(steps[: number + 1], ruleset, dropped=False)
            if found.hook == hook:
                return found
    return None


def state_seen(trace: Iterable[TraceStep], device: str) -> str:
    """What connection tracking took the packet for, as the prober's own rules asked: "new", "invalid" ...; "" unasked."""
    for step in trace:
        if step.device == device and step.table == OWN and "ct state " in step.rule:
            return step.rule.split("ct state ", 1)[1].split()[0]
    return ""


def _end(steps: Sequence[TraceStep], ruleset: Ruleset, *, dropped: bool) -> End:
    last = steps[-1]
    led_by = _leads(steps, ruleset)
    root = led_by[0] if led_by else None
    chain = _chain(ruleset, last.table, root.chain if root else last.chain)
    rule = None if last.kind == "policy" else find(last, ruleset)
    why = None
    if dropped:
        why = Purpose.DEFAULT_DENY if rule is None else purpose(rule, led_by)
    return End(dropped, last, chain.hook, rule, why)


def _leads(steps: Sequence[TraceStep], ruleset: Ruleset) -> list[Rule]:
    """The rules that sent the packet to the last step's chain, outermost first."""
    found: list[Rule] = []
    wanted = steps[-1].chain
    for step in reversed(steps[:-1]):
        if step.table == steps[-1].table and step.verdict in {way + wanted for way in WAYS}:
            found.insert(0, find(step, ruleset))
            wanted = step.chain
    return found


def find(step: TraceStep, ruleset: Ruleset) -> Rule:
    """The rule that a trace step names: by handle, checked by text; by text alone where the trace has no handle."""
    chain = _chain(ruleset, step.table, step.chain)
    text = plain(step.rule)
    for rule in chain.rules:
        if step.handle is not None and rule.handle == step.handle:
            if text and rule.text and text != rule.text:
                raise Mismatch(
                    f"handle {step.handle} was {text!r} in the trace and is {rule.text!r} in the readback",
                    f"ハンドル {step.handle} は追跡では {text!r}、読出しでは {rule.text!r}",
                )
            return rule
    same = [rule for rule in chain.rules if step.handle is None and text and rule.text == text]
    if not same:
        raise Mismatch(
            f"the trace names a rule that the readback of {step.table} {step.chain} doesn't have: {text!r}",
            f"追跡されたルールが {step.table} {step.chain} の読出しにない：{text!r}",
        )
    return same[0]


def _chain(ruleset: Ruleset, table: str, name: str) -> Chain:
    try:
        return ruleset.chain(table, name)
    except KeyError as unknown:
        raise Mismatch(str(unknown.args[0]), f"{table} にチェーン {name} がない") from unknown
