"""Hours of the week and the end of a session: recorded answers of a server and lines of a gateway, good and bad."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.hours import GRACE, AtHour, Session, ends_in_time, keeps_hours

REFUSED = "radius refused: identity=tele-02@sanso.test station=02-50 reason=class mn is not let in at this hour"
CLOSED = AtHour("a terminal", "端末", inside=False, left=None, ended="refused", timeout=None, said=(REFUSED,))
OPEN = AtHour("a terminal", "端末", inside=True, left=593.6, ended="let in", timeout=593, said=())
MARK = "vpn-gw charon 14[IKE] <telework|86>"
ENDED = f"{MARK} deleting IKE_SA telework[86] between 203.0.113.40[vpn-gw]...203.0.113.66[tele-02@sanso.test]"
SESSION = Session("tele-02@sanso.test", timeout=11, through=19.2, lost=3, said=(f"{MARK} established", ENDED))


def judged(seen: AtHour, *, good: bool = True, **changes: object):
    return keeps_hours(replace(seen, **changes), good=good)


def test_refused_outside_of_the_hours_for_that_reason():
    made = judged(CLOSED)
    assert made.state is State.PASS
    assert REFUSED in made.message_en
    assert "拒否されました" in made.message_ja


def test_let_in_outside_of_the_hours():
    made = judged(CLOSED, ended="let in", said=("radius let in: identity=tele-02@sanso.test",))
    assert made.state is State.FAIL
    assert "許可されました" in made.message_ja


def test_a_refusal_for_another_reason_is_no_keeping_of_hours():
    assert judged(CLOSED, said=("reason=certificate revoked",)).state is State.FAIL
    assert judged(CLOSED, good=False).state is State.ERROR
    assert judged(CLOSED, ended="silence").state is State.ERROR


def test_let_in_for_no_longer_than_the_hours_last():
    made = judged(OPEN)
    assert made.state is State.PASS
    assert "593 s of the 594 s" in made.message_en
    assert "時間帯の残り594秒" in made.message_ja


@pytest.mark.parametrize(
    ("timeout", "en", "ja"),
    [(None, "is told of no end", "通知されません"), (600, "for 600 s", "600秒間許可されました")],
)
def test_a_session_that_would_outlast_the_hours(timeout, en, ja):
    made = judged(OPEN, timeout=timeout)
    assert made.state is State.FAIL
    assert en in made.message_en
    assert ja in made.message_ja


def test_whole_seconds_are_no_longer_than_what_is_left_of_them():
    assert judged(OPEN, timeout=594).state is State.PASS
    assert judged(OPEN, timeout=595).state is State.FAIL


def test_hours_without_an_end_need_none():
    assert judged(OPEN, left=None, timeout=None).state is State.PASS


def test_refused_inside_of_the_hours():
    made = judged(OPEN, ended="refused", said=(REFUSED,))
    assert made.state is State.FAIL
    assert "as if it were outside of its hours" in made.message_en
    assert "時間外として拒否" in made.message_ja
    for said in ((), ("reason=certificate revoked",)):
        other = judged(OPEN, ended="refused", said=said)
        assert other.state is State.ERROR
        assert "判定できません" in other.message_ja


def test_the_gateway_ends_the_session():
    made = ends_in_time(SESSION)
    assert made.state is State.PASS
    assert ENDED in made.message_en
    assert "切断しました" in made.message_ja


@pytest.mark.parametrize("more", [{"lost": 0}, {"through": 11 + GRACE + 1}])
def test_a_session_that_goes_on_past_its_end(more):
    made = ends_in_time(replace(SESSION, **more))
    assert made.state is State.FAIL
    assert "still got through" in made.message_en
    assert "過ぎ" in made.message_ja


def test_an_end_that_is_not_the_gateways_shows_nothing():
    by_client = (f"{MARK} received DELETE for IKE_SA telework[86]", ENDED)
    for more, words in (
        ({"said": by_client}, "the client itself"),
        ({"said": by_client, "lost": 0}, "the client itself"),
        ({"through": None, "lost": 30}, "nothing that the client sealed"),
        ({"said": (f"{MARK} giving up after 3 retransmits",)}, "doesn't say that it ended it"),
    ):
        made = ends_in_time(replace(SESSION, **more))
        assert made.state is State.ERROR
        assert words in made.message_en
        assert made.message_ja
