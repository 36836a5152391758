"""Shared secrets of RADIUS: one per client, made once, random, long enough that nobody guesses it from a capture (RAD-04)."""

from __future__ import annotations

import secrets
from pathlib import Path

from lab.pki.place import secret_stem
from lab.pki.store import write_private
from lab.plan import Plan

RADIUS = "radius"  # the application of the plan's flows to a RADIUS server
BYTES = 36  # 48 characters of base64url; a NAS is limited to 128 by few products and to 31 by none of the lab's


def clients(plan: Plan) -> tuple[str, ...]:
    """Hosts that may ask a RADIUS server, sorted."""
    return tuple(sorted({flow.source for flow in plan.every_flow if flow.application == RADIUS}))


def ensure(plan: Plan, directory: Path) -> tuple[Path, ...]:
    """Make missing secrets, drop those that the plan no longer needs; every file, in a stable order.

    NAME.secret has the words alone; NAME.conf the line `secret = "…"`, which FreeRADIUS and strongSwan both include.
    """
    names = clients(plan)
    made = []
    for name in names:
        plain, line = (secret_stem(directory, name).with_suffix(suffix) for suffix in (".secret", ".conf"))
        if not plain.is_file() or not plain.read_text().strip():
            write_private(plain, f"{secrets.token_urlsafe(BYTES)}\n".encode())
        wanted = f'secret = "{plain.read_text().strip()}"\n'
        if not line.is_file() or line.read_text() != wanted:
            write_private(line, wanted.encode())
        made += [plain, line]
    for path in secret_stem(directory, "any").parent.glob("*.*"):
        if path.stem not in names:
            path.unlink()
    return tuple(made)
