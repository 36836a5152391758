"""What a run names, it names in Japanese too: events, requests to join, frames between stations."""

import re
from pathlib import Path

import pytest

from lab.probe.air.greetings import Neighbour, greetings
from lab.verdict.said_ja import EVENTS, event_ja, frames_ja, request_ja
from lab.verify.happenings import EVENTS as LOADS
from lab.verify.happenings import link_flap, renamed
from lab.verify.tunnel_events import SHORT

VERIFY = Path(__file__).parents[3] / "lab" / "verify"
SOURCES = "".join(file.read_text(encoding="utf-8") for file in VERIFY.glob("*.py"))
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
NAMED = {
    *(one.what for one in (*LOADS, *SHORT, link_flap("lg"), renamed("lg"))),
    *re.findall(r"_event\(\s*\"([^\"]+)\"", SOURCES),
    *re.findall(r"Happening\(\s*\"([^\"]+)\"", SOURCES),
    *re.findall(r"\bwhat=\"([^\"]+)\"", SOURCES),
}


@pytest.mark.parametrize("what", sorted(NAMED))
def test_every_event_has_a_name_in_japanese(what):
    assert JAPANESE.search(event_ja(what)), f"add it to EVENTS of lab/verdict/said_ja.py: {what}"


def test_no_name_is_left_of_an_event_that_is_gone():
    assert [what for what in EVENTS if what.removesuffix(" and then IPv6 alone") not in SOURCES] == []


def test_an_interface_keeps_its_name():
    assert event_ja(link_flap("x-ml").what) == "リンク x-ml の断と復旧"
    assert event_ja("somebody else's event") == "somebody else's event"


def test_every_frame_between_stations_has_a_name_without_english():
    one = Neighbour("a", "02:00:00:00:00:01", "10.20.0.20", "fd53::20")
    other = Neighbour("b", "02:00:00:00:00:02", "10.20.0.21", "fd53::21")
    told = frames_ja(greetings(one, other))
    assert "IPv4（相手宛て）" in told
    assert set(re.findall(r"[A-Za-z][A-Za-z0-9]+", told)) <= {"IPv4", "IPv6", "ARP", "mDNS"}


def test_requests():
    assert request_ja("no protected management frames") == "管理フレーム保護なし"
    assert request_ja("TKIP") == "TKIP"
