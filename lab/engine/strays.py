"""Captures and probers that hold a network of the lab that is no more: a namespace lives as long as anything is in it."""

from __future__ import annotations

from datetime import datetime

from lab.engine.client import Api, explained
from lab.engine.helpers import remove
from lab.engine.listing import Listed, containers
from lab.engine.names import FABRIC, Kind, container_name

_LISTENERS = {Kind.CAPTURE, Kind.PROBER}
_NEVER_STARTED = 60  # seconds after which one that was created and not started has nobody


def end_strays(client: Api, lab: str) -> int:
    """Remove those that are older than the fabric's newest start, so that its old links can go; how many."""
    with explained(f"cannot look at the fabric of lab {lab}"):
        state = client.inspect_container(container_name(lab, FABRIC))["State"]
    started = datetime.fromisoformat(state["StartedAt"][:19] + "+00:00").timestamp()
    return _remove(client, [one for one in _listeners(client, lab) if one.created <= started])


def end_abandoned(client: Api, lab: str, now: float) -> int:
    """Remove those that a killed command made and never started; how many. A capture that is just beginning stays."""
    return _remove(
        client,
        [
            one
            for one in _listeners(client, lab)
            if one.state != "running" and (one.kind is Kind.PROBER or one.created < now - _NEVER_STARTED)
        ],
    )


def _listeners(client: Api, lab: str) -> list[Listed]:
    return [one for one in containers(client, lab) if one.kind in _LISTENERS]


def _remove(client: Api, these: list[Listed]) -> int:
    for one in these:
        remove(client, one.id)
    return len(these)
