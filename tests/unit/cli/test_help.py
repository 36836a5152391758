"""Help as the user reads it."""

import click
import pytest
from click.testing import CliRunner

from lab.cli.root import COMMANDS, lab


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_keep_their_lines(name):
    command = lab.get_command(click.Context(lab), name)
    told = CliRunner().invoke(command, ["--help"], prog_name=f"lab {name}").output
    assert "\\b" not in told
    assert "\b" not in told
    examples = [line for line in told.splitlines() if line.startswith(f"  lab {name} ")]
    assert all(line.count(f"lab {name}") == 1 for line in examples)
