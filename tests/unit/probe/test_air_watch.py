"""A capture of the air on its way: what the listener writes becomes packets; its end and its refusals are told."""

from __future__ import annotations

import struct
from collections import deque

import pytest

from lab.errors import BadInput, LabError
from lab.probe import CaptureEndedError, Packet
from lab.probe.air.summary import summary
from lab.probe.air.watch import AirWatch

LISTENING = (2, b"tcpdump: listening on hwsim0, link-type IEEE802_11_RADIO\n")
HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 2500, 127)
FRAME = bytes.fromhex(
    "000008000000000080000000ffffffffffff020000000000020000000000000000000000000000006400110400087361"
)
WHOLE = FRAME + b"nso-lg"


class Stream:
    """Stands for the exec of the listener: pieces of (kind, bytes); None is the end."""

    def __init__(self, *pieces):
        self.pieces, self.closed = deque(pieces), False

    def frames(self, _wait):
        while self.pieces:
            piece = self.pieces.popleft()
            if piece is None:
                return
            yield piece
        raise TimeoutError

    def close_stdin(self):
        self.closed = True


def record(data):
    return struct.pack("<IIII", 1795699417, 250, len(data), len(data)) + data


def test_frames_come_as_packets_wherever_the_stream_is_cut():
    raw = HEAD + record(WHOLE) + record(WHOLE)
    watch = AirWatch(Stream(LISTENING))
    watch._stream.pieces.extend((1, raw[at : at + 7]) for at in range(0, len(raw), 7))
    assert list(watch.arrived()) == [Packet(1795699417_000250_000, "air", "", WHOLE, len(WHOLE))] * 2


def test_end_that_was_asked_for_tells_what_was_lost():
    watch = AirWatch(Stream(LISTENING, (1, HEAD)))
    watch.stop()
    assert watch._stream.closed
    watch._stream.pieces.extend([(2, b"3 packets dropped by kernel\n"), None])
    assert list(watch.arrived()) == []
    assert watch.dropped == 3


def test_end_that_nobody_asked_for_is_an_error():
    watch = AirWatch(Stream(LISTENING, (2, b"0 packets dropped by kernel\n")))
    watch._stream.pieces.append(None)
    with pytest.raises(CaptureEndedError, match="from outside"):
        list(watch.arrived())


def test_filter_that_is_none_is_bad_input():
    with pytest.raises(BadInput, match="can't parse filter expression"):
        AirWatch(Stream((2, b"tcpdump: can't parse filter expression: syntax error\n")))


def test_listener_that_does_not_begin_is_an_error():
    with pytest.raises(LabError, match="no such device"):
        AirWatch(Stream((2, b"tcpdump: hwsim0: no such device\n"), None))


def test_frame_is_told_in_a_line():
    told = summary(WHOLE)
    assert told.startswith("02:00:00:00:00:00 > ff:ff:ff:ff:ff:ff beacon, 'sanso-lg'")
    assert summary(FRAME[:12]) == "control or cut, 12 bytes"
