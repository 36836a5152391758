"""Fault: real settings broken on a running lab, proven to have fired, and undone.

Each mutant says which host it breaks, how, how to see that it is broken, and which controls must turn red. The system
tests walk through them; a control that no mutant turns red is not tested.
"""

from lab.fault.inject import inject
from lab.fault.model import Mutant, mutants

__all__ = ["Mutant", "inject", "mutants"]
