"""A bundle with a bit of everything, its two reports, and a headless Chromium to read them in."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.plan import Waiver, build
from lab.record import Attempt, Observation, Sighting, State, TraceStep, Verdict, Warrant
from lab.record.bundle import BundleWriter, read
from lab.report.html import write_html

ROOT = Path(__file__).parents[3]
HOSTILE = "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 2'>"
AT = 1_795_653_889_000_000_000
CHECKS = 120


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Language -> file. 120 denied checks, two of them failed by one rule, one waived, one not testable, a control missing."""
    directory = tmp_path_factory.mktemp("reports") / "evidence of today"
    plan = build(scenario.load(ROOT / "scenarios" / "minimal.yaml"), catalogue.load(), "small")
    waiver = Waiver(control="TC-01", subject="*", reason=HOSTILE, expires=date(2026, 11, 27))
    plan = plan.model_copy(update={"waivers": (waiver,)})
    writer = BundleWriter(directory)
    writer.plan(plan)
    for number in range(CHECKS):
        through = number in {7, 8}
        writer.observation(_observation(f"obs-{number}", 1 + number, through=through))
        writer.verdict(_verdict(State.FAIL if through else State.PASS, "ZONE-01", 1 + number, f"obs-{number}"))
    writer.verdict(_verdict(State.WAIVED, "TC-01", 443, "obs-1"))
    writer.verdict(_verdict(State.NOT_TESTABLE, "ZONE-03", 80, "obs-2", HOSTILE))
    writer.host_file("fw-mn", "ruleset.nft", "table inet sanso {}\n")
    writer.finish(
        {
            "lab": "small",
            "scenario": "minimal",
            "edition": "R8.3",
            "model": "alpha",
            "as_of": "2026-11-26",
            "started": "2026-11-26T00:44:30+00:00",
            "ended": "2026-11-26T00:45:51+00:00",
            "exit": 1,
            "subset": False,
            "controls_due": list(plan.controls_due),
            "problems": [HOSTILE],
            "not_run": [],
            "versions": {"sanso-lab": "0"},
            "image": "x",
            "plan_digest": "ab" * 32,
            "by": HOSTILE,
        }
    )
    paths = write_html(read(directory), catalogue.load(), directory, date(2026, 11, 28))
    return {path.name.split(".")[1]: path for path in paths}


def _observation(name, port, *, through):
    ways = ["lg-term.lg/from", "fw-lg.lg/to", "fw-lg.x-ml/from", "fw-mn.x-ml/to"]
    ways += ["fw-mn.mn/from", "mn-app.mn/to"] if through else []
    seen = [
        Sighting(port=way.split("/")[0], direction=way.split("/")[1], at_ns=AT + 900 * place)
        for place, way in enumerate(ways)
    ]
    rule, end = ("ip saddr 10.20.0.20 accept", "accept") if through else ('drop comment "default-deny"', "drop")
    step = TraceStep(device="fw-mn", table="inet sanso", chain="forward", kind="rule", rule=rule, verdict=end)
    attempt = Attempt(
        source="lg-term", destination="mn-app", address="10.10.0.10", family="ipv4", protocol="tcp", port=port
    )
    answer = "connected" if through else "none"
    return Observation(
        id=name, attempt=attempt, token="t", sent_at_ns=AT, sightings=seen, trace=[step], answer=answer
    )  # fmt: skip


def _verdict(state, control, port, seen, message="stopped by its default deny"):
    return Verdict(
        state=state,
        control=control,
        subject=f"ipv4 tcp/{port} lg-term -> mn-app at fw-mn",
        warrant=Warrant.WITNESSED if state in {State.PASS, State.FAIL} else None,
        observations=(seen,),
        message_en=f"{message} ({port})",
        message_ja=f"{message}（{port}）",
        test="tests/controls/test_zone.py::test_my_number_zone_is_cut_from_every_other[lg-to-mn]",
    )


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by its own driver from the distribution. CI must have it (.ci/run installs it)."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        assert "SANSO_NEEDS_BROWSER" not in os.environ, "chromium and chromedriver are missing"
        pytest.skip("no chromium here: apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for switch in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    found.set_script_timeout(10)
    yield found
    found.quit()
