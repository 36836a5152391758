"""Where a terminal's canaries are sent to, of the telework plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.plan import Family, Protocol, build
from lab.verify.tunnel_marks import Marks

PROJECT = Path(__file__).parents[3]
V4, V6 = Family.IPV4, Family.IPV6


@pytest.fixture(scope="module")
def marks() -> Marks:
    loaded = scenario.load(PROJECT / "scenarios" / "telework.yaml", as_of=date(2026, 4, 1))
    plan = build(loaded, catalogue.load(), "unit")
    terminal = plan.host("tele-term")
    outer = next(leg for leg in terminal.legs if leg.dynamic)
    entry = next(flow for flow in plan.allowed if flow.source == "tele-term" and flow.application == "ike")
    return Marks(plan, terminal, plan.host("home-router"), outer, entry)


def _told(marks: Marks, found):
    return {(one.address, str(one.protocol), one.port) for one in marks.attempts(found)}


def test_names_are_asked_for_by_every_transport(marks: Marks):
    told = _told(marks, marks.for_names(V4))
    public, home = "203.0.113.53", "192.168.1.1"
    assert {(home, "udp", 53), (home, "tcp", 53), (public, "udp", 53), (public, "tcp", 53)} < told
    assert {(public, protocol, port) for protocol in ("tcp", "udp") for port in (853, 443)} < told


def test_a_laptop_asks_for_time_portal_and_neighbours(marks: Marks):
    assert _told(marks, marks.by_itself(V4)) == {
        ("203.0.113.53", "udp", 123), ("203.0.113.80", "tcp", 80), ("224.0.0.251", "udp", 5353), ("224.0.0.252", "udp", 5355),
    }  # fmt: skip
    assert all(one.protocol in Protocol for one in marks.by_itself(V6))
    assert {one.port for one in marks.by_itself(V6)} == {123, 80}
    assert _told(marks, marks.groups(V6)) == {("ff02::fb", "udp", 5353), ("ff02::1:3", "udp", 5355)}


def test_the_few_tell_every_way_apart(marks: Marks):
    assert [(one.host, str(one.family), str(one.protocol), one.port) for one in marks.telling()] == [
        ("www", "ipv4", "udp", 443), ("www", "ipv6", "udp", 443), ("www", "ipv4", "tcp", 443), ("www", "ipv6", "tcp", 443),
        ("www", "ipv4", "tcp", 80), ("screen-gw", "ipv4", "udp", 3389), ("vpn-gw", "ipv4", "udp", 4500),
    ]  # fmt: skip


@pytest.mark.parametrize("family", [V4, V6])
def test_a_captive_portal_is_opened_by_tcp(marks: Marks, family: Family):
    assert [(one.host, str(one.protocol), one.port) for one in marks.openings(family)] == [
        ("www", "tcp", 443), ("www", "tcp", 80),
    ]  # fmt: skip
