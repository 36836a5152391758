"""The head of the report: which run this is, what it covers, how old its word is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from lab.plan import Plan, Waiver


@dataclass(frozen=True, slots=True)
class WaiverFact:
    """A waiver, and what became of it. `hidden`: how many fails it hid in this run."""

    waiver: Waiver
    hidden: int
    expired: bool  # on the day that the run was judged by: it covers nothing


@dataclass(frozen=True, slots=True)
class Facts:
    """What run.json says, with a sound default for what an older one doesn't."""

    lab: str
    scenario: str
    study: str  # "" unless the scenario is one
    edition: str
    model: str
    as_of: str
    started: str
    ended: str
    ended_at: str  # as run.json has it
    exit: int
    subset: bool
    selection: tuple[str, ...]
    problems: tuple[str, ...]
    left_out: tuple[str, ...]
    not_quick: tuple[str, ...]
    versions: dict[str, str]
    image: str
    digest: str
    by: str


def facts(run: Mapping[str, Any]) -> Facts:
    """Read run.json."""
    chosen = run.get("selection", {})
    told = [*chosen.get("controls", ()), *(f"-k {chosen['keyword']}" for _ in [0] if chosen.get("keyword"))]
    told += ["--quick"] if chosen.get("quick") else []
    return Facts(
        lab=_text(run, "lab"),
        scenario=_text(run, "scenario"),
        study=_text(run, "study"),
        edition=_text(run, "edition"),
        model=_text(run, "model"),
        as_of=_text(run, "as_of"),
        started=_moment(_text(run, "started")),
        ended=_moment(_text(run, "ended")),
        ended_at=_text(run, "ended"),
        exit=int(run.get("exit", 2)),
        subset=bool(run.get("subset")),
        selection=tuple(told),
        problems=tuple(str(one) for one in run.get("problems", ())),
        left_out=tuple(str(one) for one in run.get("not_run", ())),
        not_quick=tuple(str(one) for one in run.get("not_quick", ())),
        versions={str(key): str(value) for key, value in run.get("versions", {}).items()},
        image=_text(run, "image"),
        digest=_text(run, "plan_digest"),
        by=_text(run, "by"),
    )


def waivers(plan: Plan | None, hidden: Mapping[tuple[str, str], int], as_of: str) -> tuple[WaiverFact, ...]:
    """The scenario's waivers. `hidden`: (control, subject) -> waived verdicts of the run."""
    if plan is None:
        return ()
    day = date.fromisoformat(as_of) if as_of else plan.as_of
    found = []
    for waiver in plan.waivers:
        mine = sum(
            count
            for (control, subject), count in hidden.items()
            if control == waiver.control and waiver.subject in ("*", subject)
        )
        found.append(WaiverFact(waiver, mine, waiver.expires < day))
    return tuple(found)


def _text(run: Mapping[str, Any], key: str) -> str:
    return str(run.get(key, ""))


def _moment(text: str) -> str:
    """2026-11-26 18:45 UTC (11-27 03:45 JST); as it stands if it is no moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    there = moment + timedelta(hours=9)
    same = there.date() == moment.date()
    return f"{moment:%Y-%m-%d %H:%M} UTC ({there:{'%H:%M' if same else '%m-%d %H:%M'}} JST)"
