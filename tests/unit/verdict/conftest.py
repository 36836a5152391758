import json
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.plan import build
from lab.verdict import parse_ruleset

DATA = Path(__file__).parent / "data"
SCENARIO = Path(__file__).parents[3] / "scenarios" / "minimal.yaml"


@pytest.fixture(scope="session")
def plan():
    return build(scenario.load(SCENARIO), catalogue.load(), "unit")


@pytest.fixture(scope="session")
def recorded():
    """Read a device's ruleset as recorded from a running lab, with rules of a mutant put in, or the text changed."""

    def read(device, mutant=None, change=None):
        text = (DATA / f"{device}.json").read_text()
        listing = (DATA / f"{device}.nft").read_text()
        if change is not None:
            text, listing = change(text), change(listing)
        objects = json.loads(text)["nftables"]
        if mutant is not None:
            added = json.loads((DATA / "mutant-rules.json").read_text())[mutant]
            rules = next(number for number, each in enumerate(objects) if "rule" in each)
            objects[rules:rules] = added
        return parse_ruleset(json.dumps({"nftables": objects}).encode(), listing)

    return read
