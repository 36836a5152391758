"""Mutants share a lab only where none can hide another."""

from __future__ import annotations

import pytest

from lab.fault import batches, mutants, one_each

ACCEPT = "nft insert rule inet sanso forward tcp dport {} accept"


def grouped(*mutants):
    return [[mutant.id for mutant in batch.mutants] for batch in batches(mutants)]


def test_other_hosts_share_a_lab(mutant):
    assert grouped(mutant("a"), mutant("b", host="fw-lg"), mutant("c", host="log")) == [["a", "b", "c"]]


def test_one_host_is_broken_once_at_a_time(mutant):
    assert grouped(mutant("a"), mutant("b"), mutant("c", host="log")) == [["a", "c"], ["b"]]


def test_accepts_stand_side_by_side(mutant):
    assert grouped(mutant("a", break_=ACCEPT.format(1)), mutant("b", break_=ACCEPT.format(2))) == [["a", "b"]]


@pytest.mark.parametrize(
    "other",
    [
        "nft insert rule inet sanso forward tcp dport 2 drop",
        "nft flush ruleset; nft add rule inet sanso forward accept",
        "nft add rule inet sanso forward accept && nft flush chain inet sanso input",
        "nft insert rule inet sanso forward tcp dport 2 accept && chronyc allow 10.0.0.0/8",
    ],
)
def test_what_may_hide_an_accept_stands_apart_from_it(mutant, other):
    assert grouped(mutant("a", break_=ACCEPT.format(1)), mutant("b", break_=other)) == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("rules", "programs"),
    [("nft flush ruleset", "chronyc -n local off"), ("nft delete rule inet sanso forward handle 3", "service stop x")],
)
def test_rules_and_programs_of_one_host_are_apart(mutant, rules, programs):
    assert grouped(mutant("a", break_=rules), mutant("b", break_=programs)) == [["a", "b"]]
    assert grouped(mutant("a", break_=f"{rules} && chronyc x"), mutant("b", break_=programs)) == [["a"], ["b"]]


def test_all_hosts_of_a_breakage_count(mutant):
    both = mutant("a", also={"log": "x"}, break_=ACCEPT.format(1))
    assert grouped(both, mutant("b", host="log"), mutant("c", break_=ACCEPT.format(2))) == [["a"], ["b", "c"]]


def test_alone_means_alone(mutant):
    assert grouped(mutant("a"), mutant("b", host="log", alone=True), mutant("c", host="lg")) == [["a", "c"], ["b"]]


def test_what_stays_green_is_judged_without_what_turns_red(mutant):
    green = {"controls": [], "through": "", "stays_green": ["ZONE-01"]}
    assert grouped(mutant("a"), mutant("b", host="log", **green), mutant("c", host="lg", **green)) == [
        ["a"],
        ["b", "c"],
    ]


def test_scenarios_have_labs_of_their_own_one_after_the_other(mutant):
    found = batches([mutant("a"), mutant("b", scenario="alpha"), mutant("c", controls=["TC-02"])])
    assert [(batch.scenario, len(batch.mutants)) for batch in found] == [("minimal", 1), ("minimal", 1), ("alpha", 1)]


def test_a_run_judges_the_controls_of_its_mutants_once(mutant):
    (batch,) = batches([mutant("a", controls=["ZONE-01", "LOG-01"]), mutant("b", host="log", controls=["LOG-01"])])
    assert batch.controls == ("LOG-01", "ZONE-01")


def test_the_short_way_has_every_control_once():
    short = one_each(mutants())
    controls = {control for mutant in mutants() if not mutant.slow for control in mutant.controls}
    assert {control for mutant in short for control in mutant.controls} == controls
    assert len(short) < len(mutants())
    assert not any(mutant.slow for mutant in short)
    assert {mutant.id for mutant in mutants() if mutant.stays_green and not mutant.slow} <= {
        mutant.id for mutant in short
    }
