"""JUnit XML out of an evidence bundle: a suite per control, a case per verdict, the same names for the same run."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from lab.record import State, Verdict
from lab.record.bundle import Bundle
from lab.record.outcome import unjudged

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RESULTS = {
    State.FAIL: Failure,
    State.ERROR: Error,
    State.NOT_TESTABLE: Skipped,
    State.WAIVED: Skipped,
}
RUN_FIELDS = ("scenario", "study", "edition", "model", "as_of", "plan_digest", "subset")


def write_junit(bundle: Bundle, *paths: Path) -> None:
    """Write the report to each of `paths`, whole or not at all. A test's time is shared out among its verdicts.

    Fail is a failure, error an error, not-testable and waived are skipped with their reason. A due control without
    verdict and a run that went wrong are errors of their own, so that no reader sees green where the lab says 2. A test
    that was left out because it disturbs the network is skipped.
    """
    xml = JUnitXml("Sansō Lab")
    names: Counter[tuple[str, str]] = Counter()
    edition = str(bundle.run.get("edition", ""))
    took = _shares(bundle)
    for control in sorted({verdict.control for verdict in bundle.verdicts}):
        suite = _suite(bundle, control)
        cases = []
        for verdict in (each for each in bundle.verdicts if each.control == control):
            names[control, verdict.subject] += 1
            case = _case(verdict, names[control, verdict.subject], edition)
            if verdict.test in took:
                case.time = round(took[verdict.test], 3)
            cases.append(case)
        suite.add_testcases(cases)  # one by one the library counts all of them again each time
        xml.add_testsuite(suite)
    for more in (_left_over(bundle), _not_run(bundle)):
        if more is not None:
            xml.add_testsuite(more)
    xml.update_statistics()  # type: ignore[no-untyped-call]
    for path in paths:
        part = path.with_name(path.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        xml.write(str(part))
        part.replace(path)


def _shares(bundle: Bundle) -> dict[str, float]:
    """Seconds of each verdict of a test; a bundle may say nothing of them."""
    told = bundle.run.get("seconds")
    given = Counter(verdict.test for verdict in bundle.verdicts)
    seconds = told.items() if isinstance(told, dict) else ()
    return {test: took / given[test] for test, took in seconds if given[test] and isinstance(took, (int, float))}


def _suite(bundle: Bundle, name: str) -> TestSuite:
    suite = TestSuite(name)
    for field in RUN_FIELDS:
        if field in bundle.run:
            suite.add_property(field, _text(str(bundle.run[field])))
    return suite


def _case(verdict: Verdict, number: int, edition: str) -> TestCase:
    name = verdict.subject if number == 1 else f"{verdict.subject} #{number}"
    case = TestCase(_text(name), classname=verdict.control)
    properties = Properties()  # type: ignore[no-untyped-call]
    told = {
        "control": verdict.control,
        "edition": edition,
        "state": verdict.state.value,
        "warrant": verdict.warrant.value if verdict.warrant else "none",
        "test": verdict.test,
        "observations": " ".join(verdict.observations),
    }
    for key, value in told.items():
        properties.add_property(Property(key, _text(value)))
    case.append(properties)  # type: ignore[no-untyped-call]
    if (kind := RESULTS.get(verdict.state)) is not None:
        result = kind(_text(verdict.message_en), verdict.state.value)
        result.text = _text(verdict.message_ja)
        case.result = [result]
    else:
        case.system_out = _text(f"{verdict.message_en}\n{verdict.message_ja}")
    return case


def _left_over(bundle: Bundle) -> TestSuite | None:
    """What no verdict says: due controls without one, and problems of the run as a whole."""
    due = () if bundle.run.get("subset") else tuple(bundle.run.get("controls_due", ()))
    said = [(f"control {control}", "it was due and got no verdict") for control in unjudged(bundle.verdicts, due)]
    said += [(f"run: problem {number}", str(text)) for number, text in enumerate(bundle.run.get("problems", ()), 1)]
    if not said and not bundle.verdicts:
        said = [("run", "nothing was verified")]
    if not said:
        return None
    suite = _suite(bundle, "run")
    for name, text in said:
        case = TestCase(_text(name), classname="run")
        case.result = [Error(_text(text), State.ERROR.value)]
        suite.add_testcase(case)
    return suite


def _not_run(bundle: Bundle) -> TestSuite | None:
    """Tests that this run left out because they disturb the network, or take long: skipped, not absent."""
    left_out = {
        "it disturbs the network: lab verify --disruptive": bundle.run.get("not_run", ()),
        "it takes long: lab verify without --quick": bundle.run.get("not_quick", ()),
    }
    if not any(left_out.values()):
        return None
    suite = _suite(bundle, "not run")
    for why, names in left_out.items():
        for name in names:
            case = TestCase(_text(str(name)), classname="not run")
            case.result = [Skipped(why, "not-run")]
            suite.add_testcase(case)
    return suite


def _text(text: str) -> str:
    """Without the characters that XML 1.0 can't carry."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
