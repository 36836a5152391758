"""Inspections of telework terminals: when each was looked at last, and whether what it runs was sound (TW-09).

Kept beside the keys, as decisions are: a terminal that was found unsound stays without access, also in a lab built anew, until an
inspection finds it sound. A terminal counts as inspected when it is delivered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from lab.errors import LabError
from lab.pki.needs import Terminal, terminals
from lab.pki.place import inspections_file
from lab.pki.store import write_private
from lab.plan import Plan

DELIVERED = "as delivered"


@dataclass(frozen=True, slots=True)
class Inspection:
    """The last one of a terminal."""

    at: str  # ISO 8601, UTC
    sound: bool
    found: str  # what it runs, in words

    @property
    def then(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self.at)


def load(directory: Path) -> dict[str, Inspection]:
    """Host -> its last inspection. LabError if they can't be read: forgetting one would let somebody in."""
    path = inspections_file(directory)
    try:
        return {host: Inspection(**one) for host, one in json.loads(path.read_text()).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise LabError(
            f"the list of inspections can't be read: {error}", where=str(path),
            fix="restore it from a backup, or remove the lab and its keys: lab down --keys",
        ) from error  # fmt: skip


def note(directory: Path, host: str, *, sound: bool, found: str, now: datetime) -> None:
    """Write down what was found on a host, in the place of what was before."""
    raw = {name: asdict(one) for name, one in load(directory).items()}
    raw[host] = asdict(Inspection(now.replace(microsecond=0).isoformat(), sound, found))
    write_private(inspections_file(directory), f"{json.dumps(raw, indent=2, sort_keys=True)}\n".encode())


def delivered(plan: Plan, directory: Path, now: datetime) -> None:
    """The lab's terminals are made anew from their image: that counts as an inspection of all that were not found unsound.

    One that holds for more than half of its days is left as it is: a new date would be a new file on every server.
    """
    known = load(directory)
    for one in asked_for(plan):
        last = known.get(one.host)
        if last is None or (last.sound and 2 * (now - last.then) > timedelta(days=plan.inspection[one.class_])):
            note(directory, one.host, sound=True, found=DELIVERED, now=now)


def asked_for(plan: Plan) -> tuple[Terminal, ...]:
    """Telework terminals that are let in with a sound inspection alone."""
    remote = {host.name for host in plan.hosts if "telework_terminal" in host.roles}
    return tuple(one for one in terminals(plan) if one.host in remote and one.class_ in plan.inspection)


def until(plan: Plan, terminal: Terminal, known: Mapping[str, Inspection]) -> str:
    """When its inspection ends, in seconds since 1970 as FreeRADIUS takes it; "" without a sound one that is asked for."""
    last, days = known.get(terminal.host), plan.inspection.get(terminal.class_)
    if last is None or not last.sound or days is None:
        return ""
    return str(int((last.then + timedelta(days=days)).timestamp()))
