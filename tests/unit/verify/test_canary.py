"""A hundred events in each way of the log: lost ones are sent once more, readable ones are a finding at once."""

from types import SimpleNamespace

import pytest

from lab.verify import canary
from lab.verify.canary import TIMES, Canaries

FLOW = SimpleNamespace(source="mn-app", destination="log")


class Session:
    """The prober heard `readable`; of each flight `arrivals` says how many events came."""

    def __init__(self, arrivals, readable=()):
        self.arrivals, self.readable, self.flights, self.prober = list(arrivals), readable, 0, self

    def record(self):
        self.flights += 1

    def recorded(self, needles, _streams=()):
        return SimpleNamespace(seen=tuple(frozenset(self.readable) for _ in needles), streams=((),) * len(needles))


@pytest.fixture
def fly(monkeypatch):
    monkeypatch.setattr(canary, "Store", lambda _session: None)
    monkeypatch.setattr(canary, "connect_anew", lambda _session, _source: None)
    monkeypatch.setattr(Canaries, "_attempt", lambda _self, _flow: None)
    monkeypatch.setattr(Canaries, "_log", lambda _self, _bird: None)
    monkeypatch.setattr(Canaries, "_arrived", lambda self, _bird, _end: self._session.arrivals.pop(0))

    def flown(session):
        birds, _ = Canaries(session, ())._flown([FLOW])
        return session.flights, [bird.arrived for bird in birds]

    return flown


def test_one_flight_is_enough_where_all_arrive(fly):
    assert fly(Session([TIMES])) == (1, [TIMES])


def test_lost_events_are_sent_once_more(fly):
    assert fly(Session([83, TIMES])) == (2, [TIMES])


def test_events_that_are_lost_twice_are_the_finding(fly):
    assert fly(Session([83, 0])) == (2, [0])


def test_readable_events_are_the_finding_at_once(fly):
    assert fly(Session([83], readable=["mn-app.mn"])) == (1, [83])
