"""`lab explain` and `lab graph` on a lab with a hole in it."""

from pathlib import Path

from command import ok

HOLE = "ip saddr 10.20.0.20 ip daddr 10.10.0.10 tcp dport 443 accept"


def test_explain_names_the_rule_its_line_and_what_mends_it(lab, shared_lab, tmp_path):
    ok("exec", "--lab", shared_lab, "fw-mn", "--", "nft", "insert", "rule", "inet", "sanso", "forward", *HOLE.split())
    try:
        evidence = str(tmp_path / "evidence")
        judged = lab("verify", "--lab", shared_lab, "--control", "ZONE-01", "--evidence", evidence)
        assert (judged.code, judged.out.splitlines()[-1]) == (1, f"why: lab explain ZONE-01 {evidence}")
        told = lab("explain", "ZONE-01", evidence, "--json").json
        (fault,) = told["seen"]["faults"]
        (place,) = fault["places"]
        assert (place["host"], place["text"]) == ("fw-mn", HOLE)
        line = (Path(evidence) / place["file"]).read_text(encoding="utf-8").splitlines()[place["line"] - 1]
        assert line.strip().startswith(HOLE)
        assert [step["port"] for step in fault["checks"][0]["way"]["steps"]][-1] == "mn-app.mn"
        assert told["stale"] == []
        commands = [one["text"] for one in told["next"]]
        mend = f"lab up --lab {shared_lab}"
        assert mend in commands
        ok(*mend.split()[1:])
        ok("verify", "--lab", shared_lab, "--control", "ZONE-01", "--evidence", str(tmp_path / "again"))
    finally:
        ok("up", "--lab", shared_lab)


def test_the_running_lab_is_drawn_as_its_scenario_is(lab, shared_lab):
    running = lab("graph", "--lab", shared_lab, "--lang", "ja")
    planned = lab("graph", "scenarios/minimal.yaml", "--lang", "ja")
    assert running.code == planned.code == 0, running
    assert running.out == planned.out
