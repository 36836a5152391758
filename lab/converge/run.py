"""Configure the hosts of a running lab by their roles, and remember what was applied."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lab.converge import cache
from lab.converge.child import play
from lab.converge.listen import Listener
from lab.converge.model import Converged, ConvergeError
from lab.converge.overlays import check_overlays
from lab.converge.step import joined
from lab.engine import Lab
from lab.pki import Pki
from lab.record.progress import Progress, silent


def converge(
    lab: Lab,
    pki: Pki,
    *,
    progress: Progress = silent,
    check: bool = False,
    diff: bool = False,
    limit: Sequence[str] | None = None,
    variables: dict[str, Any] | None = None,
) -> Converged:
    """Run the site playbook on every host, or on those of `limit`.

    `check` changes nothing and says what would change. `variables` outrank all others (Ansible's extra vars).
    Raises ConvergeError naming host, role and file of everything that was refused, BadInput for an overlay that no
    role of its host would use.
    """
    check_overlays(lab.plan)
    listener = Listener(progress)
    with tempfile.TemporaryDirectory(prefix="sanso-") as folder:
        archives = Path(folder)
        code = play(
            _arguments(check=check, diff=diff, limit=limit, variables=variables),
            {"SANSO_LAB": lab.name, "SANSO_KEYS": str(pki.directory), "SANSO_ARCHIVES": folder},
            listener.hear,
        )
        if code or listener.failures:
            raise ConvergeError(listener.failures)
        whole = not (check or limit or variables)
        kept = _collect(archives, lab) if whole else {}
    if kept:
        cache.store(lab.plan, pki, kept)
    counts = Counter(change.host for change in listener.changes)
    hosts = [host.name for host in lab.plan.hosts if limit is None or host.name in limit]
    return Converged({name: counts[name] for name in hosts}, tuple(listener.changes), listener.diff(), kept)


def _arguments(
    *, check: bool, diff: bool, limit: Sequence[str] | None, variables: dict[str, Any] | None
) -> list[str]:
    import json

    arguments = ["--inventory", "inventories/reference"]
    if check:
        arguments.append("--check")
    if diff:
        arguments.append("--diff")
    if limit is not None:
        arguments += ["--limit", ",".join(limit)]
    if variables:
        arguments += ["--extra-vars", json.dumps(variables)]
    return arguments


def _collect(folder: Path, lab: Lab) -> dict[str, bytes]:
    """Return one archive per host from those of its roles."""
    return {
        host.name: joined([(folder / f"{host.name}.{role}.tar").read_bytes() for role in host.roles])
        for host in lab.plan.hosts
    }
