"""Helpers and expectations: found wherever they stand."""

from __future__ import annotations

import json

import pytest

from lab.record import State
from lab.verdict import Kind, parse_ruleset, register_match, tracking_opens_nothing

SESSION = "tcp 6 431612 ESTABLISHED src=10.90.0.1 dst=10.90.0.10 sport=49210 dport=6514 [ASSURED] mark=0 use=1"


def judged(ruleset, *, sessions=(SESSION,), expected=(), automatic=""):
    return tracking_opens_nothing("fw-mn", ruleset, sessions=sessions, expected=expected, automatic=automatic)


def with_rule(*statements):
    rule = {"family": "inet", "table": "t", "chain": "c", "handle": 2, "expr": list(statements)}
    chain = {"family": "inet", "table": "t", "name": "c", "handle": 1, "type": "filter", "hook": "forward", "prio": 10}
    return parse_ruleset(json.dumps({"nftables": [{"chain": {**chain, "policy": "accept"}}, {"rule": rule}]}).encode())


def test_reference_opens_nothing(recorded):
    assert judged(recorded("fw-mn")).state is State.PASS
    assert judged(recorded("fw-mn"), automatic="0").state is State.PASS


@pytest.mark.parametrize(
    "found",
    [{"sessions": (SESSION + " helper=ftp",)}, {"expected": ("119 proto=6 src=1 dst=2",)}, {"automatic": "1"}],
    ids=lambda found: next(iter(found)),
)
def test_what_the_kernel_holds_is_found(recorded, found):
    assert judged(recorded("fw-mn"), **found).state is State.FAIL


@pytest.mark.parametrize("statement", [{"ct helper": "ftp"}, {"ct expectation": "beside"}], ids=str)
def test_rule_that_opens_is_found(statement):
    assert judged(with_rule(statement)).state is State.FAIL


def test_offloaded_flow_is_a_finding(plan):
    """Case Z9: this kernel has no flowtables, so a rule that uses one is known from nft's own JSON alone."""
    ruleset = with_rule({"flow": {"op": "add", "flowtable": "@fast"}})
    told = [finding for finding in register_match(plan, "fw-mn", ruleset) if finding.kind is Kind.ALTERATION]
    assert told
    assert "flow" in told[0].judgement.message_en
