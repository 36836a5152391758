"""The client's side of the conversation, against a prober that is a list of answers."""

import json
from itertools import count
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.errors import LabError
from lab.plan import Family, Protocol, build
from lab.probe import Carrying, Prober
from lab.record import Attempt

SCENARIO = Path(__file__).parents[3] / "scenarios" / "minimal.yaml"
TOLD = {
    "token": "tcp:7", "sent_at_ns": 1, "sightings": [], "trace": [], "answer": "none", "source_address": "10.20.0.20",
    "source_port": 61000, "frames": [], "trouble": ["the tap lost 1 frames"],
}  # fmt: skip


class Stream:
    """Answers each line with the next of `answers`, in pieces as an attachment would."""

    def __init__(self, *answers):
        self.orders, self._answers, self._waiting = [], list(answers), []

    def sendall(self, data):
        self.orders += [json.loads(line) for line in data.splitlines()]
        if self._answers:
            text = json.dumps(self._answers.pop(0)).encode() + b"\n"
            self._waiting += [(2, b"a warning\n"), (1, text[:5]), (1, text[5:])]

    def frames(self, _timeout):
        while self._waiting:
            yield self._waiting.pop(0)

    def close(self):
        pass


class Lab:
    plan = build(scenario.load(SCENARIO), catalogue.load(), "unit")


def prober(*answers):
    stream = Stream({"ready": True}, *answers)
    return Prober(stream, Lab()), stream


ATTEMPT = Attempt(
    source="lg-term", destination="mn-app", address="10.10.0.10", family=Family.IPV4, protocol=Protocol.TCP, port=443
)


def test_set_up_names_hosts_and_routers():
    _, stream = prober()
    assert set(stream.orders[0]["devices"]) == {"fw-mn", "fw-lg", "fw-in"}
    assert set(stream.orders[0]["hosts"]) == {host.name for host in Lab.plan.hosts}


def test_observation():
    asked, stream = prober({"observations": [TOLD]})
    (seen,) = asked.observe([ATTEMPT])
    assert (seen.token, seen.answer, seen.trouble) == ("tcp:7", "none", ("the tap lost 1 frames",))
    assert seen.attempt == ATTEMPT
    assert stream.orders[1]["attempts"][0]["ends"] == ["mn-app.mn"]


def test_ids_are_stable_and_unique():
    first, _ = prober({"observations": [TOLD, TOLD]})
    again, _ = prober({"observations": [TOLD, TOLD]})
    ids = [seen.id for seen in first.observe([ATTEMPT, ATTEMPT])]
    assert len(set(ids)) == 2
    assert ids == [seen.id for seen in again.observe([ATTEMPT, ATTEMPT])]


def test_arrival_at_a_router_is_for_its_trace_to_tell():
    asked, stream = prober({"observations": [TOLD]})
    asked.observe([ATTEMPT.model_copy(update={"destination": "fw-mn", "address": "10.10.0.1"})])
    assert stream.orders[1]["attempts"][0]["ends"] == []


def test_intruder_has_the_real_sources_address():
    asked, stream = prober({"observations": [TOLD]})
    asked.observe([ATTEMPT.model_copy(update={"intruder_segment": "x-ml", "intruder_next_hop": "02:00:00:00:00:01"})])
    assert stream.orders[1]["attempts"][0]["intruder_source"] == "10.20.0.20"


def test_nothing_to_try_asks_nobody():
    asked, stream = prober()
    assert asked.observe([]) == []
    assert len(stream.orders) == 1


def test_refusal_is_an_error():
    asked, _ = prober({"error": "RuntimeError: no"})
    with pytest.raises(LabError, match="RuntimeError: no"):
        asked.observe([ATTEMPT])


def test_death_is_an_error_with_its_last_words():
    asked, _ = prober()
    with pytest.raises(LabError, match="a warning"):
        asked.observe([ATTEMPT])


def test_application():
    asked, stream = prober({"ok": True, "detail": {"tls": "TLSv1.3"}, "observations": [TOLD]})
    seen = asked.https(ATTEMPT, server_name="mn-app", ca_pem=b"pem", maximum="TLSv1.2")
    assert (seen.ok, seen.detail, seen.trouble) == (True, {"tls": "TLSv1.3"}, ("the tap lost 1 frames",))
    assert stream.orders[1]["maximum"] == "TLSv1.2"


TRAIN = {
    "began_ns": 5, "source_port": 12000, "refused": 0, "trouble": [],
    "places": [{"port": "lg-term.lg", "direction": "from", "at_us": [10, 1010]}],
}  # fmt: skip


def test_train_runs_beside_the_block_and_is_told_afterwards():
    asked, stream = prober({"begun": 5}, {"trains": [TRAIN]})
    with asked.train([Carrying(ATTEMPT, "syn")], tail=0.5) as trains:
        assert not trains
        assert [order["op"] for order in stream.orders[1:]] == ["train"]
    assert [order["op"] for order in stream.orders[1:]] == ["train", "stop"]
    assert stream.orders[1]["tail"] == 0.5
    assert (trains[0].carrier, trains[0].places[0].at_us) == ("syn", (10, 1010))


def test_train_is_stopped_when_the_event_fails():
    asked, stream = prober({"begun": 5}, {"trains": [TRAIN]})
    with pytest.raises(ZeroDivisionError), asked.train([Carrying(ATTEMPT, "udp")]):
        1 / 0  # noqa: B018
    assert stream.orders[-1] == {"op": "stop"}


def test_train_that_does_not_begin_is_an_error():
    asked, _ = prober({"error": "OSError: no route"})
    with pytest.raises(LabError, match="no route"), asked.train([Carrying(ATTEMPT, "udp")]):
        pass


def test_device_that_is_left_alone_is_not_asked_for():
    stream = Stream({"ready": True})
    Prober(stream, Lab(), without=("fw-lg",))
    assert "fw-lg" not in stream.orders[0]["hosts"] + stream.orders[0]["devices"]


def test_probers_of_one_run_count_on():
    numbers = count(1)
    ids = []
    for _ in range(2):
        one = Prober(Stream({"ready": True}, {"observations": [TOLD]}), Lab(), (), numbers)
        ids += [seen.id for seen in one.observe([ATTEMPT])]
    assert ids == ["obs-00001", "obs-00002"]
