import json
import re
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.plan import build
from lab.verdict import Judgement, parse_ruleset

DATA = Path(__file__).parent / "data"
SCENARIO = Path(__file__).parents[3] / "scenarios" / "minimal.yaml"


ENGLISH = re.compile(
    r"(?<![\w./:-])(the|of|and|or|by|from|was|has|are|for|no|not|nothing|its|that|did|nobody|bits|keys)(?![\w./:-])"
)
QUOTED = re.compile("'[^']*'|\"[^\"]*\"|`[^`]*`|（[A-Z][^（）]*）")  # what programs said, and commands
RULE = re.compile(r"\b(inet|ip6?|netdev) \w+ \w+(:| handle \d+:) .*?(?=。|$)")


@pytest.fixture(autouse=True)
def no_english_in_japanese(monkeypatch):
    """No message of these tests has an English phrase inside of its Japanese; names, rules and quoted words may stay."""
    made = []
    begin = Judgement.__init__

    def noted(self, *given):
        begin(self, *given)
        made.append(self)

    monkeypatch.setattr(Judgement, "__init__", noted)
    yield
    told = [QUOTED.sub("", RULE.sub("", one.message_ja)) for one in made]
    assert [text for text in told if ENGLISH.search(text)] == []


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
