"""Nothing is probed on a lab that is half there: silence would look like isolation."""

from __future__ import annotations

from collections.abc import Collection

from lab.engine import Ask, Drift, DriftKind, Lab
from lab.errors import LabError

# what the suites themselves judge: changed rules and files, stopped services are no reason to refuse, they are the question
JUDGED = {DriftKind.RULESET, DriftKind.FILES, DriftKind.NAMES, DriftKind.SERVICES}
# a network that isn't the plan's makes every probe meaningless, but to these controls it is the finding
PLUGGED = {DriftKind.FOREIGN, DriftKind.WIRING, DriftKind.ADDRESSES, DriftKind.ROUTES}
JUDGED_BY = {"OPS-16": PLUGGED, "ZONE-09": PLUGGED, "ZONE-08": PLUGGED | {DriftKind.SYSCTLS}}


def misfits(lab: Lab, controls: Collection[str] = (), ask: Ask | None = None) -> tuple[Drift, ...]:
    """What makes probes meaningless: foreign links, lost routes, other addresses, restarted or missing hosts.

    `controls`: if these are all that is judged, what each of them judges itself is left out. `ask`: see Lab.drift.
    """
    left_out = JUDGED | judged_by(controls)
    return tuple(drift for drift in lab.drift(ask) if drift.kind not in left_out)


def judged_by(controls: Collection[str]) -> set[DriftKind]:
    """The kinds of drift that every one of these controls judges itself; none without controls."""
    kinds = [JUDGED_BY.get(control, set()) for control in controls]
    return set.intersection(*kinds) if kinds else set()


def require_whole(lab: Lab, *, ask: Ask | None = None, controls: Collection[str] = ()) -> None:
    """Refuse a lab that was not built to its end, or whose containers or wiring differ from the plan. Raises LabError.

    `ask` (half a second more): ask every host for its links, addresses, routes and kernel settings too. `controls`: as above.
    """
    if not lab.complete:
        raise LabError(
            f"lab {lab.name} was not built to its end", fix=f"lab up --lab {lab.name}, or lab down --lab {lab.name}"
        )
    mine = judged_by(controls)
    drifts = misfits(lab, controls, ask) if ask else tuple(one for one in lab.wiring_drift() if one.kind not in mine)
    if drifts:
        judges = [control for control, kinds in JUDGED_BY.items() if {drift.kind for drift in drifts} <= kinds]
        verdict = f"; for a verdict on it: lab verify --lab {lab.name} --control {judges[0]}" if judges else ""
        raise LabError(f"lab {lab.name} is not whole: {told(drifts)}", fix=f"lab up --lab {lab.name}{verdict}")


def told(drifts: tuple[Drift, ...]) -> str:
    """The first few differences in one line."""
    more = f" (and {len(drifts) - 3} more)" if len(drifts) > 3 else ""  # noqa: PLR2004 - three fit on a line
    return "; ".join(str(drift) for drift in drifts[:3]) + more
