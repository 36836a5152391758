from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from typing import Self

import pytest

from lab.converge import channels
from lab.converge.channels import WorkerChannels
from lab.errors import LabError

FORK = multiprocessing.get_context("fork")


class Box:
    """Stands for ContainerChannel."""

    opened: list[str]

    def __init__(self, _engine: object, container: str, host: str) -> None:
        self.container, self.host, self.closed = container, host, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        if self.container == "broken":
            raise LabError("the container is stopped")
        Box.opened.append(self.container)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerChannels]:
    Box.opened = []
    monkeypatch.setattr(channels, "ContainerChannel", Box)
    monkeypatch.setattr(channels, "connect", object)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    found = WorkerChannels()
    yield found
    found.close()


def test_an_opened_way_is_used_again_and_stays_open(shared: WorkerChannels):
    shared.open({"c1": "mn-app"})
    with shared.use("c1", "mn-app") as first, shared.use("c1", "mn-app") as second:
        assert first is second
    assert not first.closed
    assert Box.opened == ["c1"]


def test_a_second_play_opens_only_what_is_new(shared: WorkerChannels):
    shared.open({"c1": "a"})
    shared.open({"c1": "a", "c2": "b"})
    assert sorted(Box.opened) == ["c1", "c2"]


def test_a_host_that_was_not_opened_gets_a_way_of_its_own_that_is_closed(shared: WorkerChannels):
    with shared.use("c9", "mn-app") as own:
        assert not own.closed
    assert own.closed


def test_one_host_that_cannot_be_reached_is_left_to_its_worker(shared: WorkerChannels):
    shared.open({"broken": "a", "c2": "b"})
    with shared.use("broken", "a") as own, shared.use("c2", "b") as other:
        assert own.container == "broken"
    assert (own.closed, other.closed) == (True, False)


def test_an_encrypted_way_to_the_engine_is_not_shared(shared: WorkerChannels, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2376")
    shared.open({"c1": "a"})
    assert Box.opened == []


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_two_workers_never_talk_to_one_host_at_once(shared: WorkerChannels):
    shared.open({"c1": "a", "c2": "b"})
    entered, release = FORK.Event(), FORK.Event()
    times = FORK.Queue()

    def hold() -> None:
        with shared.use("c1", "a"):
            entered.set()
            release.wait(10)
            times.put(("left", time.monotonic()))

    def want(container: str) -> None:
        with shared.use(container, "x"):
            times.put((container, time.monotonic()))

    holder = FORK.Process(target=hold)
    holder.start()
    assert entered.wait(10)
    others = [FORK.Process(target=want, args=(name,)) for name in ("c1", "c2")]
    for other in others:
        other.start()
    seen = [times.get(timeout=10)]  # the other host's worker needn't wait
    release.set()
    seen += [times.get(timeout=10) for _ in range(2)]
    for process in (holder, *others):
        process.join(10)
    when = dict(seen)
    assert when["c2"] < when["left"] < when["c1"]
