"""Tests that only probe come first; what leaves something on a host waits until no host is being asked."""

from types import SimpleNamespace

import pytest

from lab.verify.memory import Memory
from lab.verify.order import QUESTIONS, begin_ahead, only_probes, probes_first, zone_pairs


def item(*fixtures, params=(), disruptive=False, value=None):
    return SimpleNamespace(
        fixturenames=list(fixtures),
        callspec=SimpleNamespace(params=dict.fromkeys(params, value)),
        get_closest_marker=lambda name: name if disruptive and name == "lab_disruptive" else None,
    )


@pytest.mark.parametrize(
    ("fixtures", "params", "alone"),
    [
        (("matrix", "pair", "request", "lab_session", "quick"), ("pair",), True),
        (("flow",), (), True),
        (("flow", "host"), (), False),
        (("border", "firewall"), ("firewall",), True),
        (("border", "logging_firewall"), ("logging_firewall",), False),  # later the lines are there already
        (("scanner", "tls_service"), ("tls_service",), False),
        (("plan",), (), False),
        (("flow", "somebodys_own"), (), False),
    ],
)
def test_a_test_only_probes_if_all_its_fixtures_do(fixtures, params, alone):
    assert only_probes(item(*fixtures, params=params)) is alone


def test_probes_come_first_and_disruption_last():
    a, b, c, d = item("scanner"), item("flow"), item("flow", disruptive=True), item("matrix")
    long = item("backups")
    items = [long, a, c, b, d]
    probes_first(items)
    assert items == [b, d, a, long, c]


def test_what_is_about_a_host_on_an_errand_comes_after_the_others():
    busy, free = item("host", params=("one",), value="lg-desk"), item("host", params=("one",), value="lg-app")
    flow = item("scanner", params=("one",), value=SimpleNamespace(source="lg-term", destination="lg-desk"))
    probe, screen = item("flow", params=("one",), value="lg-desk"), item("screens")
    items = [screen, busy, flow, probe, free]
    probes_first(items, busy={"lg-desk"})
    assert items == [probe, free, busy, flow, screen]


def test_pairs_of_zones_are_known_before_their_tests_run():
    border = item("matrix", "peer_border", params=("peer_border",), value=("lg", "mn"))
    other = item("flow", "peer_border", params=("peer_border",), value=("in", "mn"))
    services = item("matrix", "lg_in_pair", params=("lg_in_pair",), value=("lg", "in"))
    assert zone_pairs([border, other, services, item("matrix"), border]) == [("lg", "mn")]


def test_hosts_are_asked_what_the_tests_want_to_know_and_nothing_else():
    begun = []
    ahead = SimpleNamespace(begin=lambda question, **_: begun.append(question))
    session = SimpleNamespace(ahead=ahead, plan=None, memory=Memory())
    begin_ahead(session, [item("flow"), item("discovery", "host")], quick=False)
    assert begun == [QUESTIONS["discovery"]]
