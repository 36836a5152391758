"""Screen transfer: recorded good and bad sessions, and what may be concluded from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.screen_access import IDLE, KEPT, KILL, Entry, Logged, entry, idle, logged
from lab.verdict.screens import (
    CLIPBOARD,
    DEVICES,
    DYNAMIC,
    EXTRAS,
    INVENTED,
    SOUND,
    VIDEO,
    WINDOWS,
    Copied,
    ScreenSession,
    clipboard,
    devices,
)

ALL = EXTRAS | {CLIPBOARD}
NONE: frozenset[str] = frozenset()


def copies(after):
    return tuple(Copied(way, form, after) for form in ("text", "image") for way in ("in", "out"))


CLOSED = ScreenSession(asked=ALL, off=ALL, on=NONE, copies=copies(None), patience=3.0)
OPEN = ScreenSession(asked=ALL, off=NONE, on=ALL, copies=copies(0.2), devices=("smartcard 'SCARD'",), patience=15.0)


def test_closed_clipboard_beside_an_open_one_passes():
    judgement = clipboard("lg-desk", CLOSED, OPEN)
    assert judgement.state is State.PASS
    assert "0.2 s" in judgement.message_en


@pytest.mark.parametrize("way", ["in", "out"])
@pytest.mark.parametrize("form", ["text", "image"])
def test_one_thing_copied_one_way_fails(form, way):
    leaky = tuple(replace(one, after=0.4) if (one.form, one.way) == (form, way) else one for one in CLOSED.copies)
    judgement = clipboard("lg-desk", replace(CLOSED, copies=leaky), OPEN)
    assert judgement.state is State.FAIL
    assert judgement.message_en.startswith(f"lg-desk: the clipboard carries {form} from the")


@pytest.mark.parametrize(
    ("closed", "control", "state"),
    [
        ({"off": ALL - {CLIPBOARD}}, {}, State.FAIL),  # nothing came, but the desktop never said that it refuses
        ({"asked": ALL - {CLIPBOARD}}, {}, State.ERROR),  # who doesn't ask is refused nothing
        ({}, {"asked": ALL - {CLIPBOARD}}, State.ERROR),
        ({}, {"copies": copies(None)}, State.ERROR),  # no control
        ({}, {"copies": ()}, State.ERROR),
        ({}, {"copies": copies(1.6)}, State.ERROR),  # slower than half of what was waited for
    ],
)
def test_silence_alone_shows_nothing(closed, control, state):
    assert clipboard("lg-desk", replace(CLOSED, **closed), replace(OPEN, **control)).state is state


def test_refused_devices_beside_a_seen_one_pass():
    assert devices("lg-desk", CLOSED, OPEN, EXTRAS).state is State.PASS


@pytest.mark.parametrize(
    ("closed", "control", "state"),
    [
        ({"on": frozenset({DYNAMIC}), "off": ALL - {DYNAMIC}}, {}, State.FAIL),
        ({"devices": ("smartcard 'SCARD'",)}, {}, State.FAIL),
        ({"off": ALL - {DEVICES}}, {}, State.FAIL),
        *(({"on": frozenset({one}), "off": ALL - {one}}, {}, State.FAIL) for one in (WINDOWS, VIDEO, INVENTED, SOUND)),
        ({"asked": ALL - {VIDEO}}, {}, State.ERROR),
        ({}, {"on": ALL - {INVENTED}}, State.ERROR),
        ({}, {"devices": ()}, State.ERROR),
        ({}, {"on": ALL - {DEVICES}}, State.ERROR),
        ({"asked": NONE}, {}, State.ERROR),
    ],
)
def test_open_channel_fails_and_missing_control_is_an_error(closed, control, state):
    judgement = devices("lg-desk", replace(CLOSED, **closed), replace(OPEN, **control), EXTRAS)
    assert judgement.state is state


@pytest.mark.parametrize(
    ("opened", "words", "good", "state"),
    [
        (False, "AUTHFAIL", True, State.PASS),
        (True, "", True, State.FAIL),
        (True, "", False, State.FAIL),
        (False, "AUTHFAIL", False, State.ERROR),
        (False, "", True, State.FAIL),
    ],
)
def test_entry(opened, words, good, state):
    assert entry("lg-desk", Entry("with a wrong code", "誤ったコード", opened, words), good=good).state is state


def test_a_clients_own_trouble_is_no_refusal_and_no_finding():
    tried = Entry("without TLS", "TLSなし", opened=False, words="", trouble="cannot open display")
    judged = entry("lg-desk", tried, good=True)
    assert judged.state is State.ERROR
    assert "cannot open display" in judged.message_en


START = {
    "id": "1",
    "terminal": "tele-01@sanso.test",
    "account": "staff01",
    "desk": "lg-desk",
    "via": "10.60.0.10:40000",
}
SEEN = Logged(
    START, {**START, "ms": "10"}, "++ created session (access granted): username staff01, ip 10.60.0.10:40000"
)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"start": {}}, "no line of the session's start"),
        ({"end": {}}, "no line of the session's end"),
        ({"start": {**START, "terminal": "-"}}, "start: terminal is -"),
        ({"end": {**START, "account": ""}}, "end: account is not told"),
        ({"end": {**START, "id": "2"}}, "do not belong together"),
        ({"let_in": ""}, "no line of lg-desk that it let staff01 in"),
        ({"let_in": SEEN.let_in.replace("staff01", "staff02")}, "no line of lg-desk that it let staff01 in"),
    ],
)
def test_central_log(changed, said):
    judgement = logged("lg-desk", replace(SEEN, **changed), terminal="tele-01@sanso.test", account="staff01")
    assert judgement.state is (State.FAIL if said else State.PASS)
    assert said in judgement.message_en


OBEYED = {IDLE: "900", KILL: "1", KEPT: "60"}
BACK = "++ reconnected session: username staff01,"
SECOND = "++ created session (access granted): username staff01,"


@pytest.mark.parametrize(
    ("settings", "engaged", "sessions", "said"),
    [
        (OBEYED, (900,), 1, ""),
        (OBEYED, (), 1, "no idle timer"),
        (OBEYED, (3600,), 1, "no idle timer"),
        (OBEYED | {KILL: "0"}, (900,), 1, "stays for ever"),
        ({}, (900,), 1, "stays for ever"),
        (OBEYED | {KEPT: "600"}, (900,), 1, "stays 600"),
        (OBEYED, (900,), 2, "2 sessions of one person"),
    ],
)
def test_idle_session(settings, engaged, sessions, said):
    judgement = idle("lg-desk", settings, engaged, sessions, BACK)
    assert judgement.state is (State.FAIL if said else State.PASS)
    assert said in judgement.message_en


@pytest.mark.parametrize(("beside", "state"), [(BACK, State.PASS), (SECOND, State.FAIL), ("", State.ERROR)])
def test_another_client_comes_back_to_the_session_that_is_there(beside, state):
    judgement = idle("lg-desk", OBEYED, (900,), 1, beside)
    assert judgement.state is state
    assert ("got a second session" in judgement.message_en) is (state is State.FAIL)


def test_limits_that_are_missing_are_told_without_another_client_too():
    assert idle("lg-desk", {}, (), 1, "").state is State.FAIL
