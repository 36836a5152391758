"""Verdict: what observations and live rules mean. Pure: the same records give the same judgement, in five states.

Silence is never a pass: a denial needs a witness, a reading needs every statement understood.
"""

from lab.verdict.allowed import allowed
from lab.verdict.closed import device_closed
from lab.verdict.crafted import Expectation, Twin, crafted, stopped_by
from lab.verdict.denied import denied
from lab.verdict.judgement import Judgement
from lab.verdict.leak import came_back, stayed_inside
from lab.verdict.purpose import Purpose
from lab.verdict.refused import refused
from lab.verdict.register import Finding, Kind, register_match
from lab.verdict.ruleset import Rule, Ruleset, UnknownStatement, parse_ruleset
from lab.verdict.sweep import sweep
from lab.verdict.tracking import tracking_opens_nothing
from lab.verdict.unrouted import unrouted
from lab.verdict.window import stayed_closed, was_cut

__all__ = [
    "Expectation",
    "Finding",
    "Judgement",
    "Kind",
    "Purpose",
    "Rule",
    "Ruleset",
    "Twin",
    "UnknownStatement",
    "allowed",
    "came_back",
    "crafted",
    "denied",
    "device_closed",
    "parse_ruleset",
    "refused",
    "register_match",
    "stayed_closed",
    "stayed_inside",
    "stopped_by",
    "sweep",
    "tracking_opens_nothing",
    "unrouted",
    "was_cut",
]
