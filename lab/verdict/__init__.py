"""Verdict: what observations and live rules mean. Pure: the same records give the same judgement, in five states.

Silence is never a pass: a denial needs a witness, a reading needs every statement understood.
"""

from lab.verdict.allowed import allowed
from lab.verdict.closed import device_closed
from lab.verdict.denied import denied
from lab.verdict.judgement import Judgement
from lab.verdict.purpose import Purpose
from lab.verdict.register import Finding, Kind, register_match
from lab.verdict.ruleset import Rule, Ruleset, UnknownStatement, parse_ruleset
from lab.verdict.tracking import tracking_opens_nothing
from lab.verdict.window import stayed_closed, was_cut

__all__ = [
    "Finding",
    "Judgement",
    "Kind",
    "Purpose",
    "Rule",
    "Ruleset",
    "UnknownStatement",
    "allowed",
    "denied",
    "device_closed",
    "parse_ruleset",
    "register_match",
    "stayed_closed",
    "tracking_opens_nothing",
    "was_cut",
]
