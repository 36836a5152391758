"""What the pages tell people to type exists: commands with their options, make targets, files."""

import re
import shlex
from pathlib import Path

import click
import pytest

from lab.cli.root import COMMANDS, lab

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def typed(page, tool):
    """Lines of indented code and code spans that begin with the tool's name, comments cut off. Quoted output is left out."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for found in (*re.findall(r"^    (.+)$", text, re.MULTILINE), *re.findall(r"`([^`\n]+)`", text)):
        line = re.split(r"\s#\s|\s\|\s|\s{2,}|[（(]", found.strip())[0]
        line = re.sub(r"^\.venv/bin/", "", line)
        if re.match(rf"{tool}( |$)", line):
            yield line


def commands(text):
    return [line for page in PAGES for line in typed(page, "lab") if text in line]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_parse(page):
    for line in typed(page, "lab"):
        words = shlex.split(line)[1:]
        if "…" not in line and words:
            parses(words, f"{page.name}: {line}")


def parses(words, where):
    """Parse without running: unknown commands and options, and wrong choices, are usage errors."""
    if words[0].startswith("-"):
        return
    command = lab.get_command(click.Context(lab), words[0])
    if command is None:
        pytest.fail(f"{where}: there is no command {words[0]!r}")
    try:
        command.make_context(words[0], words[1:])
    except click.exceptions.Exit:  # --help
        return
    except click.MissingParameter:  # a page may speak of a command without its arguments
        return
    except click.UsageError as error:
        pytest.fail(f"{where}: {error.message}")


def test_something_was_checked():
    assert len(commands("lab ")) > 40
    with pytest.raises(pytest.fail.Exception, match="No such option"):
        parses(["down", "--name", "x"], "here")
    with pytest.raises(pytest.fail.Exception, match="there is no command"):
        parses(["ascend", "ZONE-01"], "here")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page):
    for line in typed(page, "make"):
        for word in line.split()[1:]:
            assert word in TARGETS or "=" in word or word == ".venv/.installed", f"{page.name}: {line}"


def test_every_command_is_in_the_readme_or_the_changelog():
    told = {line.split()[1] for line in commands("lab ") if len(line.split()) > 1} - {"--help"}
    assert {"up", "verify", "run", "status", "shell", "exec", "trace", "controls", "down"} <= told
    assert told <= set(COMMANDS)


def test_scenarios_that_the_pages_name_exist():
    for page in PAGES:
        for name in re.findall(r"scenarios/([\w-]+\.yaml)", page.read_text(encoding="utf-8")):
            assert (ROOT / "scenarios" / name).exists() or name in {"ours.yaml", "edu.yaml"}, f"{page.name}: {name}"
