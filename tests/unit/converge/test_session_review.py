"""The log store's own review of screen sessions, as the role ships it: the store's lines in, a record out."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

TREE = Path(__file__).parents[3] / "playbooks/roles/log_review/files/tree/usr/local"
MODULES = ("records", "screen_lines", "screen_rules")
SINCE, TO = datetime(2026, 11, 27, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC)
OWN, OTHER = "tele-01@sanso.test", "tele-02@sanso.test"
AT = "2026-11-27T19:54:{:09.6f}+00:00"
VIA = "10.60.0.10:60526"


@pytest.fixture
def program(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # what lies in those folders is delivered
    monkeypatch.syspath_prepend(str(TREE / "lib" / "log-review"))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    loader = SourceFileLoader("review_sessions", str(TREE / "sbin" / "review-sessions"))
    module = module_from_spec(spec_from_loader("review_sessions", loader))
    loader.exec_module(module)
    yield module
    sys.path.remove("/usr/local/lib/log-review")
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def review(program, tmp_path):
    """What a record holds beside its time, of these lines of screen-gw and lg-desk."""

    def judged(*lines, since=SINCE, to=TO, **changed):
        settings = {
            "screen_gateways": ["screen-gw"], "desks": [{"name": "lg-desk", "terminals": [OWN]}],
            "logs": str(tmp_path), "records": str(tmp_path), "lag": 5, "refusals": 5, "longest": 43200, **changed,
        }  # fmt: skip
        for host in ("screen-gw", "lg-desk"):
            (tmp_path / f"{host}.log").write_text("".join(f"{line}\n" for line in lines if f" {host} " in line))
        return program.judge(settings, since, to)

    return judged


def start(number=0, second=39.3, terminal=OWN, account="staff01", via=VIA, desk="lg-desk", at=None):
    head = f"{at or AT.format(second)} screen-gw haproxy[156] screen session start id=0A630014:893E_{number}"
    return f"{head} terminal={terminal} address=10.99.0.20 account={account} desk={desk} via={via}"


def end(number=0, second=48.9, terminal=OWN, account="staff01", size=29285, at=None):
    head = f"{at or AT.format(second)} screen-gw haproxy[156] screen session end id=0A630014:893E_{number}"
    told = f"{head} terminal={terminal} address=10.99.0.20 account={account} desk=lg-desk"
    return f"{told} began=27/Nov/2026:19:54:39.334 ms=9636 bytes={size} how=--"


def heard(second=39.34, via=VIA):
    address, _, port = via.rpartition(":")
    said = f"[INFO ] Socket 13: AF_INET connection received from {address} port {port}"
    return f"{AT.format(second)} lg-desk xrdp[206] {said}"


def let_in(second=40.6, via=VIA, account="staff01", at=None):
    said = f"[INFO ] ++ created session (access granted): username {account}, ip {via} - socket: 13"
    return f"{at or AT.format(second)} lg-desk xrdp-sesman[164] {said}"


def came_back(second=40.6, via=VIA):
    said = f"[INFO ] ++ reconnected session: username staff01, display :10.0, session_pid 265, ip {via} - socket: 13"
    return f"{AT.format(second)} lg-desk xrdp-sesman[164] {said}"


def refused(second=40.6, via=VIA, account="staff01", process=958):
    address, _, port = via.rpartition(":")
    secured = (
        f"[INFO ] TLS connection established from {address} port {port}: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"
    )
    return (
        f"{AT.format(second - 0.5)} lg-desk xrdp[{process}] {secured}",
        f"{AT.format(second)} lg-desk xrdp-sesman[164] [INFO ] AUTHFAIL: user={account} ip={address} time=1795809328",
        f"{AT.format(second)} lg-desk xrdp[{process}] [INFO ] xrdp_wm_log_msg: login failed for user {account}",
        f"{AT.format(second)} lg-desk xrdp[{process}] [INFO ] login failed for user {account}",
    )


def rules(record):
    return [one["rule"] for one in record["findings"]]


def test_session_by_the_gateway_is_read_and_right(review):
    record = review(start(), heard(), let_in(), end())
    assert record["findings"] == []
    assert record["read"] == {"connections": 1, "let in": 1, "refused": 0}
    (session,) = record["sessions"]
    assert (session["account"], session["terminal"], session["id"]) == ("staff01", OWN, "0A630014:893E_0")
    assert session["ended"].startswith("2026-11-27T19:54:48.9")


@pytest.mark.parametrize("line", [let_in, came_back])
def test_login_past_the_gateway_is_odd(review, line):
    record = review(start(), heard(), let_in(), end(), line(50.0, via="10.20.0.20:40000"))
    assert rules(record) == ["a login past the gateway"]
    assert record["findings"][0]["from"] == "10.20.0.20:40000"
    assert record["sessions"][1]["terminal"] == ""


def test_port_of_a_session_that_is_over_makes_no_way_for_another_login(review):
    assert rules(review(start(), heard(), end(second=42.0), let_in(40.6), let_in(55.0))) == ["a login past the gateway"]


def test_refused_login_past_the_gateway_is_odd_too(review):
    record = review(*refused(via="10.20.0.20:40000", account="root"))
    assert rules(record) == ["a login past the gateway"]
    assert record["findings"][0]["let_in"] is False


def test_account_and_terminal_that_are_refused_again_and_again_are_odd(review):
    vias = [f"10.60.0.10:{port}" for port in range(1000, 1005)]
    tries = [
        line
        for number, via in enumerate(vias)
        for line in (
            start(number, via=via),
            heard(via=via),
            *refused(40.6 + number, via, process=958 + number),
            end(number),
        )
    ]
    found = review(*tries)["findings"]
    assert [(one["rule"], one["times"]) for one in found] == [("refused again and again", 5)] * 2
    assert {"accounts": ["staff01"], "terminals": [OWN]}.items() <= found[0].items()
    assert review(*tries, refusals=6)["findings"] == []
    assert review(*tries, since=TO, to=TO + timedelta(days=1))["findings"] == []


def test_process_that_served_somebody_before_speaks_for_its_present_client(review):
    other = "10.60.0.10:1000"
    lines = (
        start(),
        heard(),
        *refused(40.6),
        end(),
        start(1, 50.0, via=other),
        heard(50.1, other),
        *refused(51.0, other),
        end(1, 52.0),
    )
    assert review(*lines)["findings"] == []


def test_account_from_two_terminals_is_odd(review):
    other = "10.60.0.10:1000"
    lines = (
        start(),
        heard(),
        let_in(),
        end(),
        start(1, terminal=OTHER, via=other),
        heard(via=other),
        let_in(via=other),
        end(1),
    )
    desks = [{"name": "lg-desk", "terminals": [OWN, OTHER]}]
    record = review(*lines, desks=desks)
    assert rules(record) == ["one account from several terminals"]
    assert record["findings"][0]["terminals"] == [OWN, OTHER]
    assert (
        review(*lines[:4], *[line.replace("staff01", "staff02") for line in lines[4:]], desks=desks)["findings"] == []
    )


def test_terminal_at_a_desktop_that_is_not_its_own_is_odd(review):
    record = review(start(terminal=OTHER), heard(), end(terminal=OTHER))
    assert rules(record) == ["a terminal at a desktop that is not its own"]
    assert record["findings"][0]["terminals"] == [OTHER]


def test_what_an_account_says_makes_no_other_terminal_or_desktop_of_it(review):
    forged = f"x terminal={OTHER} desk=mn-desk via=10.10.0.30:1"
    record = review(start(terminal=OTHER, account=forged), heard(), let_in(), end(terminal=OTHER, account=forged))
    assert rules(record) == ["a terminal at a desktop that is not its own"]
    assert record["findings"][0]["desk"] == "lg-desk"
    assert record["sessions"][0]["id"] == "0A630014:893E_0"


@pytest.mark.parametrize(
    ("terminal", "account", "missing"),
    [
        ("-", "staff01", "terminal"),
        ("unknown", "staff01", "terminal"),
        (OWN, "-", "account"),
        ("", "", "terminal, account"),
    ],
)
def test_line_that_does_not_say_who_is_odd(review, terminal, account, missing):
    record = review(start(), heard(), let_in(), end(terminal=terminal, account=account))
    assert rules(record) == [f"a line without {missing}"]


def test_line_of_another_form_is_odd(review):
    broken = f"{AT.format(39.3)} screen-gw haproxy[156] screen session started"
    assert rules(review(broken)) == ["a line without terminal, account, desk"]


def test_session_that_is_too_long_is_told_by_the_record_of_that_moment(review):
    lines = (start(at="2026-11-27T06:00:00+00:00"), heard())
    assert rules(review(*lines)) == ["a session of more than 12 hours"]
    assert rules(review(*lines, to=datetime(2026, 11, 27, 17, tzinfo=UTC))) == []
    assert rules(review(*lines, since=datetime(2026, 11, 27, 19, tzinfo=UTC))) == []
    assert rules(review(*lines, end(at="2026-11-27T17:59:00+00:00"))) == []
    assert rules(review(*lines, end(at="2026-11-27T18:01:00+00:00"))) == ["a session of more than 12 hours"]


def test_connection_that_the_desktop_answered_and_does_not_tell_of_is_odd(review):
    assert rules(review(start(), end())) == ["a connection that its desktop tells nothing of"]
    assert rules(review(start(), end(size=0))) == []  # nobody was there


def test_files_that_are_not_there_are_no_lines(review, tmp_path):
    record = review(start(), heard(), let_in(), logs=str(tmp_path / "elsewhere"))
    assert (record["sessions"], record["findings"]) == ([], [])


def test_records_leave_no_gap_and_what_is_young_to_the_next_one(program, tmp_path):
    settings = {
        "screen_gateways": [], "desks": [], "logs": str(tmp_path), "records": str(tmp_path / "own"),
        "lag": 5, "refusals": 5, "longest": 43200, "span": 60,
    }  # fmt: skip
    first = program.make(settings, "hand")
    folder = tmp_path / "own" / "sessions"
    (file,) = folder.glob("*.json")
    file.write_text(json.dumps(first | {"to": "2020-01-01T00:00:00+00:00"}))
    second = program.make(settings, "service")
    assert second["from"] == "2020-01-01T00:00:00+00:00"
    late = datetime.now(UTC) - datetime.fromisoformat(second["to"])
    assert timedelta(seconds=5) <= late < timedelta(seconds=20)
    assert program.make(settings, "hand")["from"] < second["to"]
    assert [path.suffix for path in folder.iterdir()] == [".json"] * 3
    assert folder.parent.stat().st_mode & 0o777 == 0o750
