"""What a station heard of an access point's ports."""

from __future__ import annotations

import pytest

from lab.verify.wireless.management import answers

TIMED_OUT = "2026/11/27 05:00:00 socat[7] E connecting to AF=2 10.90.0.30:22: Connection timed out"
REFUSED = (
    "2026/11/27 05:00:00 socat[7] W recvmsg(): Resource temporarily unavailable socat[7] E connect: Connection refused"
)


@pytest.mark.parametrize(
    ("told", "answered", "asked"),
    [
        ("22 0 ", [22], {22}),
        ("22 0", [22], {22}),
        (f"22 1 {TIMED_OUT}", [], {22}),
        (f"443 1 {REFUSED}", [443], {443}),
        ("22 124 ", [], set()),  # killed before it knew
        (f"22 1 {TIMED_OUT}\n443 0", [443], {22, 443}),
        ("socat: not found", [], set()),
    ],
)
def test_an_answer_is_a_connection_or_a_refusal_and_silence_is_one_that_was_waited_for(told, answered, asked):
    assert answers(told) == (answered, asked)
