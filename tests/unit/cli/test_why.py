"""A verification that went wrong ends with the command that says why."""

import importlib.util
from pathlib import Path

import pytest

from lab.cli.judging import present, why
from lab.operate.verify import VerifyResult
from lab.record import State, Verdict, Warrant

spec = importlib.util.spec_from_file_location("explained", Path(__file__).parents[1] / "report" / "explained.py")
explained = importlib.util.module_from_spec(spec)
spec.loader.exec_module(explained)
EVIDENCE = Path("evidence/minimal-20261126T001131Z")


def verdict(control, state):
    warrant = Warrant.WITNESSED if state in {State.PASS, State.FAIL} else None
    return Verdict(
        state=state, control=control, subject="s", warrant=warrant, observations=(), message_en="m", message_ja="m"
    )


@pytest.mark.parametrize(
    ("states", "asked"),
    [
        ({"ZONE-02": State.FAIL, "TC-01": State.FAIL, "CRY-03": State.ERROR}, "TC-01"),
        ({"ZONE-02": State.ERROR, "OPS-04": State.NOT_TESTABLE, "TC-01": State.PASS}, "ZONE-02"),
    ],
)
def test_a_failed_control_is_explained_or_one_that_went_wrong(states, asked):
    found = why([verdict(control, state) for control, state in states.items()], EVIDENCE)
    assert found == f"lab explain {asked} {EVIDENCE}"


def test_the_control_that_failed_most_comes_first():
    states = (("CRY-03", State.FAIL), ("ZONE-01", State.FAIL), ("ZONE-01", State.FAIL), ("TC-01", State.ERROR))
    assert why([verdict(*one) for one in states], EVIDENCE) == f"lab explain ZONE-01 {EVIDENCE}"


def test_a_run_without_a_finding_has_nothing_to_explain():
    assert why([verdict("ZONE-01", State.PASS), verdict("TC-01", State.WAIVED)], EVIDENCE) == ""


def test_a_folder_with_a_space_is_one_word():
    assert why([verdict("ZONE-01", State.FAIL)], Path("our evidence\x1b[2J")).endswith("'our evidence\ufffd[2J'")


@pytest.mark.parametrize("as_json", [False, True])
def test_it_is_the_last_line_on_a_terminal_and_nowhere_in_json(tmp_path, capsys, as_json):
    place = tmp_path / "e"
    explained.write(place)
    run = VerifyResult("told", place, 1, explained.VERDICTS, (), (), subset=False, seconds=1.0)
    assert present(run, junit=None, html=None, as_json=as_json) == 1
    said = capsys.readouterr().out
    assert ("why: " in said) is not as_json
    assert (
        as_json or said.splitlines()[-1] == f"why: lab explain OPS-04 {place}"
    )  # two of its checks failed, of others one
