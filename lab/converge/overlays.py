"""A scenario's overlays must land on files that a role delivers; anything else would silently do nothing."""

from __future__ import annotations

from lab.converge import tree
from lab.converge.air import HOSTS, TREES
from lab.converge.child import PROJECT
from lab.errors import BadInput, ManyErrors
from lab.plan import AirHost, Host, Plan

ROLES = PROJECT / "playbooks" / "roles"
GUEST = "radio_guest"  # the role that has the files of the guest's hosts
OWN = frozenset({"access-point", "station", "sensor"})  # functions on the air: the others are tools of the suites


def overlayable(host: Host | AirHost) -> list[str]:
    """Return the files that an overlay may take the place of on this host, in order; a tool of the suites has none."""
    if isinstance(host, AirHost):
        return sorted(tree.paths(ROLES / GUEST, TREES[host.function])) if host.function in OWN else []
    return sorted({path for role in host.roles for path in tree.paths(ROLES / role)})


def laid_over(plan: Plan, host: Host) -> dict[str, str]:
    """Path in the container -> content: the host's own overlays, and those of the hosts of the guest in it."""
    own = dict(plan.overlays.get(host.name, {}))
    if plan.air is not None and plan.air.container == host.name:
        for one in plan.air.hosts:
            own |= {f"{HOSTS}/{one.name}{path}": text for path, text in plan.overlays.get(one.name, {}).items()}
    return own


def check_overlays(plan: Plan) -> None:
    """Raise ManyErrors naming every overlay that no role of its host would use, with what the host does have."""
    errors = []
    for name, files in plan.overlays.items():
        known = {host.name: host for host in plan.everybody}.get(name)
        if known is None:
            errors.append(BadInput(f"overlays name a host {name} that the lab doesn't have"))
            continue
        own = overlayable(known)
        if not own:
            errors.append(
                BadInput(f"{name} is a tool of the suites and takes no overlay", fix="take it out of `overlays`")
            )
            continue
        errors += [
            BadInput(f"no role of {name} delivers {path}", fix=f"overlay one of {', '.join(own)}")
            for path in files
            if path not in own
        ]
    if errors:
        raise ManyErrors(errors)
