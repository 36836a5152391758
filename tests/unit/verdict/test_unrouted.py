"""A host with two legs: what it may not do, and what shows that it could have."""

import pytest

from lab.plan import Family, Protocol
from lab.record import Attempt, Observation, Sighting, State
from lab.verdict import unrouted

ACROSS = Attempt(
    source="www",
    destination="mn-app",
    address="10.10.0.10",
    family=Family.IPV4,
    protocol=Protocol.TCP,
    port=443,
    intruder_segment="internet",
    intruder_next_hop="02:00:00:00:00:01",
    intruder_source="203.0.113.80",
)
ASKED = ACROSS.model_copy(update={"source": "mn-app", "destination": "relay", "intruder_segment": None})


def seen(attempt, *ports, answer="none", trouble=()):
    sightings = tuple(
        Sighting(port=port.partition("/")[0], direction=port.partition("/")[2], at_ns=number)
        for number, port in enumerate(ports)
    )
    return Observation(
        id="obs-1",
        attempt=attempt,
        token="tcp:1",
        sent_at_ns=1,
        sightings=sightings,
        trace=(),
        answer=answer,
        trouble=trouble,
    )


HANDED = ("intruder.internet/from", "relay.internet/to")
ALIVE = seen(ASKED, "mn-app.mn/from", "relay.tc2/to", answer="connected")


@pytest.mark.parametrize(
    ("ports", "alive", "state", "words"),
    [
        (HANDED, ALIVE, State.PASS, "seen nowhere behind it"),
        ((*HANDED, "www.internet/to"), ALIVE, State.PASS, "flooded to a bystander"),
        ((*HANDED, "relay.tc2/from", "fw-mn.tc2/to"), ALIVE, State.FAIL, "forwarded by relay"),
        ((*HANDED, "relay.internet/from", "isp.internet/to"), ALIVE, State.FAIL, "forwarded by relay"),
        (("intruder.internet/from",), ALIVE, State.ERROR, "never handed"),
        (HANDED, seen(ASKED, "mn-app.mn/from"), State.ERROR, "answered nothing"),
    ],
)
def test_two_legs(ports, alive, state, words):
    judgement = unrouted(seen(ACROSS, *ports), alive, host="relay")
    assert judgement.state is state
    assert words in judgement.message_en or state is State.PASS


def test_a_lost_tap_is_no_pass():
    assert unrouted(seen(ACROSS, *HANDED, trouble=("lost",)), ALIVE, host="relay").state is State.ERROR
