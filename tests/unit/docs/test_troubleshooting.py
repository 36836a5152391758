"""docs/troubleshooting.md quotes errors as the code writes them: every quoted line is a message of some `raise`."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^```text\nerror: (.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)[1:]  # the first shows the form
LEAST = 8  # letters of its own that a message must have to count as one


def messages():
    """Every text in the code, as a pattern: what is filled in matches anything."""
    for file in sorted((ROOT / "lab").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, re.escape(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                yield (
                    "".join(filter(None, parts)),
                    "".join(".+?" if part is None else re.escape(part) for part in parts),
                )


KNOWN = [re.compile(pattern) for own, pattern in messages() if len(own) >= LEAST]


def known(text):
    return any(pattern.fullmatch(text) for pattern in KNOWN)


def test_there_is_something_to_check():
    assert len(QUOTED) >= 15
    assert not known("the Docker engine is on holiday")


@pytest.mark.parametrize("quoted", QUOTED, ids=lambda text: text[:40])
def test_quoted_error_is_one_of_the_codes(quoted):
    first, _, fix = quoted.partition("\n  fix: ")
    place, _, message = first.partition(": ")
    assert known(first) or known(message) or known(f"{place} {message}"), first
    assert not fix or known(fix), fix
