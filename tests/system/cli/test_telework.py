"""A telework terminal over its days: revoked and refused until it gets a new certificate, its network's lease taken again."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

NAME, SCENARIO = "system-terminal", "scenarios/telework.yaml"
TUNNEL = "timeout 60 sh -c 'until swanctl --list-sas 2>/dev/null | grep -q INSTALLED; do sleep 0.2; done'"


@pytest.fixture(scope="module")
def telework(lab):
    up = lab("up", SCENARIO, "--lab", NAME)
    assert up.code == 0, up.err
    yield NAME
    down = lab("down", "--lab", NAME, "--keys")
    assert down.code == 0, down.err


def terminal(lab, name):
    listed = lab("pki", "list", "--lab", name, "--json")
    assert listed.code == 0, listed.err
    return next(one for one in listed.json if one["purpose"] == "terminal")


def connected(lab, name):
    ok_in(lab, name, TUNNEL)


@pytest.mark.parametrize(
    ("decision", "reason"), [("revoke", "certificate revoked"), ("expire", "certificate has expired")]
)
def test_the_terminal_is_refused_and_cut_off_until_it_gets_a_new_certificate(lab, telework, decision, reason):
    connected(lab, telework)
    before = terminal(lab, telework)
    assert (before["identity"], before["class"], before["state"]) == ("tele-01@sanso.test", "lg", "good")
    done = lab("pki", decision, "tele-01", "--lab", telework, "--json")
    assert done.code == 0, done
    assert reason in done.json["refused"]
    if (
        decision == "revoke"
    ):  # an expired certificate is the terminal's own: it starts anew with it, and finds no tunnel
        assert done.json["cut"] == {"vpn-gw": 1}
    assert terminal(lab, telework)["state"] == {"revoke": "revoked", "expire": "expired"}[decision]
    gone = lab("exec", "--lab", telework, "vpn-gw", "--", "sh", "-c", "swanctl --list-sas 2>/dev/null")
    assert "ESTABLISHED" not in gone.out
    issued = lab("pki", "issue", "tele-term", "--lab", telework, "--json")
    assert issued.code == 0, issued
    connected(lab, telework)
    after = terminal(lab, telework)
    assert (after["state"], after["serial"] == before["serial"]) == ("good", False)
    assert lab("status", "--lab", telework).code == 0


def test_nobody_is_revoked_by_a_wrong_name(lab, telework):
    done = lab("pki", "revoke", "tele-09", "--lab", telework)
    assert done.code == 3
    assert "no terminal 'tele-09'" in done.err
    assert "tele-01 (tele-term)" in done.err


def test_client_that_starts_again_has_its_address_as_long_as_the_new_lease(lab, telework):
    """The address is there from the lease before, and would end with it."""
    address, _ = leased(lab, telework)
    ok_in(lab, telework, f"ip -4 addr change {address} dev home valid_lft 99 preferred_lft 99")
    ok_in(lab, telework, "/usr/lib/sanso/service restart dhclient4")
    ok_in(
        lab,
        telework,
        "timeout 30 sh -c 'until ip -4 addr show dev home | grep -qE \"valid_lft [0-9]{3}\"; do sleep 0.1; done'",
    )
    again, seconds = leased(lab, telework)
    assert again == address
    assert seconds > 99


def test_nobody_gets_in_while_the_authentication_server_is_down(lab, telework):
    """The gateway decides nothing by itself; the terminal is back by itself once somebody answers."""
    connected(lab, telework)
    service = "/usr/lib/sanso/service {} freeradius"
    ok_in(lab, telework, service.format("stop"), host="radius")
    try:
        ok_in(lab, telework, "swanctl --terminate --ike telework --force >/dev/null 2>&1; true")
        told = awaited(lambda: lab("logs", "vpn-gw", "--lab", telework, "-n", "60").out, "EAP_RADIUS method failed")
        assert "receiving RADIUS message failed" in told, told
        gone = ok_in(lab, telework, "swanctl --list-sas 2>/dev/null", host="vpn-gw")
        assert "INSTALLED" not in gone
    finally:
        ok_in(lab, telework, service.format("start"), host="radius")
    connected(lab, telework)


def awaited(look, *words, seconds=60):
    """What `look` says once a line has all the words, or says last."""
    end = time.monotonic() + seconds
    while True:
        said = look()
        if any(all(word in line for word in words) for line in said.splitlines()) or time.monotonic() > end:
            return said
        time.sleep(0.5)  # between two looks, each a command of its own; the deadline is above


def leased(lab, name):
    """(address/length, seconds that it is still valid) at home."""
    shown = json.loads(ok_in(lab, name, "ip -4 -j addr show dev home"))
    (address,) = shown[0]["addr_info"]
    return f"{address['local']}/{address['prefixlen']}", address["valid_life_time"]


def ok_in(lab, name, line, host="tele-term"):
    done = lab("exec", "--lab", name, host, "--", "sh", "-c", line)
    assert done.code == 0, done
    return done.out


def test_the_study_passes_and_says_above_all_that_it_is_one(lab, tmp_path):
    """Its lab is its own: built, judged and removed by one command."""
    evidence = tmp_path / "evidence"
    words = ("run", "scenarios/mn-telework-study.yaml", "--lab", "system-study", "--quick", "--evidence", str(evidence))
    done = lab(*words, timeout=1800)
    assert done.code == 0, done
    assert done.out.startswith("A study, not conformance")
    report = (evidence / "report.ja.html").read_text(encoding="utf-8")
    assert "評価" in report


def test_a_terminal_that_is_found_unsound_is_out_until_it_is_found_sound(lab, tmp_path):
    """On the study's lab, whose terminals have to be inspected: what `lab pki inspect` finds counts at the gateway."""
    name = "system-inspection"
    old, new = (f's/^VERSION_ID="{one}"/VERSION_ID="{other}"/' for one, other in (("12", "10"), ("10", "12")))

    def system(expression):
        done = lab(
            "exec", "--lab", name, "tele-mn", "--", "sed", "-i", "--follow-symlinks", expression, "/etc/os-release"
        )
        assert done.code == 0, done

    def inspected():
        return next(
            one["inspected"] for one in lab("pki", "list", "--lab", name, "--json").json if one["host"] == "tele-mn"
        )

    assert lab("up", "scenarios/mn-telework-study.yaml", "--lab", name).code == 0
    try:
        assert inspected() > f"{datetime.now(UTC) + timedelta(days=14):%Y-%m-%d}"
        system(old)
        unsound = lab("pki", "inspect", "tele-mn", "--lab", name, "--json")
        assert unsound.code == 1, unsound
        assert "Debian 10 is of no series that is maintained" in unsound.json["found"]
        assert unsound.json["cut"] == {"vpn-gw": 1}
        assert "no sound inspection" in unsound.json["refused"]
        assert inspected() == "unsound"
        ok_in(
            lab, name, "swanctl --list-sas 2>/dev/null | grep -q tele-01@", host="vpn-gw"
        )  # of another class: let alone
        system(new)
        sound = lab("pki", "inspect", "tele-mn", "--lab", name, "--json")
        assert (sound.code, sound.json["sound"], sound.json["cut"]) == (0, True, {}), sound
        ok_in(lab, name, TUNNEL, host="tele-mn")
        assert lab("pki", "inspect", "tele-term", "--lab", name).code == 3  # nobody asks for it
    finally:
        assert lab("down", "--lab", name, "--keys").code == 0
