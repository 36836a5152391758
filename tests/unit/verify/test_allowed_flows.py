"""No flow is only said to be open: of every reference scenario each is tried with its real application by some test."""

import importlib.util
import inspect
from datetime import date
from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.plan import build
from lab.scenario import load
from lab.verify.answer import CLIENTS
from lab.verify.parameters import PARAMETERS
from lab.verify.planned import UNSPOKEN

ROOT = Path(__file__).parents[3]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))


def tried_for_real():
    """The parameters whose flows a test of a standard run asks to be answered."""
    for file in sorted((ROOT / "tests" / "controls").glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"suite_{file.stem}", file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, test in vars(module).items():
            disruptive = any(mark.name == "lab_disruptive" for mark in getattr(test, "pytestmark", ()))
            if name.startswith("test_") and not disruptive and ".is_allowed()" in inspect.getsource(test):
                yield from set(inspect.signature(test).parameters) & set(PARAMETERS)


@pytest.fixture(params=SCENARIOS, ids=lambda file: file.stem)
def plan(request):
    return build(load(request.param, as_of=date(2026, 11, 26)), load_catalogue(), "t")


def test_every_allowed_flow_is_tried_with_its_application(plan):
    wanted = tuple(tried_for_real())
    tried = {value for name in wanted for _, value in PARAMETERS[name](plan)}
    assert {flow.id for flow in set(plan.allowed) - tried if flow.application not in UNSPOKEN} == set()


def test_every_application_has_a_client_or_a_reason(plan):
    without = {(flow.application, flow.protocol) for flow in plan.allowed} - set(CLIENTS)
    assert {application for application, _ in without} <= set(UNSPOKEN)


def test_what_has_a_client_is_tried():
    assert {application for application, _ in CLIENTS} & set(UNSPOKEN) == set()
