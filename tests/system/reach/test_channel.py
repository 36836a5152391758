"""A channel to a real container: what the unit tests cannot show."""

from __future__ import annotations

import os
import runpy
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.engine import Lab, connect
from lab.errors import LabError
from lab.reach import ContainerChannel, TreeFile, open_channel

small_plan = runpy.run_path(str(Path(__file__).parents[2] / "unit" / "engine" / "small_plan.py"))["small_plan"]


@pytest.fixture(scope="module")
def engine():
    with connect() as engine:
        yield engine


@pytest.fixture(scope="module")
def lab(engine) -> Iterator[Lab]:
    plan = small_plan(f"t{os.getpid()}-reach")
    try:
        yield engine.create(plan, engine.ensure_images(plan))
    finally:
        engine.down(plan.lab)


@pytest.fixture
def open_to(engine, lab) -> Iterator[Callable[[str], ContainerChannel]]:
    opened: list[ContainerChannel] = []

    def open_to(host: str) -> ContainerChannel:
        opened.append(open_channel(engine, lab, host))
        return opened[-1]

    yield open_to
    for one in opened:
        one.close()


@pytest.fixture
def host(lab) -> str:
    return lab.plan.hosts[-1].name


def _within(seconds: float, happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.02)
    return False


def test_a_restarted_host_is_reached_again_through_the_same_channel(open_to, lab, host):
    channel = open_to(host)
    before = channel.run("cut -d ' ' -f 22 /proc/1/stat").check().stdout
    lab.restart_host(host)
    lab.wire()
    assert channel.run("cut -d ' ' -f 22 /proc/1/stat").check().stdout != before


def test_a_shell_that_died_while_its_host_lived_on_is_an_error(open_to, host):
    channel = open_to(host)
    shell = channel.run("echo $$").check().stdout.decode().strip()
    with pytest.raises(LabError, match="the shell in the container ended"):
        channel.run(f"kill -KILL {shell}")
    assert channel.run("echo back").check().stdout == b"back\n"


def test_a_stream_ends_what_it_started_and_nothing_else(open_to, host):
    channel = open_to(host)
    with channel.stream(["sh", "-c", "sleep 271 & sleep 272 & echo started; wait"]) as tail:
        tail.until(lambda line: line == "started", 5)
        assert channel.run("pgrep -x -f 'sleep 27[12]' | wc -l").check().stdout.strip() == b"2"
    assert _within(5, lambda: channel.run(["pgrep", "-x", "-f", "sleep 27[12]"]).rc == 1)
    assert channel.run(["pgrep", "-x", "s6-svscan"]).rc == 0


def test_what_takes_too_long_is_ended_with_its_children(open_to, host):
    channel = open_to(host)
    with pytest.raises(LabError, match="was ended"):
        channel.run("sleep 273 | sleep 274", timeout=0.5)
    assert _within(5, lambda: channel.run(["pgrep", "-x", "-f", "sleep 27[34]"]).rc == 1)


def test_a_closed_channel_leaves_no_shell_behind(open_to, host):
    channel, watcher = open_to(host), open_to(host)
    shell = channel.run("echo $$").check().stdout.decode().strip()
    channel.close()
    assert _within(5, lambda: watcher.run(["test", "-e", f"/proc/{shell}"]).rc == 1)


def test_files_arrive_and_a_tmpfs_is_an_error(open_to, host):
    channel = open_to(host)
    channel.put_tree([TreeFile("/var/lib/deep/er/key", b"k", 0o600), TreeFile("/var/lib/deep/run", b"#!", 0o755)])
    told = channel.run("stat -c '%a %U %n' /var/lib/deep/er/key /var/lib/deep/run").check().stdout.decode()
    assert told == "600 root /var/lib/deep/er/key\n755 root /var/lib/deep/run\n"
    with pytest.raises(LabError, match="tmpfs"):
        channel.put_tree([TreeFile("/run/lost", b"x")])


def test_a_container_that_is_gone_is_an_error_that_names_it(engine):
    with (
        ContainerChannel(engine, "no-such-container", "ghost") as channel,
        pytest.raises(LabError, match="no-such-container"),
    ):
        channel.run("true")
