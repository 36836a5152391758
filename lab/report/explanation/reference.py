"""What the reference network does for a control, by file and line."""

from __future__ import annotations

from lab.catalogue.reference import implementations
from lab.plan import Plan
from lab.report.explanation.model import Done
from lab.report.explanation.places import PROJECT


def reference_of(control: str, plan: Plan | None) -> tuple[Done, ...]:
    """Files of the project that do it. With a plan: those of roles that are in it, and their hosts."""
    found = []
    for one in implementations().get(control, ()):
        hosts = tuple(host.name for host in plan.hosts if one.role in host.roles) if plan and one.role else ()
        if plan is None or not one.role or hosts:
            found.append(Done(f"{one.path}:{line_of(one.path, one.at)}", one.what, hosts))
    return tuple(found)


def line_of(path: str, text: str) -> int:
    """The first line of the file that holds the text. ValueError if none does."""
    lines = (PROJECT / path).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if text in line:
            return number
    raise ValueError(f"{path} has no line with {text!r}")
