"""Connection tracking may follow flows; it may not open others because of what their payload says (case Z6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.record import Warrant
from lab.verdict.flaw import Flaw, told
from lab.verdict.judgement import Judgement, failed, passed
from lab.verdict.ruleset import Ruleset
from lab.verdict.ruleset.model import Alteration

_OPENING = {"helper", "ct expectation"}


def tracking_opens_nothing(
    device: str, ruleset: Ruleset, *, sessions: Sequence[str], expected: Sequence[str], automatic: str
) -> Judgement:
    """`sessions`, `expected`: lines of `conntrack -L` and `conntrack -L expect`. `automatic`: the sysctl, "" if there is none."""
    found = list(_found(ruleset, sessions, expected, automatic))
    if found:
        en, ja = told(found)
        return failed(
            Warrant.INSPECTED,
            f"{device}: what a payload says can open a flow: {en}",
            f"{device}：通信の内容により別の通信が開かれる設定があります：{ja}",
        )
    return passed(
        Warrant.INSPECTED,
        f"{device}: {len(sessions)} sessions are tracked, none with a helper; no rule sets one and nothing is expected",
        f"{device}：追跡中の {len(sessions)} 件にヘルパーはなく、ヘルパーを設定するルールも期待される通信もありません",
    )


def _found(ruleset: Ruleset, sessions: Sequence[str], expected: Sequence[str], automatic: str) -> Iterator[Flaw]:
    yield from (Flaw(f"helper object {name}", f"ヘルパー {name}") for name in ruleset.helpers)
    for rule in ruleset.rules():
        for statement in rule.statements:
            if isinstance(statement, Alteration) and statement.kind in _OPENING:
                yield Flaw(f"{statement.kind} in {rule}", f"{rule} の {statement.kind}")
    for line in sessions:
        if " helper=" in line:
            yield Flaw(f"session with a helper: {line}", f"ヘルパーのある通信 {line!r}")
    yield from (Flaw(f"expected: {line}", f"期待される通信 {line!r}") for line in expected)
    if automatic not in {"", "0"}:
        yield Flaw(f"nf_conntrack_helper is {automatic}", f"nf_conntrack_helper が {automatic}")
