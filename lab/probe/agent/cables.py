"""The intruders' cables: kept for the orders that follow, which mostly come from the same places; unplugged when none does."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from lab.probe.agent.intruder import Intruder

Order = dict[str, Any]
Cable = tuple[
    str, str, str | None, bool
]  # segment, MAC of the next hop, MAC of its own (None: any), for crafted packets
IDLE = 0.3  # seconds without an order after which all cables are unplugged


def cable(attempt: Order) -> Cable:
    """The cable that an attempt goes by. The segment is "" for one that no intruder makes."""
    segment, next_hop = attempt.get("intruder_segment") or "", attempt.get("intruder_next_hop") or ""
    return segment, next_hop, attempt.get("intruder_mac"), bool(attempt.get("craft"))


class Cables:
    """What is plugged in now."""

    def __init__(self) -> None:
        self._kept: dict[Cable, Intruder] = {}
        self._number = 0

    @property
    def plugged(self) -> bool:
        """True while there is something to unplug."""
        return bool(self._kept)

    def plug(self, attempts: list[Order], cleaning: ExitStack) -> dict[Cable, Intruder]:
        """One intruder per cable of the batch, with all the addresses it needs.

        One that has somebody's MAC address is unplugged with the batch: the bridge must not take it for that host's place.
        """
        wanted: dict[Cable, set[str]] = {}
        targets: dict[Cable, set[str]] = {}
        for attempt in attempts:
            if attempt.get("intruder_segment"):
                mine = wanted.setdefault(cable(attempt), set())
                mine |= set() if attempt.get("craft") else {attempt["intruder_source"]}
                targets.setdefault(cable(attempt), set()).add(attempt["address"])
        made = {}
        for one, addresses in wanted.items():
            kept = self._kept.get(one)
            if kept is not None and kept.addresses & targets[one]:  # it would answer itself
                self._kept.pop(one).close()
                kept = None
            if kept is not None:
                kept.add(addresses)
                made[one] = kept
                continue
            made[one] = self._make(one, addresses)
            if one[2] is None:
                self._kept[one] = made[one]
            else:
                cleaning.callback(made[one].close)
        return made

    def unplug(self) -> None:
        """All of them, now. To be called between batches: those that go with their batch would be taken along."""
        if self._kept:
            Intruder.close_all(self._kept.values())
            self._kept.clear()

    def _make(self, one: Cable, addresses: set[str]) -> Intruder:
        self._number += 1
        segment, next_hop, mac, crafting = one
        return Intruder(self._number, segment, next_hop, mac, addresses, crafting=crafting)
