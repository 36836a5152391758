"""The client's side of a capture, against an agent that is a list of bytes."""

import json

import pytest

from lab.errors import BadInput, LabError
from lab.probe import CaptureEndedError, Packet, Watch
from lab.probe.agent.capture import END, FRAME, FROM, PACKET, PORT, READY, RECORD, REFUSED, TO

ORDER = {"ports": ["mn-app.mn"], "segments": [], "filter": ""}


def record(kind, body):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RECORD.pack(kind, len(body)) + body


def packet(number, direction, at_ns, data, length=None):
    return record(PACKET, FRAME.pack(number, direction, at_ns, length or len(data)) + data)


BEGUN = record(READY, {"ports": ["mn-app.mn"]})


class Stream:
    """Gives its pieces; then it has ended (`over`), or nothing more comes for now."""

    def __init__(self, *pieces, over=False):
        self.sent, self._pieces, self._over = [], list(pieces), over

    def sendall(self, data):
        self.sent.append(data)

    def frames(self, _timeout):
        while self._pieces:
            kind, piece = self._pieces.pop(0)
            yield kind, piece
        if not self._over:
            raise TimeoutError

    def add(self, *pieces, over=False):
        self._pieces += [(1, piece) for piece in pieces]
        self._over = over

    def close(self):
        pass


def test_the_order_is_sent_and_the_ports_that_are_there_are_told():
    stream = Stream((1, BEGUN))
    assert Watch(stream, ORDER).ports == ("mn-app.mn",)
    assert json.loads(stream.sent[0]) == ORDER


def test_packets_come_however_they_are_cut():
    told = (
        record(PORT, {"number": 0, "port": "mn-app.mn"})
        + packet(0, FROM, 5, b"one")
        + packet(0, TO, 6, b"two", length=9000)
    )
    stream = Stream((1, BEGUN))
    watch = Watch(stream, ORDER)
    seen = []
    for at in range(0, len(told), 7):
        stream.add(told[at : at + 7])
        seen += watch.arrived()
    assert seen == [Packet(5, "mn-app.mn", "from", b"one", 3), Packet(6, "mn-app.mn", "to", b"two", 9000)]


def test_packets_that_came_with_the_beginning_are_not_lost():
    stream = Stream((1, BEGUN + record(PORT, {"number": 0, "port": "mn-app.mn"}) + packet(0, FROM, 5, b"one")))
    assert [one.data for one in Watch(stream, ORDER).arrived()] == [b"one"]


def test_the_end_tells_what_was_dropped():
    stream = Stream((1, BEGUN))
    watch = Watch(stream, ORDER)
    watch.stop()
    assert stream.sent[-1].endswith(b"\n")
    assert watch.dropped is None
    stream.add(record(END, {"dropped": 3}), over=True)
    assert list(watch.arrived()) == []
    assert watch.dropped == 3


def test_a_container_that_goes_is_no_end_of_ours():
    stream = Stream((1, BEGUN))
    watch = Watch(stream, ORDER)
    stream.add(over=True)
    with pytest.raises(CaptureEndedError, match="ended from outside"):
        list(watch.arrived())


def test_a_refused_filter_is_bad_input_in_libpcaps_words():
    with pytest.raises(BadInput, match="no such filter: syntax error"):
        Watch(Stream((1, record(REFUSED, {"filter": "syntax error"}))), ORDER)


def test_what_the_agent_said_last_is_told():
    with pytest.raises(LabError, match="ended at once: PermissionError: no"):
        Watch(Stream((2, b"Traceback\nPermissionError: no\n"), over=True), ORDER)


def test_an_agent_that_says_nothing_is_told():
    with pytest.raises(LabError, match="capture's container"):
        Watch(Stream(), ORDER)
