"""JUnit out of a bundle."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lab.record import State, Verdict, Warrant
from lab.record.bundle import Bundle
from lab.report.junit import write_junit

RUN = {"scenario": "minimal", "edition": "R8.3", "model": "alpha", "controls_due": ["ZONE-01", "TC-01"], "subset": False,
       "problems": []}  # fmt: skip


def verdict(state, control="ZONE-01", subject="lg-term -> mn-app", message="why"):
    warrant = Warrant.WITNESSED if state in {State.PASS, State.FAIL} else None
    return Verdict(
        state=state,
        control=control,
        subject=subject,
        warrant=warrant,
        observations=("o1", "o2"),
        message_en=message,
        message_ja="理由",
        test="tests/x.py::y",
    )


@pytest.fixture
def written(tmp_path):
    def write(*verdicts, **run):
        path = tmp_path / "junit.xml"
        write_junit(Bundle(Path(), {**RUN, **run}, verdicts, (), ()), path)
        return ET.parse(path).getroot()

    return write


@pytest.mark.parametrize(
    ("state", "tag"),
    [(State.PASS, None), (State.FAIL, "failure"), (State.ERROR, "error"), (State.NOT_TESTABLE, "skipped"),
     (State.WAIVED, "skipped")],
)  # fmt: skip
def test_states(written, state, tag):
    case = written(verdict(state), verdict(State.PASS, "TC-01")).find("testsuite[@name='ZONE-01']/testcase")
    results = [each.tag for each in case if each.tag in {"failure", "error", "skipped"}]
    assert results == ([tag] if tag else [])


def test_properties(written):
    case = written(verdict(State.PASS)).find(".//testcase")
    properties = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert properties["control"] == "ZONE-01"
    assert properties["edition"] == "R8.3"
    assert properties["warrant"] == "witnessed"
    assert properties["observations"] == "o1 o2"


def test_names_are_unique_and_stable(written):
    verdicts = [verdict(State.PASS), verdict(State.PASS), verdict(State.PASS, subject="other")]
    names = [(case.get("classname"), case.get("name")) for case in written(*verdicts).iter("testcase")]
    assert len(set(names)) == len(names)
    assert names == [(case.get("classname"), case.get("name")) for case in written(*verdicts).iter("testcase")]


def test_due_control_without_verdict_is_an_error(written):
    root = written(verdict(State.PASS))
    assert [case.get("name") for case in root.iter("testcase") if case.find("error") is not None] == ["control TC-01"]


def test_a_subset_owes_nothing(written):
    root = written(verdict(State.PASS), subset=True)
    assert root.find(".//error") is None


def test_problem_of_the_run_is_an_error(written):
    root = written(verdict(State.PASS), verdict(State.PASS, "TC-01"), problems=["changed during the run: fw-mn"])
    assert root.find(".//error").get("message") == "changed during the run: fw-mn"


def test_nothing_verified_is_an_error(written):
    assert written(controls_due=[]).find(".//error") is not None


def test_a_test_that_was_left_out_is_skipped_not_absent(written):
    root = written(
        verdict(State.PASS), verdict(State.PASS, "TC-01"),
        not_run=["a session ends with its rule (ZONE-11)"], not_quick=["a backup is restored (OPS-05)"],
    )  # fmt: skip
    skipped = {
        case.get("name"): case.find("skipped").get("message")
        for case in root.iter("testcase")
        if len(case.findall("skipped"))
    }
    assert skipped == {
        "a session ends with its rule (ZONE-11)": "it disturbs the network: lab verify --disruptive",
        "a backup is restored (OPS-05)": "it takes long: lab verify without --quick",
    }
    assert root.find(".//error") is None


def test_characters_that_xml_has_not(written):
    root = written(verdict(State.FAIL, message="bell \x07 and \ud800"))
    assert root.find(".//failure").get("message") == "bell \N{REPLACEMENT CHARACTER} and \N{REPLACEMENT CHARACTER}"


def test_seconds_of_a_test_are_shared_out_among_its_verdicts(written):
    two = (verdict(State.PASS), verdict(State.PASS, "TC-01"))
    root = written(*two, seconds={"tests/x.py::y": 3.0, "tests/x.py::gave_none": 9.0})
    assert [case.get("time") for case in root.iter("testcase")] == ["1.5", "1.5"]
    assert float(root.get("time")) == 3.0


@pytest.mark.parametrize("told", [None, [], {"tests/x.py::y": "long"}], ids=["nothing", "a list", "words"])
def test_a_bundle_may_say_nothing_of_seconds(written, told):
    case = next(written(verdict(State.PASS), seconds=told).iter("testcase"))
    assert float(case.get("time", 0)) == 0
