"""`lab explain`: one control, what a run saw of it, what is at fault, what the reference does, what to type next."""

from lab.report.explanation.advice import after, untested
from lab.report.explanation.document import document
from lab.report.explanation.model import Check, Command, Done, Explanation, Fault, Place, Rule, Seen, Step, Way
from lab.report.explanation.reference import reference_of
from lab.report.explanation.seen import seen_of

__all__ = [
    "Check",
    "Command",
    "Done",
    "Explanation",
    "Fault",
    "Place",
    "Rule",
    "Seen",
    "Step",
    "Way",
    "after",
    "document",
    "reference_of",
    "seen_of",
    "untested",
]
