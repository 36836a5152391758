"""The child of `lab verify`: it imports what every run needs while its parent looks for the lab, and then waits for its orders.

One line of JSON on stdin: `log` (the file that takes pytest's output) and `arguments` (pytest's). Its end without one means that
there is nothing to judge.
"""

from __future__ import annotations

import json
import os
import sys

import pytest

import lab.verify.fixtures  # noqa: F401 - for the time it takes: pytest finds it loaded


def main() -> int:
    """Return pytest's exit status; 0 without orders."""
    line = sys.stdin.readline()
    if not line:
        return 0
    order = json.loads(line)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in ((0, nothing), (1, log), (2, log)):
        os.dup2(descriptor, number)
    return int(pytest.main(order["arguments"]))
