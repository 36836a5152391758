"""What a terminal's packets show about its tunnel: recorded good and bad trains."""

from __future__ import annotations

from lab.plan import Family, Protocol
from lab.record import Attempt, Event, Place, State, Train, Warrant
from lab.verdict import came_back, stayed_inside

BEGAN, SECOND = 1_000_000_000_000, 1_000_000_000
CLEAR, TUNNELS = {"home", "wan", "internet"}, {"ipsec0"}
UP = "SA c1 of charon 40"
TIMES = tuple(range(0, 1_000_000, 5000))


def attempt(**more) -> Attempt:
    return Attempt(
        source="tele-term",
        destination="www",
        address="203.0.113.80",
        family=Family.IPV4,
        protocol=Protocol.UDP,
        port=443,
        **more,
    )


def event(**more) -> Event:
    values = {
        "device": "tele-term", "what": "the VPN daemon is killed", "began_ns": BEGAN + SECOND // 10,
        "ended_ns": BEGAN + SECOND // 2,
        "before": UP, "after": "SA c2 of charon 77", "happened": True,
    }  # fmt: skip
    return Event.model_validate(values | more)


def train(*places: Place, **more) -> Train:
    values = {
        "id": "obs-1", "attempt": attempt(), "carrier": "loose", "began_ns": BEGAN, "ended_ns": BEGAN + SECOND,
        "source_port": 10000, "tried": 200, "sent_ns": BEGAN + SECOND, "refused": 100,
        "refusals": {"EPERM": 100}, "places": places, "event": event(),
    }  # fmt: skip
    return Train.model_validate(values | more)


def stranger(*, seen: int = 200, **more) -> Train:
    there = Place(port="home-router.home", direction="to", at_us=TIMES[:seen])
    own = attempt(intruder_segment="home", intruder_next_hop="02:00:00:00:00:01", intruder_source="192.168.1.66")
    return train(there, attempt=own, carrier="udp", **more)


INSIDE = Place(port="tele-term.ipsec0", direction="from", at_us=TIMES[:100])
BEHIND = Place(port="vpn-gw.ipsec0", direction="to", at_us=TIMES[:100])
LEAKED = Place(port="tele-term.home", direction="from", at_us=(200_000, 205_000))


def judged(mine: Train, other: Train | None = None, *, tunnelled: bool = False):
    return stayed_inside(mine, other or stranger(), clear=CLEAR, tunnels=TUNNELS, tunnelled=tunnelled)


def test_what_was_inside_or_refused_is_a_pass():
    found = judged(train(INSIDE, BEHIND))
    assert (found.state, found.warrant) == (State.PASS, Warrant.WITNESSED)
    assert "100 went into the tunnel and 100 were refused" in found.message_en
    assert "of a stranger on the same link 200 were" in found.message_en


def test_one_packet_in_clear_is_a_leak_whatever_else_is_wrong():
    found = judged(train(INSIDE, LEAKED, trouble=("the tap lost 3 frames",)), stranger(seen=0))
    assert found.state is State.FAIL
    assert "2 of 200 packets left in clear, the first after 100 ms, seen at tele-term.home/from" in found.message_en


def test_a_packet_that_the_gateway_lets_out_to_the_internet_is_a_leak_too():
    assert judged(train(INSIDE, Place(port="vpn-gw.internet", direction="from", at_us=(5,)))).state is State.FAIL


def test_silence_on_a_link_where_nobody_is_heard_proves_nothing():
    assert judged(train(INSIDE), stranger(seen=5)).state is State.ERROR
    elsewhere = Place(port="isp.wan", direction="to", at_us=TIMES)
    own = attempt(intruder_segment="home", intruder_next_hop="02:00:00:00:00:01", intruder_source="192.168.1.66")
    assert judged(train(INSIDE), train(elsewhere, attempt=own)).state is State.ERROR


def test_too_few_packets_or_too_short_a_train_prove_nothing():
    assert judged(train(INSIDE, tried=29)).state is State.ERROR
    assert judged(train(INSIDE, event=event(ended_ns=BEGAN + 2 * SECOND))).state is State.ERROR


def test_a_lossy_tap_and_an_event_that_did_not_happen_prove_nothing():
    assert judged(train(INSIDE, trouble=("the tap lost 3 frames",))).state is State.ERROR
    assert judged(train(INSIDE, event=event(happened=False))).state is State.ERROR


def test_while_the_tunnel_is_up_what_the_rules_must_stop_is_a_finding():
    assert judged(train(INSIDE), tunnelled=True).state is State.FAIL
    whole = Place(port="tele-term.ipsec0", direction="from", at_us=TIMES)
    assert judged(train(whole, refused=0), tunnelled=True).state is State.PASS


def test_the_tunnel_must_be_back_and_be_another():
    assert came_back(event()).state is State.PASS
    assert came_back(event(after="no SA")).state is State.FAIL
    assert came_back(event(after=UP)).state is State.FAIL
    assert came_back(event(before="no SA")).state is State.ERROR


def test_a_disguise_is_told():
    there = Place(port="tele-term.home", direction="from", at_us=(200_000,))
    assert "in fragments by home itself while" in judged(train(there, carrier="fragments", device="home")).message_en
    echo = attempt().model_copy(update={"protocol": Protocol.ICMP, "port": None})
    assert (
        "icmp echo tele-term -> www (203.0.113.80) inside of ICMP echo"
        in judged(train(there, attempt=echo, carrier="echo")).message_en
    )


def test_packets_that_ended_before_the_event_prove_nothing():
    found = judged(train(INSIDE, sent_ns=BEGAN + SECOND // 5))
    assert found.state is State.ERROR
    assert "not to the end of it" in found.message_en


def test_a_stranger_who_is_heard_at_one_end_of_the_event_alone_proves_nothing():
    long = event(began_ns=BEGAN + 10 * SECOND, ended_ns=BEGAN + 70 * SECOND)
    mine = train(INSIDE, event=long, tried=8000, sent_ns=BEGAN + 71 * SECOND, ended_ns=BEGAN + 71 * SECOND)
    times = tuple(range(0, 12_000_000, 10_000))
    there = Place(port="home-router.home", direction="to", at_us=times)
    own = attempt(intruder_segment="home", intruder_next_hop="02:00:00:00:00:01", intruder_source="192.168.1.66")
    found = judged(mine, train(there, attempt=own, carrier="udp"))
    assert found.state is State.ERROR
    assert "its beginning and of its end" in found.message_en


def test_the_kernels_reasons_are_told():
    assert (
        "100 were refused by the terminal itself (100 EPERM)"
        in judged(train(INSIDE, refusals={"EPERM": 100})).message_en
    )


def test_packets_that_no_rule_stopped_and_nobody_saw_prove_nothing():
    for more in ({"refusals": {}}, {"refusals": {"ENETUNREACH": 100}}, {"refusals": {"EPERM": 60, "ENETUNREACH": 40}}):
        assert judged(train(INSIDE, **more)).state is State.ERROR
    assert judged(train(refused=200, refusals={"EPERM": 120, "ENOBUFS": 80})).state is State.PASS
