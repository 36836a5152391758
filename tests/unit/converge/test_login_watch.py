"""The log store's own program that watches VPN logins, as the role ships it: lines in, alarms out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[3] / "playbooks/roles/log_review/files/tree/usr/local/sbin/watch-logins"
SINCE = datetime(2026, 11, 27, 7, tzinfo=UTC)
OWN, HOME, OTHER = "tele-01@sanso.test", "198.51.100.10", "203.0.113.66"


@pytest.fixture
def program(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # what lies in that folder is delivered
    loader = SourceFileLoader("watch_logins", str(PROGRAM))
    module = module_from_spec(spec_from_loader("watch_logins", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def watch(program):
    return program.Watch(SINCE)


def line(said, number=None, at="2026-11-27T07:48:33.1+00:00", gateway="vpn-gw"):
    return f"{at} {gateway} charon 07[IKE] {f'<telework|{number}> ' if number else ''}{said}"


def come(number, address, how="established", identity=OWN, **more):
    said = f"IKE_SA telework[{number}] {how} between 203.0.113.40[vpn-gw.sanso.test]...{address}[{identity}]"
    return line(said, number, **more)


def gone(number):
    return line(f"deleting IKE_SA telework[{number}] between 203.0.113.40[a]...{HOME}[{OWN}]", number)


def alarms(watch, *lines):
    return [alarm for alarm in map(watch.told, lines) if alarm]


def test_second_address_while_the_first_tunnel_is_up_raises_an_alarm(watch):
    found = alarms(watch, come(1, HOME), line(f"destroying duplicate IKE_SA for peer '{OWN}'", 1), come(2, OTHER))
    assert len(found) == 1
    assert found[0].startswith(f"ALARM: {OWN} came in from {OTHER} at vpn-gw while its tunnel from {HOME}")


def replaced(number):
    return line(f"deleting duplicate IKE_SA for peer '{OWN}' due to uniqueness policy", number)


def test_second_address_raises_an_alarm_though_the_gateway_ends_the_first_tunnel_before(watch):
    found = alarms(watch, come(1, HOME), replaced(1), gone(1), come(2, OTHER))
    assert len(found) == 1
    assert f"came in from {OTHER} at vpn-gw while its tunnel from {HOME}" in found[0]
    assert not alarms(watch, gone(2), come(3, HOME))


def test_own_return_that_the_gateway_takes_for_a_duplicate_raises_none(watch):
    assert not alarms(watch, come(1, HOME), replaced(1), gone(1), come(2, HOME), gone(2), come(3, OTHER))


def test_rekeyed_tunnel_is_still_the_same(watch):
    assert alarms(watch, come(1, HOME), come(2, HOME, "rekeyed"), gone(1), come(3, OTHER))


@pytest.mark.parametrize(
    "before",
    [
        [come(1, OTHER)],
        [come(1, HOME), gone(1)],
        [come(1, HOME), line("giving up after 3 retransmits", 1)],
        [come(1, HOME), line("Starting IKE charon daemon (strongSwan 5.9.8)")],
        [come(1, HOME, identity="tele-02@sanso.test")],
        [line(f"looking for peer configs matching a[b]...{HOME}[IKE_SA x[9] established between a...{HOME}[{OWN}]")],
        ["2026-11-27T07:48:33+00:00 vpn-gw sshd[1] hello"],
    ],
)
def test_anything_else_raises_none(program, watch, before):
    assert not alarms(watch, *filter(program.LINE.match, before), come(2, OTHER))


def test_what_was_judged_before_raises_no_second_alarm(watch):
    early = {"at": "2026-11-27T06:59:00+00:00"}
    assert not alarms(watch, come(1, HOME, **early), come(2, OTHER, **early))
    assert alarms(watch, come(3, HOME))


def test_whole_lines_are_read_once_and_a_new_file_from_its_beginning(program, tmp_path):
    log = tmp_path / "vpn-gw.log"
    assert program.news(log, (0, 0)) == ([], (0, 0))
    log.write_text("one\ntw")
    lines, known = program.news(log, (0, 0))
    assert lines == ["one"]
    with log.open("a") as text:
        text.write("o\n")
    lines, known = program.news(log, known)
    assert lines == ["two"]
    assert program.news(log, known) == ([], known)
    log.rename(tmp_path / "vpn-gw.log.1")
    log.write_text("three\n")
    assert program.news(log, known)[0] == ["three"]
