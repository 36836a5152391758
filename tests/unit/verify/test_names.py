"""A resolver that passes names on says so itself; one that can't be asked is no resolver that asks nobody."""

import pytest

from lab.reach import Result
from lab.record import State
from lab.verify.names import UPSTREAMS, asks_nobody

RUNS = b"version: 1.17.1\nunbound (pid 84) is running...\n--\n"


@pytest.mark.parametrize(
    ("stdout", "code", "state"),
    [
        (RUNS, 0, State.PASS),
        (RUNS + b"example.net. IN forward 10.30.0.53\n", 0, State.FAIL),
        (RUNS + b". IN stub prime M.ROOT-SERVERS.NET. A.ROOT-SERVERS.NET. 2001:dc3::35 202.12.27.33\n", 0, State.PASS),
        (RUNS + b". IN stub prime M.ROOT-SERVERS.NET. 10.30.0.53\n", 0, State.FAIL),
        (RUNS + b". IN stub prime dns.sanso.test. 202.12.27.33\n", 0, State.FAIL),
        (RUNS + b". IN forward 202.12.27.33\n", 0, State.FAIL),
        (RUNS + b"example.org. IN stub prime 10.30.0.53\n", 0, State.FAIL),
        (RUNS, 1, State.ERROR),
        (b"unbound is stopped\n", 3, State.ERROR),
        (b"--\n", 0, State.ERROR),
        (b"", 0, State.ERROR),
    ],
)
def test_whom_a_resolver_asks(stdout, code, state):
    assert asks_nobody("mn-dns", Result(UPSTREAMS, code, stdout, b"")).state is state
