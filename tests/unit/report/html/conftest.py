"""Small bundles for the HTML report."""

from datetime import date
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.plan import Waiver, build
from lab.record import Attempt, Observation, Sighting, State, TraceStep, Verdict, Warrant
from lab.record.bundle import Bundle
from lab.report.html import write_html

MINIMAL = Path(__file__).parents[4] / "scenarios" / "minimal.yaml"
RUN = {
    "lab": "small",
    "scenario": "minimal",
    "edition": "R8.3",
    "model": "alpha",
    "as_of": "2026-11-26",
    "started": "2026-11-26T00:44:30+00:00",
    "ended": "2026-11-26T00:45:51+00:00",
    "controls_due": ["ZONE-01", "TC-01"],
    "subset": False,
    "exit": 0,
    "problems": [],
    "not_run": [],
    "versions": {"sanso-lab": "0.1.0"},
    "plan_digest": "abc",
}
AT = 1_795_653_889_000_000_000


@pytest.fixture(scope="session")
def plan():
    return build(scenario.load(MINIMAL), catalogue.load(), "small")


@pytest.fixture
def observation():
    """A packet from LG to MN: through fw-lg, and through fw-mn by `rule` if there is one."""

    def make(number=1, source="lg-term", destination="mn-app", *, rule=None, port=443, **more):
        ports = [f"{source}.lg/from", "fw-lg.lg/to", "fw-lg.x-ml/from", "fw-mn.x-ml/to"]
        ports += ["fw-mn.mn/from", f"{destination}.mn/to"] if rule is not None else []
        seen = [
            Sighting(port=name.split("/")[0], direction=name.split("/")[1], at_ns=AT + 1500 * place)
            for place, name in enumerate(ports)
        ]
        trace = [
            TraceStep(device="fw-lg", table="inet sanso", chain="forward", kind="rule", rule="to mn", verdict="accept"),
            TraceStep(device="fw-mn", table="inet sanso_probe", chain="state", kind="rule", rule="new", verdict="continue"),
            TraceStep(
                device="fw-mn",
                table="inet sanso",
                chain="forward",
                kind="rule",
                rule=rule or "default-deny",
                verdict="accept" if rule is not None else "drop",
            ),
        ]  # fmt: skip
        attempt = Attempt(
            source=source, destination=destination, address="10.10.0.10", family="ipv4", protocol="tcp", port=port
        )
        answer = "connected" if rule is not None else "none"
        return Observation(
            id=f"obs-{number}", attempt=attempt, token="t", sent_at_ns=AT, sightings=seen, trace=trace, answer=answer,
            **more,
        )  # fmt: skip

    return make


@pytest.fixture
def verdict():
    def make(state=State.PASS, control="ZONE-01", subject=None, *, observations=("obs-1",), **more):
        given = {
            "state": state,
            "control": control,
            "subject": subject or "ipv4 tcp/443 lg-term -> mn-app at fw-mn",
            "warrant": Warrant.WITNESSED if state in {State.PASS, State.FAIL} else None,
            "observations": observations,
            "message_en": "stopped by default-deny",
            "message_ja": "既定拒否により遮断しました",
            "test": "tests/controls/test_zone.py::test_my_number_zone_is_cut_from_every_other[lg-to-mn]",
        }
        return Verdict(**(given | more))

    return make


@pytest.fixture
def waiver():
    return Waiver(control="ZONE-01", subject="*", reason="更新待ち", expires=date(2026, 12, 31))


@pytest.fixture
def bundle(plan, tmp_path):
    def make(verdicts=(), observations=(), applications=(), trains=(), *, of=plan, **run):
        return Bundle(
            tmp_path / "evidence", RUN | run, tuple(verdicts), tuple(observations), tuple(applications), tuple(trains), of
        )  # fmt: skip

    return make


@pytest.fixture
def pages(bundle, tmp_path):
    """The two files of a small bundle, by language."""

    def make(*given, today=date(2026, 11, 26), **run):
        paths = write_html(bundle(*given, **run), catalogue.load(), tmp_path / "evidence", today)
        return {path.name.split(".")[1]: path.read_text(encoding="utf-8") for path in paths}

    return make
