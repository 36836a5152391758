"""What of a lab is on the engine, and waiting for it."""

from __future__ import annotations

import time

DEADLINE = 30  # seconds


def of_lab(engine, name, kind=None):
    """All containers of a lab, or the running ones of a kind."""
    labels = [f"sanso.lab={name}"] + ([f"sanso.kind={kind}"] if kind else [])
    return engine.api.containers(all=kind is None, filters={"label": labels})


def wait_for(what, condition, deadline=DEADLINE):
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {deadline} s for {what}")
