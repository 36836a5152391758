"""What CI does and what happens to a lab over its days: from nothing to nothing, changed scenarios, warm starts."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from command import ROOT, ok
from machine import snapshot


def test_run_builds_verifies_reports_and_removes(lab, tmp_path):
    """The exit code of a whole verify is the main job's; here some controls show the way there and back."""
    name = "system-run"
    before = snapshot(name)
    junit, evidence = tmp_path / "out.xml", tmp_path / "evidence"
    asked = [word for control in ("ZONE-03", "LOG-01", "CRY-03") for word in ("--control", control)]
    done = lab(
        "run", "scenarios/minimal.yaml", "--lab", name, "--junit", str(junit), "--evidence", str(evidence), *asked
    )
    assert done.code == 0, done
    assert ET.parse(junit).getroot().get("failures") == "0"
    assert (evidence / "MANIFEST.sha256").is_file()
    assert snapshot(name) == before
    ok("report", str(evidence))


def test_changed_register_is_applied_and_a_warm_start_needs_no_ansible(tmp_path):
    """The scenario is changed under a running lab: `up` reconciles it; what was applied last is what comes back warm."""
    name, scenario = "system-changed", tmp_path / "changed.yaml"
    first = (ROOT / "scenarios" / "minimal.yaml").read_text()
    scenario.write_text(first)
    ok("down", "--lab", name, "--keys")
    try:
        assert ok("up", str(scenario), "--lab", name, "--json").json["outcome"] == "built"
        scenario.write_text(first.replace("purpose: ", "purpose: 変更後の"))
        assert ok("up", str(scenario), "--lab", name, "--json").json["outcome"] == "reconciled"
        scenario.write_text(scenario.read_text().replace("expires: +1y", "expires: +2y"))
        assert ok("up", str(scenario), "--lab", name, "--json").json["outcome"] == "unchanged"
        assert ok("up", "--lab", name, "--json").json["outcome"] == "unchanged"
        ok("down", "--lab", name)
        again = ok("up", str(scenario), "--lab", name, "--json")
        assert again.json["outcome"] == "warm"
        assert "converge" not in again.json["timings"]
        ok("verify", "--lab", name, "--quick", "--evidence", str(tmp_path / "evidence"))
    finally:
        ok("down", "--lab", name, "--keys")


def test_a_network_with_nothing_registered_is_built_and_closed(tmp_path):
    """Services that nobody may ask come up all the same, and the border of the Internet's side holds."""
    name, scenario = "system-closed", tmp_path / "closed.yaml"
    scenario.write_text("edition: R8.3\nmodel: alpha\nreference: alpha\n")
    ok("down", "--lab", name, "--keys")
    try:
        assert ok("up", str(scenario), "--lab", name, "--json").json["outcome"] == "built"
        asked = ("--control", "ZONE-02", "--control", "ZONE-04", "--quick")
        ok("verify", "--lab", name, *asked, "--evidence", str(tmp_path / "evidence"))
    finally:
        ok("down", "--lab", name, "--keys")
