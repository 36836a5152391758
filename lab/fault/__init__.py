"""Fault: real settings broken on a running lab, proven to have fired, and undone.

Each mutant says which host it breaks, how, how to see that it is broken, and which controls must turn red. Those that
leave each other alone stand in the lab together; each must still be found by what it alone makes a verdict say. The
system tests walk through them; a control that no mutant turns red is not tested.
"""

from lab.fault.batch import Batch, batches, one_each
from lab.fault.found import missed, mistaken
from lab.fault.inject import inject, remaining
from lab.fault.model import Mutant, mutants

__all__ = ["Batch", "Mutant", "batches", "inject", "missed", "mistaken", "mutants", "one_each", "remaining"]
