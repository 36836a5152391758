"""Nothing is probed on a lab that is half there: silence would look like isolation."""

from __future__ import annotations

from lab.engine import Drift, DriftKind, Lab
from lab.errors import LabError

# what the suites themselves judge: a user's changed rules and files are no reason to refuse, they are the question
JUDGED = {DriftKind.RULESET, DriftKind.FILES}


def misfits(lab: Lab) -> tuple[Drift, ...]:
    """What makes probes meaningless: foreign links, lost routes, other addresses, restarted or missing hosts."""
    return tuple(drift for drift in lab.drift() if drift.kind not in JUDGED)


def require_whole(lab: Lab, *, thorough: bool = False) -> None:
    """Refuse a lab that was not built to its end, or whose containers or wiring differ from the plan. Raises LabError.

    `thorough` (half a second more): also every host's links, addresses, routes and kernel settings.
    """
    if not lab.complete:
        raise LabError(f"lab {lab.name} was not built to its end", fix=f"lab down --lab {lab.name}")
    drifts = misfits(lab) if thorough else lab.wiring_drift()
    if drifts:
        raise LabError(f"lab {lab.name} is not whole: {told(drifts)}", fix=f"lab up --lab {lab.name}")


def told(drifts: tuple[Drift, ...]) -> str:
    """The first few differences in one line."""
    more = f" (and {len(drifts) - 3} more)" if len(drifts) > 3 else ""  # noqa: PLR2004 - three fit on a line
    return "; ".join(str(drift) for drift in drifts[:3]) + more
