"""The main job, end to end: up, verify, report, trace, status, down."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from command import ok
from matrix import observed, reviewed

from lab.engine import connect
from lab.pki import state_directory
from lab.record.bundle import read


def test_whole_lab_passes_and_leaves_evidence(lab, shared_lab, tmp_path):
    evidence, junit = tmp_path / "evidence", tmp_path / "out.xml"
    done = lab("verify", "--lab", shared_lab, "--json", "--evidence", str(evidence), "--junit", str(junit))
    assert done.code == 0, done
    verdicts = done.json["verdicts"]
    due = set(done.json["run"]["controls_due"])
    assert {v["control"] for v in verdicts} >= due
    assert {v["state"] for v in verdicts} == {"pass"}
    assert any(v["warrant"] == "witnessed" for v in verdicts)
    assert (evidence / "MANIFEST.sha256").is_file()
    assert (evidence / "report.ja.html").is_file()
    assert list((evidence / "captures").glob("*.pcapng"))
    names = [(case.get("classname"), case.get("name")) for case in ET.parse(junit).iter("testcase")]
    assert len(set(names)) == len(names)
    left_out = [name for suite, name in names if suite == "not run"]
    assert left_out == done.json["run"]["not_run"]
    assert len(names) - len(left_out) == len(verdicts)

    assert observed(evidence) == reviewed("minimal", read(evidence).plan)

    again = lab("report", str(evidence), "--json")
    assert again.code == 0
    assert again.json["verdicts"] == verdicts
    (evidence / "verdicts.jsonl").write_text("")
    altered = lab("report", str(evidence))
    assert altered.code == 3
    assert "verdicts.jsonl" in altered.err


def test_up_on_a_running_lab_changes_nothing(lab, shared_lab):
    again = lab("up", "scenarios/minimal.yaml", "--lab", shared_lab, "--json")
    assert again.code == 0, again
    assert again.json["outcome"] == "unchanged"


def test_up_with_nothing_to_do_is_in_nobodys_way(lab, shared_lab):
    with connect() as engine, engine.lock(shared_lab, "hold"):
        again = lab("up", "--lab", shared_lab, "--json")
    assert again.json["outcome"] == "unchanged", again


def test_changed_roles_are_applied_by_the_next_up(lab, shared_lab):
    roles = state_directory(shared_lab) / "archives" / "roles.sha256"
    roles.write_text("of another version")
    outcomes = [lab("up", "scenarios/minimal.yaml", "--lab", shared_lab, "--json").json["outcome"] for _ in range(2)]
    assert outcomes == ["reconciled", "unchanged"]


def test_trace_names_the_rule_that_ended_the_packet(lab, shared_lab):
    done = lab("trace", "lg-term", "mn-app:443", "--lab", shared_lab)
    assert done.code == 0, done
    assert "fw-lg.lg" in done.out
    assert "default-deny" in done.out.splitlines()[-1]


def test_trace_shows_the_way_of_an_allowed_packet(lab, shared_lab):
    done = lab("trace", "-6", "mn-app", "juki-net:443", "--lab", shared_lab, "--json")
    assert done.code == 0, done
    seen = [f"{s['port']}/{s['direction']}" for s in done.json["observation"]["sightings"]]
    assert seen == done.json["planned"]
    assert done.json["observation"]["answer"] == "connected"


def test_status_names_what_drifted_and_up_restores_it(lab, shared_lab):
    ok("exec", "--lab", shared_lab, "fw-lg", "--", "nft", "flush", "chain", "inet", "sanso", "input")
    status = lab("status", "--lab", shared_lab)
    assert status.code == 2
    assert "fw-lg" in status.out
    up = lab("up", "scenarios/minimal.yaml", "--lab", shared_lab, "--json")
    assert up.json["outcome"] == "repaired"
    ok("status", "--lab", shared_lab)


def test_exec_gives_output_and_exit_code(lab, shared_lab):
    done = lab("exec", "--lab", shared_lab, "mn-term", "--", "sh", "-c", "hostname; exit 7")
    assert (done.code, done.out) == (7, "mn-term\n")


def test_logs_show_what_a_host_sent(lab, shared_lab):
    ok("exec", "--lab", shared_lab, "mn-term", "--", "logger", "-t", "hello", "from-the-terminal")
    ok("verify", "--lab", shared_lab, "--control", "LOG-01")
    assert "from-the-terminal" in lab("logs", "mn-term", "--lab", shared_lab).out
