from __future__ import annotations

import pytest

from lab.fault import Mutant


@pytest.fixture
def mutant():
    """A mutant of the tests' own; what a test doesn't say is harmless."""

    def make(number="one", **more):
        given = {"host": "fw-mn", "break_": "x", "fired": "x", "controls": ["ZONE-01"], "through": f"hole {number}"}
        return Mutant.model_validate({"id": number, **given, **more})

    return make
