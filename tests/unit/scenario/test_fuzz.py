"""Whatever the file holds, the loader gives a Scenario or says what is wrong: never another exception."""

import copy
import os
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lab.errors import BadInput
from lab.scenario import Scenario, load

ROOT = Path(__file__).parents[3]
SEED = (ROOT / "scenarios" / "minimal.yaml").read_text(encoding="utf-8")
RICH = """
edition: R8.3
model: alpha
title: t
ipv6: on
reference: minimal
paths: {wlan: [], telework: []}
zones: {add: {chukan: {place: peer-1, firewall: fw-mn, networks: [10.11.2.0/24, 'fd53:616e:736f:12::/64']}}, remove: [in]}
hosts: {add: {chukan: {zone: chukan, function: peer, number: 10}}, remove: [lg-term]}
register:
  - {id: TK-01, purpose: p, from: mn-app, to: chukan, service: tcp/443, limit: {mac: on}, owner: o, expires: +1y}
overlays: {}
waivers: [{control: TC-01, subject: s, reason: r, expires: 2027-01-01}]
"""
TODAY = date(2026, 11, 23)
WORDS = [
    "",
    "mn",
    "lg",
    "in",
    "mgmt",
    "transit",
    "mn-app",
    "log",
    "fw-mn",
    "juki-net",
    "tcp/443",
    "R8.3",
    "R5.3",
    "alpha",
    "beta",
    "+1y",
    "+9999y",
    "0000-00-00",
    "9999-12-31",
    "10.10.0.0/8",
    "::/0",
    "0.0.0.0/0",
    "on",
    "peer-1",
    "TC-01",
    "peer",
    "server",
    "/etc/x",
    "..",
    "\x00",
    "\ud800",
    "\x1b[2J",
    "１",
    "²",
]
EXAMPLES = int(os.environ.get("SANSO_FUZZ", "100"))  # per test; `make soak` asks for more
quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(WORDS), st.dates()
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), inner, max_size=4),
    ),
    max_leaves=12,
)


@pytest.fixture
def read(tmp_path):
    def read(content):
        file = tmp_path / "fuzz.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        try:
            found = load(file, as_of=TODAY)
        except BadInput as error:
            found = error
        if isinstance(found, BadInput):
            assert str(found).startswith(f"{file}:")
            str(found).encode()  # can be printed anywhere
        else:
            found.model_dump_json()
        return found

    return read


@quick
@given(st.binary(max_size=200))
def test_random_bytes(read, content):
    read(content)


@quick
@given(st.text(max_size=200))
@example("? ")
@example("- - -\n  - ?")
@example("%YAML 9.9\n--- a")
@example("%TAG ! tag:x\n--- !a b")
@example("a: |\n   x\n  y")
@example('"\\ud800"')
@example('"\\U00110000"')
@example("&a *a")
@example("<<: *x")
@example("\ufeff\ufeff")
@example("\x85\u2028")
def test_random_text(read, text):
    read(text)


@quick
@given(st.text(alphabet=st.sampled_from("ab:-?[]{},#&*!|>'\"%@` \n\t\\0~<"), max_size=60))
def test_text_of_yaml_signs(read, text):
    read(text)


@quick
@given(values)
def test_random_structures(read, value):
    read(yaml.safe_dump(value, allow_unicode=True))


def spots(value, here=()):
    """Every place of a structure."""
    yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from spots(inner, (*here, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from spots(inner, (*here, index))


def replaced(structure, spot, value):
    if not spot:
        return value
    changed = copy.deepcopy(structure)
    holder = changed
    for step in spot[:-1]:
        holder = holder[step]
    holder[spot[-1]] = value
    return changed


RICH_VALUE = yaml.safe_load(RICH.replace("on,", "'on',").replace("2027-01-01", "'2027-01-01'"))


@quick
@given(st.data())
def test_valid_scenario_with_values_replaced(read, data):
    structure = RICH_VALUE
    for _ in range(data.draw(st.integers(1, 3))):
        spot = data.draw(st.sampled_from(list(spots(structure))))
        structure = replaced(structure, spot, data.draw(values))
    read(yaml.safe_dump(structure, allow_unicode=True))


@quick
@given(st.data())
def test_valid_scenario_with_characters_changed(read, data):
    text = data.draw(st.sampled_from([SEED, RICH]))
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 10))
    put = data.draw(st.one_of(st.text(max_size=5), st.sampled_from(WORDS)))
    read(text[:at] + put + text[at + cut :])


def test_the_seeds_are_valid(read):
    assert isinstance(read(SEED), Scenario)
    assert isinstance(read(RICH), Scenario)
    assert isinstance(read(yaml.safe_dump(RICH_VALUE)), Scenario)
