"""Nothing is probed on a lab that is half there: silence would look like isolation."""

from __future__ import annotations

from lab.engine import Drift, Lab
from lab.errors import LabError


def require_whole(lab: Lab) -> None:
    """Refuse a lab that was not built to its end, or whose containers or wiring differ from the plan. Raises LabError."""
    if not lab.complete:
        raise LabError(
            f"lab {lab.name} was not built to its end", fix=f"lab up --lab {lab.name}, or lab down --lab {lab.name}"
        )
    drifts = lab.wiring_drift()
    if drifts:
        raise LabError(f"lab {lab.name} is not whole: {told(drifts)}", fix=f"lab up --lab {lab.name} restores it")


def told(drifts: tuple[Drift, ...]) -> str:
    """The first few differences in one line."""
    more = f" (and {len(drifts) - 3} more)" if len(drifts) > 3 else ""  # noqa: PLR2004 - three fit on a line
    return "; ".join(str(drift) for drift in drifts[:3]) + more
