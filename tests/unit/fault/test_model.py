"""A mutant says all that is needed to find it, or is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"controls": []}, "either `controls` that turn red or `stays_green`"),
        ({"stays_green": ["LOG-01"]}, "either `controls` that turn red or `stays_green`"),
        ({"through": ""}, "shares a lab with others: it needs `through`"),
        ({"through": {"ZONE-01": ""}}, "shares a lab with others: it needs `through`"),
        ({"through": {"LOG-01": "x"}}, "`through` must name each of ZONE-01 and no other"),
        ({"controls": [], "stays_green": ["LOG-01"]}, "what stays green has no `through`"),
        ({"throgh": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_refused(mutant, given, words):
    with pytest.raises(ValidationError, match=words):
        mutant(**given)


def test_alone_needs_no_text(mutant):
    assert mutant(alone=True, through="").said("ZONE-01") == ""


def test_hosts_are_all_that_it_changes(mutant):
    assert mutant(also={"log": "x"}).hosts == {"fw-mn", "log"}
