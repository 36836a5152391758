"""Running rules against the register: each difference becomes a verdict, with a packet that shows it where there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from lab.record import Observation, State, Verdict, Warrant
from lab.verdict import Finding, Judgement, Kind, UnknownStatement, denied, register_match
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

GROUPS = "/proc/net/netfilter/nfnetlink_log"  # a line per group: its number, who listens, what waits for him


def compare(
    session: LabSession,
    controls: Sequence[str],
    device: str,
    kinds: Collection[Kind],
    subject: str,
    *,
    flow: str | None = None,
) -> list[Verdict]:
    """One verdict per difference of these kinds (of one entry, with `flow`), or one pass if there is none.

    Raises AssertionError if something differs, CheckError for a rule that the reader doesn't understand.
    """
    mine = [
        finding
        for finding in findings(session, device)
        if finding.kind in kinds and (flow is None or finding.flow in (flow, None))
    ]
    wrong = [finding for finding in mine if finding.judgement.state is not State.PASS]
    given: list[Verdict] = []
    for number, finding in enumerate(wrong, 1):
        judgement, seen = _shown(session, device, finding)
        name = f"{device} {subject}: {finding.kind.value} #{number}"
        given += [give(session, control, name, judgement, seen) for control in controls]
    if not wrong:
        judgement = mine[0].judgement if mine else _none_of(device, kinds, findings(session, device))
        given += [give(session, control, f"{device} {subject}", judgement) for control in controls]
    settle(given)
    return given


class _Findings(dict[str, list[Finding]]):
    """Device -> how its rules differ from the register."""


def findings(session: LabSession, device: str) -> list[Finding]:
    """The comparison of one device, made once per run."""
    known = session.memory.of(_Findings)
    if device not in known:
        try:
            rules = session.rulesets[device]
            known[device] = register_match(session.plan, device, rules, _read(session, device))
        except UnknownStatement as unknown:
            raise CheckError(f"{device}: its rules hold something that the lab can't judge: {unknown}") from unknown
    return known[device]


def _read(session: LabSession, device: str) -> frozenset[int]:
    """The groups of the kernel's packet log that a program of the device listens to. Raises CheckError."""
    told = session.channel(device).run(["cat", GROUPS])
    if told.rc:
        raise CheckError(f"{device}: who reads the packet log can't be told: {told.stderr.decode().strip()}")
    return frozenset(int(line.split()[0]) for line in told.stdout.decode().splitlines())


def _shown(session: LabSession, device: str, finding: Finding) -> tuple[Judgement, Sequence[Observation]]:
    """The finding's judgement, made stronger by a packet if one gets through."""
    if finding.attempt is None:
        return finding.judgement, ()
    seen = session.prober.observe([finding.attempt])[0]
    session.saw(seen)
    tried = denied(seen, (), device=device, plan=session.plan, ruleset=session.rulesets[device])
    if tried.state is not State.FAIL:
        return finding.judgement, (seen,)
    return (
        Judgement(
            State.FAIL,
            Warrant.WITNESSED,
            f"{finding.judgement.message_en}. Shown by a packet: {tried.message_en}",
            f"{finding.judgement.message_ja}。実際のパケットで確認：{tried.message_ja}",
        ),
        (seen,),
    )


def _none_of(device: str, kinds: Collection[Kind], found: Sequence[Finding]) -> Judgement:
    asked = sorted((kind for kind in kinds if kind is not Kind.MATCH), key=lambda kind: kind.value)
    names, names_ja = ", ".join(kind.value for kind in asked), "、".join(kind.ja for kind in asked)
    others = Counter(finding.kind for finding in found if finding.kind is not Kind.MATCH)
    also = ", ".join(f"{kind.value}: {number}" for kind, number in others.items()) or "none"
    also_ja = "、".join(f"{kind.ja} {number} 件" for kind, number in others.items()) or "なし"
    return Judgement(
        State.PASS,
        Warrant.INSPECTED,
        f"{device}: the rules were read and compared by what they match; none of: {names} (other differences: {also})",
        f"{device}：ルールを読み出し、一致範囲で比較しました。次のいずれもありません：{names_ja}（他の差異：{also_ja}）",
    )
