"""Every authentication server is asked by everybody who may ask it, not the first one alone."""

from datetime import date
from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.plan import build
from lab.scenario import load
from lab.verify.parameters import PARAMETERS

SCENARIOS = Path(__file__).parents[3] / "scenarios"


@pytest.mark.parametrize(
    ("scenario", "clients", "servers", "networks"),
    [
        ("telework", ["vpn-gw-at-radius"], ["radius"], []),
        (
            "wlan",
            ["ap-at-radius", "ap-at-radius-2"],
            ["radius", "radius-2"],
            ["sanso-lg-at-radius", "sanso-lg-at-radius-2", "sanso-mn-at-radius", "sanso-mn-at-radius-2"],
        ),
        ("wired", [], [], []),
    ],
)
def test_who_asks_which_server(scenario, clients, servers, networks):
    plan = build(load(SCENARIOS / f"{scenario}.yaml", as_of=date(2026, 11, 26)), load_catalogue(), "t")
    ids = [[name for name, _ in PARAMETERS[of](plan)] for of in ("radius_client", "asked_server", "asked_network")]
    assert ids == [clients, servers, networks]
    assert {flow.port for _, flow in PARAMETERS["radius_client"](plan)} <= {1812}


def test_another_zones_terminal_is_tried_where_there_is_one():
    names = ("asked_network_of_several", "staff_network_of_several")
    found = {}
    for scenario in ("wlan", "wlan-r5"):
        plan = build(load(SCENARIOS / f"{scenario}.yaml", as_of=date(2026, 11, 26)), load_catalogue(), "t")
        found[scenario] = [len(PARAMETERS[name](plan)) for name in names]
    assert found == {"wlan": [4, 2], "wlan-r5": [0, 0]}
