"""A run that was asked for some controls judges no other by the way."""

from types import SimpleNamespace

import pytest

from lab.verify.stash import WANTED, controls_of


def item(wanted=None):
    stash = pytest.Stash()
    if wanted is not None:
        stash[WANTED] = frozenset(wanted)
    marks = [SimpleNamespace(args=("ZONE-01", "ZONE-05")), SimpleNamespace(args=("ZONE-01",))]
    return SimpleNamespace(config=SimpleNamespace(stash=stash), iter_markers=lambda _name: marks)


@pytest.mark.parametrize(
    ("wanted", "judged"),
    [(None, ("ZONE-01", "ZONE-05")), (["ZONE-05", "LOG-01"], ("ZONE-05",)), (["LOG-01"], ())],
)
def test_a_test_gives_its_verdicts_for_what_was_asked(wanted, judged):
    assert controls_of(item(wanted)) == judged
