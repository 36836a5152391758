"""`lab graph` without an engine: scenario files, bundles, and where the picture goes."""

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from lab.cli.commands import graph
from lab.cli.commands.graph import command
from lab.errors import BadInput
from lab.operate.up import plan_of
from lab.record.bundle import BundleWriter

MINIMAL = Path(__file__).parents[3] / "scenarios" / "minimal.yaml"


def run(*arguments, **environment):
    given = {"LC_ALL": "C", "SANSO_LAB": "", **environment}
    return CliRunner().invoke(command, [str(one) for one in arguments], env=given, standalone_mode=False)


@pytest.fixture
def terminal(monkeypatch, tmp_path):
    """stdout as it is at a prompt, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _self: True)
    return tmp_path


def bundle(directory, *, with_plan=True):
    writer = BundleWriter(directory)
    if with_plan:
        writer.plan(plan_of(MINIMAL, name="judged", as_of=date(2026, 11, 25)))
    words = dict.fromkeys(("lab", "scenario", "edition", "model", "as_of"), "judged")
    writer.finish({**words, "controls_due": [], "problems": [], "subset": False, "exit": 0})
    return directory


def test_in_a_pipe_it_is_the_document_itself():
    assert ET.fromstring(run(MINIMAL).output).get("viewBox")


def test_at_a_prompt_it_becomes_a_file_named_after_the_lab(terminal):
    done = run(MINIMAL)
    assert done.output == "minimal.svg\n"
    assert ET.parse(terminal / "minimal.svg").getroot().get("viewBox")
    assert [one.name for one in terminal.iterdir()] == ["minimal.svg"]


def test_the_file_can_be_named_and_a_dash_is_stdout(terminal):
    assert run(MINIMAL, "-o", "x.svg").output == "x.svg\n"
    assert run(MINIMAL, "-o", "-").output == (terminal / "x.svg").read_text(encoding="utf-8")


def test_a_bundle_shows_the_network_that_was_judged(terminal):
    assert run(bundle(terminal / "evidence")).output == "judged.svg\n"
    assert "scenario minimal" in (terminal / "judged.svg").read_text(encoding="utf-8").lower()


def test_a_bundle_without_a_plan_is_refused_with_the_way_out(tmp_path):
    done = run(bundle(tmp_path / "old", with_plan=False))
    assert isinstance(done.exception, BadInput)
    assert "from before the plan was kept" in str(done.exception)
    assert "lab graph scenarios/minimal.yaml" in str(done.exception)


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ja_JP.UTF-8"}, "ja"),
        ([], {"LC_ALL": "C.UTF-8", "LANG": "ja_JP.UTF-8"}, "en"),
        (["--lang", "ja"], {}, "ja"),
        (["--lang", "en"], {"LC_ALL": "ja_JP.UTF-8"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_environments(arguments, environment, language):
    words = {"en": "Arrows are the allowed flows", "ja": "矢印は許可された通信"}
    assert words[language] in run(MINIMAL, *arguments, **environment).output


@pytest.mark.parametrize("name", ["nowhere.yaml", "nowhere"])
def test_a_target_that_is_not_there_is_bad_input(name):
    assert isinstance(run(name).exception, BadInput)


def test_a_file_that_cannot_be_written_is_bad_input(tmp_path):
    done = run(MINIMAL, "-o", tmp_path / "no" / "where.svg")
    assert isinstance(done.exception, BadInput)
    assert "can't be written: No such file or directory" in str(done.exception)


def test_a_target_and_a_lab_exclude_each_other_but_not_the_environments_lab():
    assert "not both" in str(run(MINIMAL, "--lab", "x").exception)
    assert run(MINIMAL, SANSO_LAB="x").exception is None


def test_drawing_a_scenario_needs_no_engine(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    assert run(MINIMAL).exception is None
    assert graph.command.help
