"""The channel to a host of the radio guest, over a stand-in for the container's SSH client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.reach import AirChannel, TreeFile, air


@pytest.fixture
def client(tmp_path: Path, monkeypatch) -> Path:
    """What stands for `onair HOST LINE`: it runs the line here, unless a file says that the guest is gone."""
    script = tmp_path / "onair"
    gone = tmp_path / "gone"
    script.write_text(
        f'#!/bin/sh\n[ "$1" = sta-lg ] || exit 7\n[ ! -e {gone} ] || {{ echo "no route" >&2; exit 255; }}\nexec sh -c "$2"\n'
    )
    script.chmod(0o755)
    monkeypatch.setattr(air, "ONAIR", str(script))
    return gone


@pytest.fixture
def channel(engine, client) -> Iterator[AirChannel]:
    with AirChannel(engine, "box", "sta-lg", "radio") as channel:
        yield channel


def test_streams_and_exit_code_come_back(channel: AirChannel):
    result = channel.run("echo out; echo err >&2; exit 3", stdin=b"x")
    assert (result.rc, result.stdout, result.stderr) == (3, b"out\n", b"err\n")


def test_an_argument_list_is_quoted_for_both_shells(channel: AirChannel):
    assert channel.run(["printf", "%s", "a b'c $HOME"]).stdout == b"a b'c $HOME"


def test_a_guest_that_is_gone_is_an_error_that_says_what_to_do(channel: AirChannel, client: Path):
    client.touch()
    with pytest.raises(LabError, match="the radio guest was lost while it ran `true`") as caught:
        channel.run("true")
    assert (caught.value.where, caught.value.fix) == (
        "sta-lg", "lab up restarts the radio guest; lab logs radio has the end of its console",
    )  # fmt: skip


def test_files_arrive_with_their_modes(channel: AirChannel, tmp_path: Path):
    place = str(tmp_path / "deep" / "file")
    channel.put_tree([TreeFile(place, b"content", 0o600)])
    assert Path(place).read_bytes() == b"content"
    assert Path(place).stat().st_mode & 0o777 == 0o600
