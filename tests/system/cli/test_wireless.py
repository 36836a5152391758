"""Wireless hosts over their days: a station revoked and let in again, the guest that dies, a vendor's own configuration."""

from __future__ import annotations

import time

import pytest
from command import ROOT, ended
from containers import wait_for

from lab.pki import state_directory

NAME, SCENARIO = "system-wireless", "scenarios/wlan.yaml"
HOSTAPD = "/etc/hostapd/hostapd.conf"
BOOT = "cat /proc/sys/kernel/random/boot_id"
ON_IT = (
    "timeout 90 sh -c 'until wpa_cli -p /run/wpa -i wlan status | grep -q ^wpa_state=COMPLETED; do usleep 200000; done'"
)


@pytest.fixture(scope="module")
def wireless(lab):
    up = lab("up", SCENARIO, "--lab", NAME)
    assert up.code == 0, up.err
    yield NAME
    down = lab("down", "--lab", NAME, "--keys")
    assert down.code == 0, down.err


def test_the_next_start_goes_on_from_the_saved_guest_and_without_it_if_it_is_damaged(lab, wireless, tmp_path):
    assert said(lab, "sta-lg", """echo 'it'"'"'s  $HOME' "$0" """) == "it's  $HOME sh\n"  # three shells on its way
    started_anew(lab, "its guest goes on from its saved state")
    assert "MARK root" not in said(lab, "radio", "cat /run/radio/console")  # it didn't boot
    assert "goes on from its saved state" in lab("logs", "radio", "--lab", wireless).out
    assert said(lab, "radio", "find /var/lib/sanso/radio -type f") == ""
    assert abs(int(said(lab, "sta-lg", "date +%s")) - time.time()) < 5
    done = lab(
        "verify", "--lab", wireless, "--control", "WLAN-05", "--control", "OPS-16", "--evidence", str(tmp_path / "a")
    )
    assert done.code == 0, done
    (kept,) = (state_directory(wireless) / "guest").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    content = kept.read_bytes()
    kept.write_bytes(content[: len(content) // 2] + bytes(4096) + content[len(content) // 2 + 4096 :])
    started_anew(lab, "its guest goes on from its saved state")
    assert "MARK root" in said(lab, "radio", "cat /run/radio/console")
    told = lab("logs", "radio", "--lab", wireless)
    assert "the guest ended" in told.out
    connected(lab, "sta-lg")


def test_a_station_is_sent_away_and_refused_until_it_gets_a_new_certificate(lab, wireless):
    connected(lab, "sta-lg")
    done = lab("pki", "revoke", "sta-lg", "--lab", wireless, "--json")
    assert done.code == 0, done
    assert (done.json["way"], done.json["cut"]) == ("session", {"ap": 1})
    assert "certificate revoked" in done.json["refused"]
    assert "COMPLETED" not in status(lab, "sta-lg")
    connected(lab, "sta-mn")  # nobody else's session was its own
    issued = lab("pki", "issue", "sta-lg", "--lab", wireless, "--json")
    assert issued.code == 0, issued
    connected(lab, "sta-lg")
    assert lab("status", "--lab", wireless).code == 0


def test_a_guest_that_dies_in_a_run_passes_nothing_and_its_last_words_are_in_the_log(
    lab, start_lab, wireless, tmp_path
):
    evidence = tmp_path / "evidence"
    running = start_lab("verify", "--lab", wireless, "--control", "WLAN-05", "--json", "--evidence", str(evidence))
    wait_for(
        "the first frames", lambda: any(one.stat().st_size for one in evidence.glob("applications*")), deadline=180
    )
    killed = lab("exec", "--lab", wireless, "radio", "--", "pkill", "-9", "-f", "qemu-system")
    assert killed.code == 0, killed
    done = ended(running, timeout=900)
    assert done.code == 2, done
    # all of them: what was judged before, and what found a guest again, which isn't the one that the run began with
    assert {one["state"] for one in done.json["verdicts"]} == {"error"}
    told = lab("logs", "radio", "--lab", wireless)
    assert "the guest ended" in told.out
    assert "MARK up" in told.out
    # its supervisor starts it anew, and a run waits for that
    again = lab("verify", "--lab", wireless, "--control", "WLAN-05", "--evidence", str(tmp_path / "again"))
    assert again.code == 0, again


def test_a_file_that_was_changed_by_hand_is_drift_and_comes_back_in_the_same_guest(lab, wireless, tmp_path):
    before = said(lab, "ap", BOOT)
    said(lab, "ap", f"sed -i s/^ieee80211w=2/ieee80211w=1/ {HOSTAPD} && access-point restart")
    told = lab("status", "--lab", wireless, "--json")
    assert told.code == 2, told
    assert [(one["host"], one["kind"]) for one in told.json[0]["drifts"]] == [("ap", "files")]
    kept = lab("export", "ap", "--lab", wireless, "-o", str(tmp_path / "ours"))
    assert kept.code == 0, kept
    assert (tmp_path / "ours" / "ap" / HOSTAPD.lstrip("/")).read_text() == said(lab, "ap", f"cat {HOSTAPD}")
    mended = lab("up", "--lab", wireless)
    assert mended.code == 0, mended
    assert f"restored ap: files ({HOSTAPD} was changed or removed)" in mended.out
    assert said(lab, "ap", "grep ^ieee80211w= /run/hostapd.conf").split() == ["ieee80211w=2"] * 2
    assert said(lab, "ap", BOOT) == before
    assert lab("status", "--lab", wireless).code == 0


def test_a_vendors_own_configuration_is_what_runs_and_what_is_judged(lab, wireless, tmp_path):
    """Of its two networks one is weak; the run before was green with the reference's own file."""
    known = lab("exec", "--lab", wireless, "ap", "--", "cat", HOSTAPD)
    assert known.code == 0, known
    (tmp_path / "hostapd.conf").write_text(known.out.replace("ieee80211w=2", "ieee80211w=1", 1))
    scenario = tmp_path / "vendor.yaml"
    ours = (ROOT / SCENARIO).read_text(encoding="utf-8")
    scenario.write_text(f"{ours}overlays: {{ap: {{{HOSTAPD}: hostapd.conf}}}}\n", encoding="utf-8")
    refused = lab("up", str(scenario), "--lab", wireless)
    assert refused.code == 3, refused
    assert "WLAN-05" in refused.err
    marked = f"{ours}overlays: {{ap: {{{HOSTAPD}: {{file: hostapd.conf, expect: fail}}}}}}\n"
    scenario.write_text(marked, encoding="utf-8")
    up = lab("up", str(scenario), "--lab", wireless)
    assert up.code == 0, up
    done = lab("verify", "--lab", wireless, "--control", "WLAN-05", "--json", "--evidence", str(tmp_path / "evidence"))
    assert done.code == 1, done
    states = {one["subject"]: one["state"] for one in done.json["verdicts"]}
    assert "fail" in {
        state for subject, state in states.items() if "sanso-lg" in subject
    }  # it announces what it asks for
    assert {state for subject, state in states.items() if "sanso-mn" in subject} == {"pass"}


def started_anew(lab, words):
    down = lab("down", "--lab", NAME)
    assert down.code == 0, down
    up = lab("up", SCENARIO, "--lab", NAME)
    assert up.code == 0, up
    assert "warm" in up.out
    assert words in up.err


def connected(lab, host):
    done = lab("exec", "--lab", NAME, host, "--", "sh", "-c", ON_IT)
    assert done.code == 0, done


def said(lab, host, line):
    done = lab("exec", "--lab", NAME, host, "--", "sh", "-c", line)
    assert done.code == 0, done
    return done.out


def status(lab, host):
    return lab("exec", "--lab", NAME, host, "--", "wpa_cli", "-p", "/run/wpa", "-i", "wlan", "status").out
