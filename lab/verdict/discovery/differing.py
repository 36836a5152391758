"""The fail of what is not as its documents say."""

from __future__ import annotations

from collections.abc import Sequence

from lab.record import Warrant
from lab.verdict.flaw import Flaw, told
from lab.verdict.judgement import Judgement, failed


def differs(subject: str, wrong: Sequence[Flaw]) -> Judgement:
    """All that is wrong with a host or a segment."""
    en, ja = told(wrong)
    return failed(
        Warrant.INSPECTED,
        f"{subject}: the documents don't say what was found: {en}",
        f"{subject}：構成図と実際が異なります：{ja}",
    )
