"""What belongs to `lab exec` and what to the command in it."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from lab.cli.inner import InnerCommand


@click.command("exec", cls=InnerCommand)
@click.argument("host")
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("-l", "--lab", "name")
@click.option("--flag", is_flag=True)
def command(*, host, words, name, flag):
    click.echo(repr((host, words, name, flag)))


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        (["fw-mn", "ls", "-l", "/"], ("fw-mn", ("ls", "-l", "/"), None, False)),
        (["fw-mn", "--", "ls", "-l"], ("fw-mn", ("ls", "-l"), None, False)),
        (["fw-mn", "--lab", "a", "--", "ls", "-l"], ("fw-mn", ("ls", "-l"), "a", False)),
        (["fw-mn", "-l", "a", "ls", "-l"], ("fw-mn", ("ls", "-l"), "a", False)),
        (["--lab=a", "--flag", "fw-mn", "wc", "-l", "--flag"], ("fw-mn", ("wc", "-l", "--flag"), "a", True)),
        (["--flag", "fw-mn", "sh", "-c", "ls -- x"], ("fw-mn", ("sh", "-c", "ls -- x"), None, True)),
    ],
)
def test_options_behind_the_command_are_the_commands(typed, taken):
    assert CliRunner().invoke(command, typed).output == f"{taken!r}\n"


def test_a_command_is_asked_for():
    assert CliRunner().invoke(command, ["fw-mn", "--lab", "a"]).exit_code == 2
