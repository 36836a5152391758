from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.reach import ContainerChannel, TreeFile


@pytest.fixture
def channel(engine) -> Iterator[ContainerChannel]:
    with ContainerChannel(engine, "box", "mn-app") as channel:
        yield channel


def _ends(pid: int) -> bool:
    """Whether the process ends within five seconds."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.01)
    return False


def test_streams_and_exit_code_come_back_exactly(channel: ContainerChannel):
    result = channel.run("printf 'no newline'; printf 'two\\nlines\\n' >&2; exit 7")
    assert (result.rc, result.stdout, result.stderr) == (7, b"no newline", b"two\nlines\n")


def test_an_argument_list_is_not_seen_by_the_shell(channel: ContainerChannel):
    assert channel.run(["printf", "%s|", "a b", "$HOME", "it's", ";"]).stdout == b"a b|$HOME|it's|;|"


@pytest.mark.parametrize(
    "command", ["exit 3", "cd /; exec false", "cat", "trap 'exit 9' EXIT", "set -e; false", "read x"]
)
def test_no_command_hurts_the_next_one(channel: ContainerChannel, command: str):
    channel.run(command)
    assert channel.run("pwd; echo still here").stdout.endswith(b"still here\n")


def test_output_that_looks_like_a_marker_stays_output(channel: ContainerChannel):
    text = "\n0123456789abcdef0123456789abcdef 0\n"
    assert channel.run(["printf", "%s", text]).stdout == text.encode()


def test_binary_and_large_output(channel: ContainerChannel):
    wanted = bytes(range(256)) * 4000
    assert channel.run("head -c 300000 /dev/zero").stdout == bytes(300000)
    assert channel.run(["printf", "".join(f"\\{byte:03o}" for byte in wanted[:256])]).stdout == wanted[:256]


def test_all_commands_share_one_shell(channel: ContainerChannel, engine):
    for _ in range(5):
        channel.run("true")
    assert engine.opened == [["/bin/sh"]]


@pytest.mark.parametrize("size", [1, 65536, 1_000_000, 3_000_000])
def test_stdin_arrives_whatever_its_size(channel: ContainerChannel, size: int):
    content = os.urandom(size)
    assert channel.run("cat", stdin=content).stdout == content
    assert channel.run("wc -c; exit 4", stdin=content).rc == 4
    assert channel.run("echo 'two\nlines'; cat", stdin=b"!").stdout == b"two\nlines\n!"


def test_stdin_that_is_not_read_hurts_nobody(channel: ContainerChannel):
    assert channel.run("true", stdin=os.urandom(500_000)).rc == 0
    assert channel.run("echo next").stdout == b"next\n"


def test_what_an_abandoned_command_left_is_passed_over(channel: ContainerChannel):
    channel.run("true")
    channel._shell._stream.sendall(b"echo leftover; echo noise >&2\n")
    result = channel.run("echo mine")
    assert (result.stdout, result.stderr) == (b"mine\n", b"")


def test_check_raises_with_what_the_command_said(channel: ContainerChannel):
    with pytest.raises(LabError, match=r"^mn-app: `echo broken >&2; exit 2` ended with exit code 2: broken$"):
        channel.run("echo broken >&2; exit 2").check()
    assert channel.run("exit 2").check(0, 2).rc == 2


def test_a_command_that_takes_too_long_is_ended_and_the_channel_lives(channel: ContainerChannel):
    marker = "3141"
    with pytest.raises(LabError, match=r"was not over after 0\.3 s and was ended"):
        channel.run(f"sleep {marker} & echo $!; wait", timeout=0.3)
    assert channel.run("echo next").stdout == b"next\n"
    assert channel.run(["pgrep", "-x", "-f", f"sleep {marker}"]).rc == 1


def test_a_dead_shell_is_an_error_if_the_container_was_not_restarted(channel: ContainerChannel, engine):
    channel.run("true")
    engine.kill()
    with pytest.raises(LabError, match="mn-app"):
        channel.run("echo again")


def test_the_command_is_repeated_after_a_restart_because_it_reached_nobody(channel: ContainerChannel, engine):
    channel.run("true")
    engine.kill()
    engine.started += 1
    assert channel.run("echo again").stdout == b"again\n"


def test_a_stream_gives_lines_and_ends_its_program(channel: ContainerChannel):
    with channel.stream(["sh", "-c", "echo $$; exec sleep 3142"]) as tail:
        pid = int(tail.until(str.isdigit, 5))
    assert _ends(pid)


def test_a_stream_that_ends_gives_all_its_lines(channel: ContainerChannel):
    with channel.stream(["sh", "-c", "echo warning >&2; printf 'one\\ntwo\\nlast'"]) as tail:
        assert sorted(tail) == ["last", "one", "two", "warning"]


def test_an_awaited_line_that_does_not_come_is_an_error_with_what_came(channel: ContainerChannel):
    with channel.stream(["sh", "-c", "echo other; sleep 3143"]) as tail, pytest.raises(LabError) as caught:
        tail.until(lambda line: line == "wanted", 0.3)
    assert "didn't print it within 0.3 s" in caught.value.message
    assert "['other']" in caught.value.message


def test_files_arrive_with_their_modes(channel: ContainerChannel, engine):
    target = engine.root / "deep" / "key"
    channel.put_tree([TreeFile(str(target), b"secret", 0o600)])
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"secret", 0o600)


def test_a_file_that_does_not_arrive_is_an_error(channel: ContainerChannel, engine, monkeypatch):
    monkeypatch.setattr(engine, "put_archive", lambda *_: None)
    with pytest.raises(LabError, match="/run/lost did not arrive"):
        channel.put_tree([TreeFile("/run/lost", b"")])
