"""Whatever a scenario takes from a base network: it is refused by name and place, or it makes a lab that can be judged."""

import importlib.util
import json
from datetime import date
from functools import cache
from inspect import signature
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.catalogue import load as load_catalogue
from lab.converge.overlays import ROLES
from lab.converge.tree import render
from lab.converge.variables import variables
from lab.errors import ManyErrors
from lab.plan import Protocol, build
from lab.scenario import ROUTERS, load
from lab.scenario.topology import reference, reference_names
from lab.verify.parameters import PARAMETERS, border_of, endpoints, zone_pairs
from lab.verify.trip import Wish, stands

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 26)
SINGLES = [
    (network, kind, name)
    for network in reference_names()
    for kind, names in (("zones", reference(network).zones), ("hosts", reference(network).hosts))
    for name in names
]


def suites():
    """(test, its controls) of every test of a standard run."""
    for file in sorted((ROOT / "tests" / "controls").glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"suite_{file.stem}", file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, test in vars(module).items():
            marks = [mark for mark in getattr(test, "pytestmark", []) if name.startswith("test_")]
            if marks and not any(mark.name == "lab_disruptive" for mark in marks):
                yield test, {one for mark in marks if mark.name == "control" for one in mark.args}


TESTS = tuple(suites())


def content(network, *, zones=(), hosts=()):
    """The base network without these, with the entries of the reference scenario whose ends are still there."""
    topology = reference(network)
    gone = {*hosts, *(name for name, host in topology.hosts.items() if host.zone in zones)}
    whole = load(ROOT / "scenarios" / f"{network}.yaml", as_of=TODAY)
    entries = [
        {
            "id": one.id,
            "purpose": one.purpose,
            "from": one.source,
            "to": one.destination,
            "service": f"{one.protocol}/{one.port}",
            "limit": {"mac": one.mac},
            "owner": one.owner,
            "expires": "+1y",
        }
        for one in whole.entries
        if not gone & {one.source, one.destination}
    ]
    own = [name for name in hosts if topology.hosts[name].zone not in zones]
    return {
        "edition": "R8.3",
        "model": "alpha",
        "reference": network,
        "zones": {"remove": list(zones)},
        "hosts": {"remove": own},
        "register": entries,
    }


def made(file, what):
    """The scenario and its plan; None if it is refused, which every single problem does at its line and with a fix."""
    file.write_text(json.dumps(what, indent=1), encoding="utf-8")  # JSON is YAML
    try:
        scenario = load(file, as_of=TODAY)
    except ManyErrors as refused:
        return says_what_must_stay(file, refused.errors)
    return build(scenario, load_catalogue(), "t")


def says_what_must_stay(file, errors):
    assert all(str(one).startswith(f"{file}:") and one.fix for one in errors)
    assert all(" can't be removed" in one.message for one in errors)


def can_be_judged(plan):
    for host in plan.hosts:
        found = variables(plan, host, Path("/keys"))
        for role in host.roles:
            render(ROLES / role, {**defaults(role), **found})
    for a, b in zone_pairs(plan):
        assert border_of(plan, a, b)
        for source in endpoints(plan, a):
            for target in endpoints(plan, b):
                assert stands(plan, Wish(source.name, target.name, plan.families[0], Protocol.TCP, 443))
    assert set(plan.controls_due) <= verdicts_for(plan)


@cache
def defaults(role):
    file = ROLES / role / "defaults" / "main.yml"
    return yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}


def verdicts_for(plan):
    """The controls that some test of a standard run has a subject for in this plan."""
    found = set()
    for test, ids in TESTS:
        if all(PARAMETERS[name](plan) for name in signature(test).parameters if name in PARAMETERS):
            found |= ids
    return found


@pytest.mark.parametrize(("network", "kind", "name"), SINGLES, ids="-".join)
def test_one_zone_or_host_less(tmp_path, network, kind, name):
    plan = made(tmp_path / "s.yaml", content(network, **{kind: [name]}))
    if plan is not None:
        can_be_judged(plan)


@pytest.mark.parametrize("network", reference_names())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_of_them_less(tmp_path, network, data):
    topology = reference(network)
    loose = [name for name, host in topology.hosts.items() if host.function not in {*ROUTERS, "log-store"}]
    zones = data.draw(st.lists(st.sampled_from(sorted(topology.zones.keys() - {"mgmt"})), unique=True))
    hosts = data.draw(st.lists(st.sampled_from(loose), unique=True))
    plan = made(tmp_path / "s.yaml", content(network, zones=zones, hosts=hosts))
    if plan is not None:
        can_be_judged(plan)


def test_the_outside_goes_as_a_whole(tmp_path):
    plan = made(tmp_path / "s.yaml", content("alpha", zones=["internet", "guest", "sc", "tc2"]))
    assert {segment.zone for segment in plan.segments} & {"internet", "guest", "sc"} == set()
    assert not any(route.destination.prefixlen == 0 for route in plan.host("fw-mn").routes)
    can_be_judged(plan)
