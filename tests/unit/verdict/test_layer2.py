"""What a segment's frames and questions show: a leak, isolation, or nothing."""

from __future__ import annotations

import pytest

from lab.record import State
from lab.verdict.layer2 import Said, contained, unanswered

SENDER, TO = "mn-app.mn", ("fw-mn.mn",)
HERE = frozenset({"mn-app.mn/from", "fw-mn.mn/to", "mn-term.mn/to"})


def frame(*more, without=(), to=TO):
    return Said("a broadcast", "ブロードキャスト", HERE - set(without) | set(more), to)


@pytest.mark.parametrize(
    ("frames", "state", "said"),
    [
        ([frame()], State.PASS, "a broadcast from mn-app.mn came to fw-mn.mn"),
        ([frame(), frame()], State.PASS, "2 frames"),
        ([frame("fw-mn.x-ml/from")], State.FAIL, "seen at fw-mn.x-ml/from"),
        ([frame(), frame("lg-app.lg/to")], State.FAIL, "lg-app.lg/to"),
        ([frame("fw-mn.x-ml/from", without=HERE)], State.FAIL, "x-ml"),  # a leak is one, whatever else was seen
        ([frame("log.mgmt/to")], State.PASS, "no port"),  # a segment that this control doesn't keep apart
        ([frame(without={"mn-app.mn/from"})], State.ERROR, "shows nothing"),
        ([frame(), frame(without={"fw-mn.mn/to"})], State.ERROR, "was not seen at fw-mn.mn/to"),
        ([frame(to=(*TO, "fw-2.mn"))], State.ERROR, "fw-2.mn/to"),
        ([], State.ERROR, "no frame"),
    ],
)
def test_frames_stay_on_their_segment(frames, state, said):
    judged = contained(frames, sender=SENDER, others={"x-ml", "lg"})
    assert judged.state is state
    assert said in judged.message_en


OWN = Said("fw-mn's own 10.10.0.1", "", frozenset({"fw-mn.mn/from", "mn-app.mn/to"}))
SILENT = Said("lg-app (10.20.0.10)", "", frozenset())
ANSWERED = Said("lg-dns (10.20.0.53)", "", frozenset({"fw-mn.mn/from", "mn-app.mn/to"}))


@pytest.mark.parametrize(
    ("asked", "own", "state", "said"),
    [
        ([SILENT], [OWN], State.PASS, "fw-mn's own 10.10.0.1 was answered"),
        ([SILENT, ANSWERED], [OWN], State.FAIL, "asked for lg-dns (10.20.0.53), which is elsewhere, and was answered"),
        ([ANSWERED], [SILENT], State.FAIL, "fw-mn.mn/from"),
        ([SILENT], [OWN, SILENT], State.ERROR, "shows nothing"),
        ([SILENT], [], State.ERROR, "nothing was asked for"),
        ([], [OWN], State.ERROR, "nothing was asked for"),
    ],
)
def test_nobody_answers_for_hosts_elsewhere(asked, own, state, said):
    judged = unanswered(asked, own, sender=SENDER)
    assert judged.state is state
    assert said in judged.message_en
