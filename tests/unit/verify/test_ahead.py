"""Hosts are asked beside the tests, each once, and left alone by everybody else meanwhile."""

import threading
from types import SimpleNamespace

import pytest

from lab.errors import LabError
from lab.verify.ahead import Ahead, Question
from lab.verify.marks import CheckError
from lab.verify.shared import SharedChannel


class Recorder:
    """A channel that notes what was run, and refuses two uses at once."""

    def __init__(self):
        self.ran, self._busy = [], threading.Lock()

    def run(self, command, **_):
        assert self._busy.acquire(blocking=False), "two threads at once"
        self.ran.append(command)
        self._busy.release()
        return command


@pytest.fixture
def hosts():
    return [SimpleNamespace(name="mn-app", roles=("ssh",)), SimpleNamespace(name="mn-term", roles=())]


@pytest.fixture
def channels(hosts):
    return {host.name: SharedChannel(Recorder()) for host in hosts}


@pytest.fixture
def ahead(hosts, channels):
    made = Ahead(SimpleNamespace(plan=SimpleNamespace(hosts=hosts)), channels.__getitem__)
    yield made
    made.close()


def test_every_host_is_asked_once(ahead, channels):
    question = Question("name", "", lambda _, host, channel: (host, channel.run("hostname")))
    ahead.begin(question)
    ahead.begin(question)
    assert ahead.answer(question, "mn-app") == ("mn-app", "hostname")
    assert ahead.answers(question) == [("mn-app", "hostname"), ("mn-term", "hostname")]
    assert all(channel._channel.ran == ["hostname"] for channel in channels.values())


def test_only_hosts_of_the_role_are_asked(ahead):
    question = Question("ssh", "ssh", lambda _, host, _channel: host)
    assert ahead.answers(question) == ["mn-app"]


def test_what_was_prepared_reaches_every_host(ahead):
    question = Question("created", "", lambda made, host, _: made[host], lambda lab: dict.fromkeys(names(lab), 7))
    assert ahead.answers(question) == [7, 7]


def names(lab):
    return [host.name for host in lab.plan.hosts]


@pytest.mark.parametrize("error", [CheckError("no answer"), LabError("the host is gone")])
def test_a_host_that_cannot_tell_is_an_error_of_its_own(ahead, error):
    def ask(_, host, _channel):
        if host == "mn-term":
            raise error
        return host

    question = Question("some", "", ask)
    assert ahead.answer(question, "mn-app") == "mn-app"
    with pytest.raises(CheckError, match="mn-term: "):
        ahead.answer(question, "mn-term")
    assert ahead.answers(question) == ["mn-app"]


def test_a_defect_is_not_swallowed(ahead):
    question = Question("broken", "", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        ahead.answers(question)
    ahead.settle()


def test_a_host_that_is_being_asked_is_left_alone(ahead, channels):
    asked, go_on = threading.Event(), threading.Event()

    def ask(_, host, channel):
        if host == "mn-app":
            channel.run("begin")
            asked.set()
            assert go_on.wait(10)
            channel.run("end")
        return host

    ahead.begin(Question("long", "", ask))
    assert asked.wait(10)
    channels["mn-term"].run("another host")  # is free
    other = threading.Thread(target=channels["mn-app"].run, args=("in between",))
    other.start()
    other.join(0.05)
    go_on.set()
    other.join(10)
    assert channels["mn-app"]._channel.ran == ["begin", "end", "in between"]


def test_an_errand_begins_when_its_hosts_have_answered(ahead):
    order, go_on = [], threading.Event()

    def ask(_, host, _channel):
        if host == "mn-app":
            assert go_on.wait(10)
        order.append(host)

    ahead.begin(Question("long", "", ask), first=["mn-app"])
    errand = ahead.run("backup", lambda: order.append("errand"), ["mn-app"])
    other = ahead.run("backup", lambda: order.append("again"), ["mn-app"])
    assert not errand.done()
    go_on.set()
    ahead.settle()
    assert errand is other
    assert order.index("errand") > order.index("mn-app")


def test_an_errand_keeps_no_test_waiting(ahead):
    go_on = threading.Event()
    errand = ahead.run("long", lambda: go_on.wait(10), ["mn-app"])
    ahead.answered()
    assert not errand.done()
    go_on.set()
    ahead.settle()
    assert errand.result()


def test_an_errand_whose_questions_are_dropped_ends_too(ahead):
    go_on = threading.Event()
    started = threading.Event()

    def ask(_, _host, _channel):
        started.set()
        assert go_on.wait(10)

    for number in range(4):  # more than there are threads for
        ahead.begin(Question(str(number), "", ask))
    errand = ahead.run("never", lambda: "done", ["mn-app", "mn-term"])
    assert started.wait(10)
    closing = threading.Thread(target=ahead.close)
    closing.start()
    go_on.set()
    closing.join(10)
    assert not closing.is_alive()
    assert errand.done()
