"""docs/scenarios.md: every example loads and builds, every refusal reads as printed, every key has an example."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from lab.catalogue import load as load_catalogue
from lab.converge import tree
from lab.converge.overlays import GUEST, ROLES, check_overlays
from lab.errors import BadInput
from lab.plan import build
from lab.scenario import json_schema, load
from lab.scenario.sheet.headings import HEADINGS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\S+)( refused)?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
GOOD = [text for language, refused, text in BLOCKS if language == "yaml" and not refused]
BAD = [
    (text, BLOCKS[number + 1][2])
    for number, (language, refused, text) in enumerate(BLOCKS)
    if language == "yaml" and refused
]
TODAY = date(2026, 11, 23)
VENDOR = ROOT / "docs" / "examples" / "vendor"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    examples = ROOT / "docs" / "examples"
    vpn, air = examples / "weak-vpn", examples / "vendor-wlan"
    for file in (VENDOR / "fw-mn.nft", examples / "register.csv", vpn / "gateway.conf", *air.glob("*.conf")):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text):
    Path("scenario.yaml").write_text(text, encoding="utf-8")
    return Path("scenario.yaml")


def test_the_page_has_examples():
    assert len(GOOD) >= 6
    assert len(BAD) >= 2


@pytest.mark.parametrize("text", GOOD)
@pytest.mark.usefixtures("folder")
def test_example_loads_and_builds(text):
    plan = build(load(written(text), as_of=TODAY), load_catalogue(), "t")
    check_overlays(plan)


@pytest.mark.parametrize(("text", "told"), BAD)
@pytest.mark.usefixtures("folder")
def test_refusal_reads_as_printed(text, told):
    with pytest.raises(BadInput) as caught:
        load(written(text), as_of=TODAY)
    assert f"{caught.value}\n" == told


def test_vendor_example_loads_and_lands_on_a_file_that_a_role_delivers():
    plan = build(load(VENDOR / "vendor.yaml", as_of=TODAY), load_catalogue(), "vendor")
    assert plan.overlays == {"fw-mn": {"/etc/nftables.conf": (VENDOR / "fw-mn.nft").read_text(encoding="utf-8")}}
    check_overlays(plan)


def test_every_key_has_an_example():
    schema = json_schema()
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part["properties"]}
    used = set()
    for text in GOOD:
        _collect(yaml.safe_load(text), used)
    assert keys <= used


def _collect(value, used):
    if isinstance(value, dict):
        used.update(value)
        for one in value.values():
            _collect(one, used)
    elif isinstance(value, list):
        for one in value:
            _collect(one, used)


def test_table_of_top_level_keys_is_complete():
    rows = re.findall(r"^\| `(\w+)` \| ", PAGE.split("### The base network")[0], re.MULTILINE)
    assert rows == list(json_schema()["properties"])


def test_table_of_overlays_is_complete():
    told = {
        role: set(re.findall(r"`(/[^`]+)`", cell))
        for role, cell in re.findall(r"^\| `(\w+)` \(.*?\) \| (.*)\|$", PAGE, re.MULTILINE)
    }
    there = {
        role.name: {path for path in tree.paths(role) if not path.startswith("/etc/sanso/services/")}
        for role in ROLES.iterdir()
    }
    assert told == there


def test_table_of_overlays_on_the_air_is_complete():
    told = [
        set(re.findall(r"`(/[^`]+)`", cell))
        for cell in re.findall(r"^\| (?:access point|stations|sensor) \(.*?\) \| (.*)\|$", PAGE, re.MULTILINE)
    ]
    trees = [tree.paths(ROLES / GUEST, name) for name in ("access-point", "station", "sensor")]
    assert told == trees


def test_vendors_wireless_example_loads_and_lands_on_files_of_hosts_on_the_air():
    folder = ROOT / "docs" / "examples" / "vendor-wlan"
    plan = build(load(folder / "vendor-wlan.yaml", as_of=TODAY), load_catalogue(), "vendor")
    assert plan.overlays == {
        "ap": {"/etc/hostapd/hostapd.conf": (folder / "hostapd.conf").read_text(encoding="utf-8")},
        "sta-lg": {"/etc/wlan/wpa_supplicant.conf": (folder / "wpa_supplicant.conf").read_text(encoding="utf-8")},
    }
    check_overlays(plan)


def test_table_of_headings_is_complete():
    told = {
        key: tuple(cell.split(", ")) for key, cell in re.findall(r"^\| (\w+) \| (.*?) \| .* \|$", PAGE, re.MULTILINE)
    }
    assert {key: told.get(key) for key in HEADINGS} == HEADINGS


def test_words_of_the_catalogue():
    catalogue = load_catalogue()
    for word in (*catalogue.edition_ids, *catalogue.model_ids):
        assert word in PAGE
