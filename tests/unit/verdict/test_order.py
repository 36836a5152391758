"""ZONE-06 chain by chain: rules that never take effect, twins, and accepts above the denial that they undo."""

from __future__ import annotations

import pytest

from lab.verdict.register import order
from lab.verdict.register.finding import Kind
from lab.verdict.ruleset import Chain, Rule, Ruleset
from lab.verdict.ruleset.fields import Field
from lab.verdict.ruleset.model import Condition, Unsure, Verdict, VerdictMap
from lab.verdict.ruleset.ranges import Ranges

TABLE = "inet sanso"


def ports(*numbers):
    return ({Field.DPORT: Ranges.single(*numbers)},)


def when(*numbers):
    return Condition(f"dport {numbers}", ports(*numbers))


def rule(number, *statements, comment=""):
    return Rule(TABLE, "any", number, statements, comment=comment)


def ruleset(*rules, hook="forward", **more):
    base = Chain(TABLE, "base", tuple(rules), "filter", hook, 0, "drop")
    return Ruleset((base, *(Chain(TABLE, name, tuple(inner)) for name, inner in more.items())))


def kinds(given):
    return [(finding.kind, finding.rule.handle) for finding in order.order("fw-mn", given)]


ACCEPT, DROP, JUMP, GOTO = Verdict("accept"), Verdict("drop"), Verdict("jump", "inner"), Verdict("goto", "inner")
WIDE, NARROW = rule(1, when(22, 443), ACCEPT), rule(2, when(443), DROP, comment="explicit-deny")
TWINS = (rule(1, when(443), ACCEPT), rule(2, when(443), ACCEPT))


@pytest.mark.parametrize("hook", ["prerouting", "input", "forward", "output"])
def test_what_is_found_in_a_base_chain_is_found_in_one_that_is_jumped_to(hook):
    assert kinds(ruleset(*TWINS, hook=hook)) == [(Kind.DUPLICATE, 2)]
    assert kinds(ruleset(rule(9, JUMP), hook=hook, inner=TWINS)) == [(Kind.DUPLICATE, 2)]
    assert kinds(ruleset(rule(9, GOTO), hook=hook, inner=(WIDE, NARROW))) == kinds(ruleset(WIDE, NARROW))


def test_chains_are_followed_through_maps_and_other_chains_and_looked_at_once():
    into = VerdictMap("vmap", ((ports(1), Verdict("jump", "outer")), (ports(2), Verdict("jump", "inner"))))
    assert kinds(ruleset(rule(9, into), outer=(rule(8, JUMP),), inner=TWINS)) == [(Kind.DUPLICATE, 2)]
    assert kinds(ruleset(rule(9, when(5), ACCEPT), unused=TWINS)) == []


def test_a_jump_that_no_packet_gets_to_is_found_and_one_that_comes_back_hides_nothing():
    assert kinds(ruleset(rule(1, when(443), DROP), rule(2, when(443), JUMP), inner=())) == [(Kind.SHADOWED, 2)]
    assert kinds(ruleset(rule(1, when(443), JUMP), rule(2, when(443), ACCEPT), inner=())) == []
    assert kinds(ruleset(rule(1, when(443), GOTO), rule(2, when(443), ACCEPT), inner=())) == [(Kind.SHADOWED, 2)]


@pytest.mark.parametrize(
    ("verdict", "unsure", "found"),
    [("drop", False, [(Kind.SHADOWED, 2)]), ("return", False, []), ("jump", False, []), ("drop", True, [])],
)
def test_a_map_hides_what_it_surely_ends(verdict, unsure, found):
    into = VerdictMap("vmap", ((ports(443), Verdict(verdict, "inner")), (ports(80), Verdict("drop"))), unsure)
    assert kinds(ruleset(rule(1, into), rule(2, when(443), ACCEPT), inner=())) == found


def test_a_rate_hides_nothing():
    assert kinds(ruleset(rule(1, when(443), Unsure("limit"), ACCEPT), rule(2, when(443), ACCEPT))) == []
