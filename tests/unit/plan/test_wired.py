"""The plan of the scenario `wired`: what several legs, an outside and other routers mean for ways."""

from datetime import date
from ipaddress import ip_address
from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.errors import LabError
from lab.plan import Family, Kind, build, route, trail
from lab.scenario import load
from lab.verify.parameters import border_of, zone_pairs
from lab.verify.trip import Wish, devices, stands

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def plan():
    return build(load(ROOT / "scenarios" / "wired.yaml", as_of=date(2026, 11, 25)), load_catalogue(), "t")


def wish(source, destination):
    return Wish(source, destination, Family.IPV4, "tcp", 443)


def test_what_leaves_a_zone_for_the_internet_ends_at_the_proxy_that_forwards_nothing(plan):
    way = trail(plan, "mn-term", plan.host("www").address(Family.IPV4))
    assert way[-1] == "sc-proxy.sc/to"
    assert [step.partition(".")[0] for step in way if step.endswith("/to")] == ["fw-mn", "fw-lg", "fw-in", "sc-proxy"]
    with pytest.raises(LabError, match="ends at sc-proxy, which doesn't forward"):
        route(plan, "mn-term", "www", Family.IPV4)


def test_no_private_address_is_routed_outside(plan):
    assert trail(plan, "guest-term", plan.host("mn-app").address(Family.IPV4))[-1] == "isp.internet/to"


def test_every_firewall_sends_unknown_addresses_outside(plan):
    nobody = ip_address("198.51.100.200")
    for source, first in (("mn-term", "fw-mn"), ("lg-term", "fw-lg"), ("in-term", "fw-in"), ("juki-net", "fw-mn")):
        way = trail(plan, source, nobody)
        assert way[1].startswith(f"{first}.")
        assert way[-1] == "sc-proxy.sc/to"


@pytest.mark.parametrize(
    ("source", "destination", "judged"),
    [
        ("mn-term", "www", ["fw-mn", "fw-lg", "fw-in"]),
        ("www", "mn-term", ["fw-in", "fw-lg", "fw-mn"]),
        ("guest-term", "mn-app", ["guest-router", "fw-in", "fw-lg", "fw-mn"]),
        ("relay", "mn-app", ["fw-mn"]),
        ("sc-proxy", "lg-app", ["fw-in", "fw-lg"]),
        ("log", "lg-app", ["fw-lg"]),
    ],
)
def test_every_firewall_between_is_judged(plan, source, destination, judged):
    assert [device for device, _ in devices(plan, wish(source, destination))] == judged


def test_from_outside_every_firewall_is_tried_from_right_in_front_of_it(plan):
    where = {stand.device: stand.attempt.intruder_segment for stand in stands(plan, wish("www", "mn-term"))}
    assert where == {"fw-in": "sc", "fw-lg": "x-li", "fw-mn": "x-ml"}


def test_every_guarded_pair_of_zones_has_its_control(plan):
    borders = {pair: border_of(plan, *pair) for pair in zone_pairs(plan)}
    assert borders["mn", "internet"] == borders["guest", "mn"] == "internet_border"
    assert borders["mn", "tc2"] == borders["govcloud", "mn"] == "peer_border"
    assert borders["lg", "sc"] == borders["in", "lg"] == "lg_in_border"
    assert borders["in", "internet"] == borders["sc", "in"] == "cloud_border"
    assert borders["lg", "lgwan"] == "lgwan_border"
    assert borders["mn", "mgmt"] == "my_number_border"
    assert ("internet", "sc") not in borders  # outside every border


def test_a_role_that_sends_runs_only_where_it_may(plan):
    senders = {flow.source for flow in plan.allowed if flow.application == "syslog-tls"}
    assert {host.name for host in plan.hosts if "log_client" in host.roles} == senders
    assert "guest-term" not in senders


def test_routers_outside_know_the_guests_and_no_zone(plan):
    assert [str(one.destination) for one in plan.host("isp").routes] == ["192.0.2.0/24", "2001:db8:200::/64"]
    assert plan.host("isp").kind is plan.host("guest-router").kind is Kind.ROUTER
    assert plan.host("relay").kind is plan.host("sc-proxy").kind is Kind.ENDPOINT
