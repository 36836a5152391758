"""Removal by label, and nothing but what carries it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from docker.errors import APIError

from lab.engine.client import Api, explained, reason
from lab.engine.helpers import remove
from lab.engine.listing import Listed, containers
from lab.engine.model import Removed
from lab.engine.names import LAB, Kind
from lab.errors import LabError

QUIET = (
    2.0  # seconds that the listing must stay empty after a crash: the engine still finishes create requests in flight
)
# A complete lab has no creation in flight, but a command that was killed just now may have a helper.
SHORT = 0.4
_PAUSE = 0.05
_DEADLINE = 60.0
_THREADS = 8


def remove_all(client: Api, lab: str, *, quiet: float = 0.0) -> Removed:
    """Remove everything of `lab` until nothing of it has been seen for `quiet` seconds.

    A running lock stays: it is its holder's. LabError after a minute.
    """
    deadline = time.monotonic() + _DEADLINE
    removed: set[str] = set()
    last_seen = time.monotonic()
    while True:
        present = [one for one in containers(client, lab) if not _is_held(one)]
        if present:
            last_seen = time.monotonic()
            fresh = [one.id for one in present if one.id not in removed or not one.is_going]
            _remove(client, fresh)
            removed.update(fresh)
        elif time.monotonic() - last_seen >= quiet:
            break
        if time.monotonic() > deadline:
            names = ", ".join(one.name for one in present)
            raise LabError(
                f"lab {lab} cannot be removed, these stay: {names}", fix="restart the Docker engine, then lab down"
            )
        time.sleep(_PAUSE)
    networks, volumes = _remove_others(client, lab)
    return Removed(len(removed), networks, volumes)


def _is_held(one: Listed) -> bool:
    return one.kind is Kind.LOCK and one.state == "running"


def _remove(client: Api, ids: list[str]) -> None:
    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in pool.map(lambda container: remove(client, container), ids):
            pass


def _remove_others(client: Api, lab: str) -> tuple[int, int]:
    """Networks and volumes with the label: the lab makes none, a program in it might."""
    label = {"label": f"{LAB}={lab}"}
    with explained(f"cannot list what lab {lab} left"):
        networks = client.networks(filters=label)
        volumes = client.volumes(filters=label)["Volumes"] or []
    try:
        for network in networks:
            client.remove_network(network["Id"])
        for volume in volumes:
            client.remove_volume(volume["Name"], force=True)
    except APIError as error:
        raise LabError(f"cannot remove what lab {lab} left: {reason(error)}") from error
    return len(networks), len(volumes)
