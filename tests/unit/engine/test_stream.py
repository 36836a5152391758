from __future__ import annotations

import socket
import struct
import threading

import pytest

from lab.engine.stream import ExecStream
from lab.errors import LabError


def frame(kind: int, data: bytes) -> bytes:
    return struct.pack(">BxxxI", kind, len(data)) + data


@pytest.fixture
def ends():
    near, far = socket.socketpair()
    stream = ExecStream(near)
    yield stream, far
    stream.close()
    far.close()


def test_frames_come_whole_however_they_were_cut(ends):
    stream, far = ends
    sent = frame(1, b"out") + frame(2, b"err") + frame(1, b"")
    for at in range(len(sent)):
        far.sendall(sent[at : at + 1])
    far.close()
    assert list(stream.frames(1)) == [(1, b"out"), (2, b"err"), (1, b"")]


def test_reading_can_stop_and_go_on(ends):
    stream, far = ends
    far.sendall(frame(1, b"a") + frame(1, b"b"))
    assert next(stream.frames(1)) == (1, b"a")
    assert next(stream.frames(1)) == (1, b"b")


def test_silence_is_a_timeout_and_loses_nothing(ends):
    stream, far = ends
    far.sendall(frame(1, b"half")[:-2])
    with pytest.raises(TimeoutError):
        next(stream.frames(0.01))
    far.sendall(b"lf")
    assert next(stream.frames(1)) == (1, b"half")


def test_what_is_there_is_given_even_without_patience(ends):
    stream, far = ends
    far.sendall(frame(1, b"there"))
    assert next(stream.frames(0.5)) == (1, b"there")
    with pytest.raises(TimeoutError):
        next(stream.frames(0))


def test_a_large_input_is_sent_while_output_is_read(ends):
    stream, far = ends
    size = 4 << 20

    def echo() -> None:
        received = 0
        while data := far.recv(1 << 16):
            received += len(data)
            far.sendall(frame(1, data))
        far.sendall(frame(2, str(received).encode()))
        far.close()

    thread = threading.Thread(target=echo)
    thread.start()
    out, err = stream.read_all(b"x" * size, timeout=20)
    thread.join()
    assert len(out) == size
    assert err == str(size).encode()


def test_a_program_that_ends_without_reading_still_tells_why(ends):
    stream, far = ends
    far.sendall(frame(2, b"no such file"))
    far.close()
    out, err = stream.read_all(b"x" * (1 << 22), timeout=5)
    assert (out, err) == (b"", b"no such file")


def test_writing_to_a_dead_program_says_so(ends):
    stream, far = ends
    far.close()
    with pytest.raises(LabError, match="gone"):
        stream.sendall(b"x" * (4 << 20))


def test_a_terminal_gives_plain_bytes():
    near, far = socket.socketpair()
    with far, ExecStream(near, tty=True) as stream:
        far.sendall(b"\x01\x00plain")
        assert next(stream.frames(1)) == (1, b"\x01\x00plain")


def test_an_attachment_has_no_exit_code(ends):
    with pytest.raises(LabError, match="no exec"):
        ends[0].exit_code()
