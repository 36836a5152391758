"""What CI and a user's own tests do: a run from nothing to nothing, warm starts, own suites with the lab's fixtures."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET

from machine import ROOT, snapshot


def test_run_builds_verifies_reports_and_removes(lab, tmp_path):
    before = snapshot()
    junit, evidence = tmp_path / "out.xml", tmp_path / "evidence"
    done = lab(
        "run", "scenarios/minimal.yaml", "--lab", "system-run", "--junit", str(junit), "--evidence", str(evidence)
    )
    assert done.code == 0, done.out + done.err
    assert ET.parse(junit).getroot().get("failures") == "0"
    assert (evidence / "MANIFEST.sha256").is_file()
    assert snapshot() == before
    assert lab("report", str(evidence)).code == 0


def test_warm_start_needs_no_ansible_and_passes(lab, tmp_path):
    name = "system-warm"
    assert lab("down", "--lab", name, "--keys").code == 0
    try:
        assert lab("up", "scenarios/minimal.yaml", "--lab", name, "--json").json["outcome"] == "built"
        assert lab("down", "--lab", name).code == 0
        again = lab("up", "scenarios/minimal.yaml", "--lab", name, "--json")
        assert again.code == 0, again.err
        assert again.json["outcome"] == "warm"
        assert "converge" not in again.json["timings"]
        verified = lab("verify", "--lab", name, "--quick", "--evidence", str(tmp_path / "evidence"))
        assert verified.code == 0, verified.out + verified.err
    finally:
        lab("down", "--lab", name, "--keys")


def test_changed_register_is_applied(lab, tmp_path):
    """The scenario is changed under a running lab: `up` reconciles it, and the control that it opened shows in the plan."""
    name, scenario = "system-changed", tmp_path / "changed.yaml"
    first = (ROOT / "scenarios" / "minimal.yaml").read_text()
    scenario.write_text(first)
    try:
        assert lab("up", str(scenario), "--lab", name).code == 0
        scenario.write_text(first.replace("purpose: ", "purpose: 変更後の"))
        again = lab("up", str(scenario), "--lab", name, "--json")
        assert again.code == 0, again.err
        assert again.json["outcome"] == "reconciled"
        scenario.write_text(scenario.read_text().replace("expires: +1y", "expires: +2y"))
        assert lab("up", str(scenario), "--lab", name, "--json").json["outcome"] == "unchanged"
        assert lab("up", "--lab", name, "--json").json["outcome"] == "unchanged"
    finally:
        lab("down", "--lab", name, "--keys")


def test_examples_of_the_docs_run_with_the_labs_fixtures(shared_lab):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--lab", shared_lab, "-p", "no:cacheprovider", "-q", "docs/examples"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_own_test_cannot_pass_without_looking_at_the_lab(shared_lab, tmp_path):
    own = tmp_path / "test_own.py"
    own.write_text(
        "import pytest\nfrom lab.verify import control, hosts\n\n"
        "@control('ZONE-01')\n@hosts('mn-app')\ndef test_on_the_lab_host(host):\n"
        "    assert host.run('hostname').stdout.strip() == 'mn-app'\n\n"
        "@control('ZONE-01')\n@pytest.mark.xfail\ndef test_hidden():\n    assert False\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--lab", shared_lab, "-p", "no:cacheprovider", "-q", str(own)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "xfail is forbidden" in done.stdout + done.stderr
