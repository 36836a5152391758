"""JUnit XML that every CI reads: one test case per verdict, unique stable names, the control as property."""

from __future__ import annotations

from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Property, Skipped, TestCase, TestSuite

from lab.record import State, Verdict
from lab.record.bundle import Bundle
from lab.record.outcome import unjudged


def write_junit(bundle: Bundle, path: Path) -> None:
    """Write the run as one suite per control."""
    run = bundle.run
    document = JUnitXml(f"sanso-lab {run['scenario']}")
    seen: dict[tuple[str, str], int] = {}
    for control in sorted({verdict.control for verdict in bundle.verdicts}):
        suite = TestSuite(control)
        suite.timestamp = str(run["started"])
        for verdict in bundle.verdicts:
            if verdict.control == control:
                suite.add_testcase(_case(verdict, seen, str(run["edition"])))
        document.add_testsuite(suite)
    for control in () if run["subset"] else unjudged(bundle.verdicts, run["controls_due"]):
        suite, case = TestSuite(control), TestCase("no verdict", control)
        case.result = [Error("this control was due and got no verdict")]
        suite.add_testcase(case)
        document.add_testsuite(suite)
    document.update_statistics()
    document.write(str(path), pretty=True)


def _case(verdict: Verdict, seen: dict[tuple[str, str], int], edition: str) -> TestCase:
    """One verdict. A subject that was judged twice under one control gets a number."""
    key = (verdict.control, verdict.subject)
    seen[key] = seen.get(key, 0) + 1
    name = verdict.subject if seen[key] == 1 else f"{verdict.subject} #{seen[key]}"
    case = TestCase(name, verdict.control)
    case.append(_properties(verdict, edition))
    if verdict.state is State.FAIL:
        case.result = [Failure(verdict.message_en)]
    elif verdict.state is State.ERROR:
        case.result = [Error(verdict.message_en)]
    elif verdict.state in (State.NOT_TESTABLE, State.WAIVED):
        case.result = [Skipped(f"{verdict.state.value}: {verdict.message_en}")]
    return case


def _properties(verdict: Verdict, edition: str) -> object:
    from junitparser import Properties

    properties = Properties()
    for name, value in (
        ("control", verdict.control),
        ("edition", edition),
        ("state", verdict.state.value),
        ("warrant", verdict.warrant.value if verdict.warrant else ""),
        ("observations", " ".join(verdict.observations)),
    ):
        properties.add_property(Property(name, value))
    return properties
