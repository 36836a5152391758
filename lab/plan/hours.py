"""Windows of the week in which terminals that work from outside may have a tunnel (VPN-14). All times are Japan's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from lab.scenario.dates import JAPAN
from lab.scenario.hours import DAYS

_WEEK = 7 * 24 * 60  # minutes


class Window(BaseModel):
    """A part of some days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[str, ...]  # of DAYS, in their order
    begin: int  # minutes since midnight
    end: int  # the first minute that is outside; at most 1440

    def __str__(self) -> str:
        first, last = self.days[0], self.days[-1]
        return f"{first if first == last else f'{first}-{last}'} {clock(self.begin)}-{clock(self.end)}"

    def has(self, then: datetime) -> bool:
        """Whether that moment (aware) is in it."""
        there = then.astimezone(JAPAN)
        return DAYS[there.weekday()] in self.days and self.begin <= there.hour * 60 + there.minute < self.end


def clock(minutes: int) -> str:
    """Minutes since midnight as people write them: "08:30"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def closing(windows: Sequence[Window], then: datetime) -> datetime | None:
    """When windows that are open at that moment (aware) close, or `then` itself outside of them; None: they never do."""
    at = then
    for _ in range(_WEEK + 1):
        if not any(window.has(at) for window in windows):
            return at
        at = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return None
