"""Observations recorded on a running lab, with the rules that the device had at that moment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from lab.record import Observation
from lab.verdict import Ruleset, parse_ruleset

DATA = Path(__file__).parent / "data"
CASES = json.loads((DATA / "observations.json").read_text())


@dataclass(frozen=True)
class Case:
    device: str
    seen: Observation
    others: tuple[Observation, ...]
    ruleset: Ruleset


def case(name: str) -> Case:
    """One recording. Its rules are the device's usual ones and those of the case, each at its place."""
    stored = CASES[name]
    device = stored["device"]
    objects = json.loads((DATA / f"{device}.json").read_text())["nftables"]
    for place, each in stored.get("extra", ()):
        objects.insert(place, each)
    listing = (DATA / f"{device}.nft").read_text()
    for table, chain, handle, text in stored.get("texts", ()):
        listing += f"table {table} {{\n\tchain {chain} {{\n\t\t{text} # handle {handle}\n\t}}\n}}\n"
    seen, *others = (Observation.model_validate(each) for each in stored["observations"])
    return Case(device, seen, tuple(others), parse_ruleset(json.dumps({"nftables": objects}).encode(), listing))
