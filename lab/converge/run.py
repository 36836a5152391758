"""Configure the hosts of a running lab by their roles, and remember what was applied."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab.converge import cache
from lab.converge.child import play
from lab.converge.listen import Listener
from lab.converge.model import Converged, ConvergeError
from lab.converge.overlays import check_overlays
from lab.converge.step import joined
from lab.engine import Lab
from lab.errors import LabError
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
    roles: Sequence[str] | None = None,
    variables: dict[str, Any] | None = None,
) -> Converged:
    """Run the site playbook on every host, or on those of `limit`; every role, or those of `roles`.

    `check` changes nothing and says what would change. `variables` outrank all others (Ansible's extra vars).
    Raises ConvergeError naming host, role and file of everything that was refused, BadInput for an overlay that no
    role of its host would use.
    """
    check_overlays(lab.plan)
    listener = Listener(progress)
    with _workplace(pki) as archives:
        ended = play(
            _arguments(check=check, diff=diff, limit=limit, roles=roles, variables=variables),
            {"SANSO_LAB": lab.name, "SANSO_KEYS": str(pki.directory), "SANSO_ARCHIVES": str(archives)},
            listener.hear,
        )
        if listener.failures:
            raise ConvergeError(listener.failures)
        if ended.code:
            raise LabError(f"ansible-playbook ended with exit code {ended.code}: {ended.output}", fix="lab doctor")
        whole = not (check or limit or roles or variables)
        kept = _collect(archives, lab) if whole else {}
    if kept:
        cache.store(lab.plan, pki, kept)
    counts = Counter(change.host for change in listener.changes)
    hosts = [host.name for host in lab.plan.hosts if limit is None or host.name in limit]
    return Converged({name: counts[name] for name in hosts}, tuple(listener.changes), listener.diff(), kept)


@contextmanager
def _workplace(pki: Pki) -> Iterator[Path]:
    """A folder for archives, which hold keys: beside the keys, 0700. What a killed run left there goes first."""
    place = pki.directory.parent / "converging"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place)


def _arguments(
    *,
    check: bool,
    diff: bool,
    limit: Sequence[str] | None,
    roles: Sequence[str] | None,
    variables: dict[str, Any] | None,
) -> list[str]:
    arguments = ["--inventory", "inventories/reference"]
    if check:
        arguments.append("--check")
    if diff:
        arguments.append("--diff")
    if limit is not None:
        arguments += ["--limit", ",".join(limit)]
    if roles is not None:
        arguments += ["--tags", ",".join(roles)]  # each role's tasks have its name as their tag
    if variables:
        arguments += ["--extra-vars", json.dumps(variables)]
    return arguments


def _collect(folder: Path, lab: Lab) -> dict[str, bytes]:
    """Return one archive per host from those of its roles."""
    return {
        host.name: joined([(folder / f"{host.name}.{role}.tar").read_bytes() for role in host.roles])
        for host in lab.plan.hosts
    }
