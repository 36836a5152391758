"""A name that a terminal asked a foreign network's resolver and a public one for: neither may have heard of it (VPN-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


@dataclass(frozen=True, slots=True)
class Asked:
    """Resolvers by name; what stands in their own logs."""

    terminal: str
    sent: int  # questions that the terminal's kernel took, to all their addresses
    tried: int
    heard: Mapping[str, str]  # resolver -> its line with the terminal's name; "" if there is none
    alive: Mapping[str, str]  # resolver -> its line with a name that was asked for at home, afterwards


def heard_by_nobody(asked: Asked) -> Judgement:
    """The terminal's name is in no log, and that of somebody at home, asked for afterwards, is in each."""
    heard = {name: line for name, line in asked.heard.items() if line}
    if heard:
        name, line = next(iter(heard.items()))
        return failed(
            Warrant.WITNESSED,
            f"what {asked.terminal} asked for stands in the log of {name}: {line!r}",
            f"{asked.terminal} の問合せが {name} の記録に残りました：{line!r}",
        )
    if deaf := [name for name in asked.heard if not asked.alive.get(name)]:
        return error(
            f"a name that was asked for at home is not in the log of {deaf[0]} either: its silence proves nothing",
            f"自宅側で問い合わせた名前も {deaf[0]} の記録になく、沈黙は証拠になりません",
        )
    if not asked.tried or asked.sent < asked.tried:
        return error(
            f"{asked.terminal} could send {asked.sent} of {asked.tried} questions: nothing is shown",
            f"{asked.terminal} は {asked.tried} 件中 {asked.sent} 件しか送れず、判定できません",
        )
    names, names_ja = " and ".join(asked.heard), "、".join(asked.heard)
    return passed(
        Warrant.WITNESSED,
        f"{asked.sent} questions of {asked.terminal} are in no log of {names}; one that was asked at home afterwards is in each",
        f"{asked.terminal} の問合せ {asked.sent} 件は {names_ja} の記録になく、その後に自宅側で行った問合せは双方にありました",
    )
