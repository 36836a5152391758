"""What a user gets when something is wrong: a cause, a fix, the right exit code, and nothing half done."""

from __future__ import annotations

import pytest

from lab.pki import state_directory


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["verify", "--lab", "nowhere"], 2, "lab up"),
        (["up", "does-not-exist.yaml"], 3, "does-not-exist.yaml"),
        (["vrify"], 3, "Did you mean 'verify'"),
        (["verify", "--no-such-option"], 3, "no-such-option"),
        (["controls", "ZONE-99"], 3, "ZONE-99"),
        (["report", "no-such-folder"], 3, "no-such-folder"),
        (["up", "scenarios/minimal.yaml", "--lab", "Bad_Name"], 3, "Bad_Name"),
        (["trace", "lg-term", "mn-app:99999", "--lab", "nowhere"], 3, "99999"),
        (["capture", "mn", "--lab", "nowhere"], 2, "lab up"),
        (["capture", "mn", "--seconds", "0"], 3, "--seconds"),
        (["capture", "mn", "--json"], 3, "-w mn.pcapng"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_error_has_cause_and_exit_code(lab, arguments, code, words):
    done = lab(*arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err


def test_unreachable_engine_is_explained(lab):
    done = lab("up", "scenarios/minimal.yaml", DOCKER_HOST="unix:///does/not/exist.sock")
    assert done.code == 2
    assert "fix:" in done.err


def test_unknown_host_lists_the_hosts(lab, shared_lab):
    done = lab("exec", "mn-tern", "--lab", shared_lab, "--", "true")
    assert done.code == 3
    assert "mn-term" in done.err


def test_unknown_control_is_refused(lab, shared_lab, tmp_path):
    done = lab("verify", "--lab", shared_lab, "--control", "ZONE-99", "--evidence", str(tmp_path / "e"))
    assert done.code == 3
    assert "ZONE-99" in done.err


def test_scenario_that_registers_a_forbidden_flow_names_the_control(lab, tmp_path):
    scenario = tmp_path / "forbidden.yaml"
    scenario.write_text(
        "edition: R8.3\nmodel: alpha\nreference: minimal\nregister:\n"
        "  - {id: X-1, purpose: 近道, from: lg-term, to: mn-app, service: tcp/443, owner: 情報課, expires: +1y}\n"
    )
    done = lab("up", str(scenario))
    assert done.code == 3
    assert "ZONE-01" in done.err
    assert "forbidden.yaml:5:" in done.err


def test_down_of_nobodys_lab_says_so_and_leaves_nothing(lab, shared_lab):
    done = lab("down", "--lab", "nobodys")
    assert done.code == 0
    assert "no lab named nobodys was there; there is: " in done.out
    assert shared_lab in done.out
    assert not state_directory("nobodys").exists()
