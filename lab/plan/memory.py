"""Questions that a plan alone decides and that a run asks ten thousand times: answered once per plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from lab.plan.model import Plan

P = ParamSpec("P")
Answer = TypeVar("Answer")


def once(question: Callable[Concatenate[Plan, P], Answer]) -> Callable[Concatenate[Plan, P], Answer]:
    """Keep the answers of a pure function of a plan and of hashable things, with the plan."""

    @wraps(question)
    def asked(plan: Plan, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        key = (question, args, *sorted(kwargs.items()))
        if key not in plan.found:
            plan.found[key] = question(plan, *args, **kwargs)
        answer: Answer = plan.found[key]
        return answer

    return asked
