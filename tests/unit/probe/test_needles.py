"""Needles are found wherever they lie in a frame, also those that begin alike and those that overlap."""

import pytest

from lab.probe.agent.wire import Needles


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"..abcdEFGH..", {0, 3}),
        (b"..abcdEFGI..", {1}),
        (b"abcdEabcdEFGI", {1}),  # its head is there before it
        (b"abcd", set()),
        (b"..xy", {2}),
        (b"abcdEFGHxy", {0, 2, 3}),
        (b"", set()),
    ],
)
def test_within(raw, found):
    assert Needles([b"abcdEFGH", b"abcdEFGI", b"xy", b"abcdEFGH"]).within(raw) == found
