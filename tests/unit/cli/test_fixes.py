"""An error's fix must be a command that exists: every `lab ...` in the texts of the code is parsed by the command line."""

import ast
import re
from pathlib import Path

import click
import pytest

from lab.cli.root import lab

ROOT = Path(__file__).parents[3]
WORD = re.compile(r"(?:^|`|then |or |: )lab (?!x\b)([a-z]+(?: -{1,2}[a-z-]+)*)")


def fixes():
    """(place, text) of every `fix=` in the code, with `x` where something is filled in."""
    for file in sorted((ROOT / "lab").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "fix":
                for part in ast.walk(node.value):
                    if isinstance(part, ast.JoinedStr):
                        text = "".join(v.value if isinstance(v, ast.Constant) else "x" for v in part.values)
                    elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                        text = part.value
                    else:
                        continue
                    yield f"{file.relative_to(ROOT)}:{node.value.lineno}", text


NAMED = sorted({(place, words) for place, text in fixes() for words in WORD.findall(text)})


def test_there_are_some():
    assert len(NAMED) > 15


@pytest.mark.parametrize(("place", "words"), NAMED)
def test_command_of_a_fix_exists(place, words):
    name, *options = words.split()
    command = lab.get_command(click.Context(lab), name)
    assert command is not None, f"{place}: there is no command {name!r}"
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(options) <= known, f"{place}: lab {words}"
