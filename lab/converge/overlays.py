"""A scenario's overlays must land on files that a role delivers; anything else would silently do nothing."""

from __future__ import annotations

from collections.abc import Iterable

from lab.converge import tree
from lab.converge.child import PROJECT
from lab.errors import BadInput, ManyErrors
from lab.plan import Plan

ROLES = PROJECT / "playbooks" / "roles"


def overlayable(roles: Iterable[str]) -> list[str]:
    """Return the files that an overlay may take the place of on a host with these roles, in order."""
    return sorted({path for role in roles for path in tree.paths(ROLES / role)})


def check_overlays(plan: Plan) -> None:
    """Raise ManyErrors naming every overlay that no role of its host would use, with what the host does have."""
    errors = []
    for name, files in plan.overlays.items():
        known = {host.name: host for host in plan.hosts}.get(name)
        if known is None:
            errors.append(BadInput(f"overlays name a host {name} that the lab doesn't have"))
            continue
        own = overlayable(known.roles)
        errors += [
            BadInput(f"no role of {name} delivers {path}", fix=f"overlay one of {', '.join(own)}")
            for path in files
            if path not in own
        ]
    if errors:
        raise ManyErrors(errors)
