"""Helper containers see the fabric and the namespaces they were given, and go away."""

from __future__ import annotations

import time

import pytest

from lab.errors import LabError


def test_a_helper_gets_its_files_its_input_and_gives_its_output(engine, lab):
    out = engine.run_helper(
        lab, argv=["sh", "-c", "cat /opt/one - "], files={"/opt/one": b"one "}, stdin=b"two" * 100_000
    )
    assert out == b"one " + b"two" * 100_000


def test_a_helper_sees_the_fabric_and_only_the_hosts_it_was_given(engine, lab):
    argv = ["sh", "-c", "ls /netns; ip -br link show mn type bridge; nsenter --net=/netns/mn-term ip -br addr show mn"]
    out = engine.run_helper(lab, argv=argv, capabilities=["SYS_ADMIN"], netns_hosts=["mn-term"]).decode()
    assert out.splitlines()[0] == "mn-term"
    assert "10.10.0.20/24" in out


def test_a_failing_helper_says_why(engine, lab):
    with pytest.raises(LabError, match="no such thing"):
        engine.run_helper(lab, argv=["sh", "-c", "echo no such thing >&2; exit 3"])
    with pytest.raises(LabError, match="cannot start a helper"):
        engine.run_helper(lab, argv=["cat"], capabilities=["NO_SUCH"])


def test_helpers_leave_nothing(engine, lab, left):
    engine.run_helper(lab, argv=["true"])
    stream = engine.open_helper(lab, argv=["cat"])
    with stream:
        stream.sendall(b"hello\n")
        assert next(stream.frames(5)) == (1, b"hello\n")
        assert len([name for name in left(lab.name) if "--" not in name]) >= 1
    await_gone(lab, left)


def test_a_long_helper_ends_with_its_input(engine, lab, left):
    with engine.open_helper(lab, argv=["sh", "-c", "cat; echo over"]) as stream:
        out, _ = stream.read_all(b"last", timeout=10)
    assert out == b"lastover\n"
    await_gone(lab, left)


def await_gone(lab, left) -> None:
    deadline = time.monotonic() + 5
    while any("--" not in name for name in left(lab.name)):
        assert time.monotonic() < deadline, "the helper stays"
        time.sleep(0.05)


def test_exec_gives_exit_code_and_both_streams(engine, lab):
    with engine.exec_open(lab.container("mn-app"), ["sh", "-c", "cat; echo err >&2; exit 7"]) as stream:
        assert stream.read_all(b"in", timeout=10) == (b"in", b"err\n")
        assert stream.exit_code() == 7


def test_exec_with_a_terminal(engine, lab):
    with engine.exec_open(lab.container("mn-app"), ["sh", "-c", "read x; stty size"], tty=True) as stream:
        stream.resize(33, 99)
        stream.sendall(b"\n")
        assert b"33 99" in b"".join(piece for _, piece in stream.frames(10))


def test_a_programs_output_can_be_read(engine, lab):
    (line,) = engine.output(lab.container("mn-app"), lines=1)
    assert line.startswith("sanso-init ready")


def test_an_exec_in_nothing_says_so(engine):
    with pytest.raises(LabError, match="no-such"):
        engine.exec_open("no-such", ["true"])
