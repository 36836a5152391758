"""All IP protocol numbers at one device as one judgement, and each number that got through as its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from lab.record import State, Warrant
from lab.verdict.judgement import Judgement, passed
from lab.verdict.purpose import JAPANESE, Purpose

ALL = 256
FEW = 8


def sweep(
    by_number: Mapping[int, tuple[Judgement, str]], *, device: str, what: str, what_ja: str
) -> list[tuple[int | None, Judgement]]:
    """`by_number`: what became of each number, and the purpose that stopped it. Failures and errors come one by one.

    If there is none: one pass, exhaustive only if no number is missing.
    """
    bad = [(number, each) for number, (each, _) in sorted(by_number.items()) if each.state is not State.PASS]
    if bad:
        return list(bad)
    reasons: dict[str, list[int]] = defaultdict(list)
    for number, (_, purpose) in sorted(by_number.items()):
        reasons[purpose].append(number)
    ordered = sorted(reasons.items(), key=_size)
    told = "; ".join(f"{purpose}: {_numbers(numbers)}" for purpose, numbers in ordered)
    told_ja = "、".join(f"{_why_ja(purpose)}（{_numbers_ja(numbers)}）" for purpose, numbers in ordered)
    warrant = Warrant.EXHAUSTIVE if len(by_number) == ALL else Warrant.SAMPLED
    judgement = passed(
        warrant,
        f"{what}: {len(by_number)} IP protocol numbers reached {device} and none was seen behind it; stopped by its {told}",
        f"{what_ja}：IPプロトコル番号 {len(by_number)} 個が {device} に届き、その先では1つも観測されませんでした。"
        f"遮断理由：{told_ja}",
    )
    return [(None, judgement)]


def _size(item: tuple[str, list[int]]) -> int:
    return -len(item[1])


def _numbers(numbers: list[int]) -> str:
    """The few by name, the many by how many they are."""
    return ", ".join(map(str, numbers)) if len(numbers) <= FEW else f"{len(numbers)} of them"


def _numbers_ja(numbers: list[int]) -> str:
    return f"番号 {'・'.join(map(str, numbers))}" if len(numbers) <= FEW else f"{len(numbers)} 個"


def _why_ja(purpose: str) -> str:
    return JAPANESE[Purpose(purpose)] if purpose else "不明"
