"""Expected and observed, flow by flow and zone by zone."""

import pytest

from lab.plan import Family
from lab.record import Application, State
from lab.report.html.flows import flows
from lab.report.html.matrix import Cell, Tint, matrix
from lab.report.html.seen import seen_by_id

DENIED = ("lg-term", "mn-app", "ipv4", "tcp/443")
REGISTERED = ("mn-app", "juki-net", "ipv4", "tcp/443")


@pytest.fixture
def found(bundle, plan):
    def make(verdicts=(), *seen):
        kinds = {False: [], True: []}
        for one in seen:
            kinds[isinstance(one, Application)].append(one)
        made = bundle(verdicts, kinds[False], kinds[True])
        return flows(plan, made.verdicts, seen_by_id(made))

    return make


def cell(plan, found, source="lg", destination="mn"):
    return matrix(plan, found).cell(source, destination)


def test_a_denied_flow_that_was_stopped_is_closed(plan, found, observation, verdict):
    flow = found([verdict()], observation())
    assert (flow[DENIED].expected, flow[DENIED].denied) == (False, 1)
    assert cell(plan, flow).tint is Tint.CLOSED


def test_a_packet_that_got_through_is_a_contradiction(plan, found, observation, verdict):
    flow = found([verdict(), verdict(State.FAIL)], observation(rule="accept"))
    assert flow[DENIED].failed == 1
    assert cell(plan, flow).tint is Tint.BROKEN


@pytest.mark.parametrize(
    ("state", "tint"),
    [(State.ERROR, Tint.UNSURE), (State.NOT_TESTABLE, Tint.UNSURE), (State.WAIVED, Tint.WAIVED)],
)
def test_what_was_not_judged_or_waived_is_neither_open_nor_closed(plan, found, observation, verdict, state, tint):
    assert cell(plan, found([verdict(), verdict(state)], observation())).tint is tint


def test_an_allowed_flow_is_expected_before_it_is_seen(plan, found):
    flow = found()
    assert flow[REGISTERED].expected
    assert not flow[REGISTERED].seen
    assert cell(plan, flow, "mn", "juki-net").tint is Tint.UNSEEN


def witness(observation, **more):
    seen = observation(2, "mn-app", "juki-net", rule="TK-01")
    return seen.model_copy(update={"attempt": seen.attempt.model_copy(update=more)})


def test_a_witness_that_arrived_shows_the_allowed_flow(plan, found, observation):
    six = witness(observation, family=Family.IPV6).model_copy(update={"id": "obs-3"})
    assert cell(plan, found([], witness(observation)), "mn", "juki-net").tint is Tint.UNSEEN  # of two families
    assert cell(plan, found([], witness(observation), six), "mn", "juki-net").tint is Tint.OPEN


def test_an_application_that_answered_shows_the_allowed_flow(found, observation):
    answered = Application(id="app-1", attempt=witness(observation).attempt, ok=True, detail={})
    assert found([], answered)[REGISTERED].seen
    refused = answered.model_copy(update={"ok": False})
    assert not found([], refused)[REGISTERED].seen


def test_an_intruder_in_an_allowed_flows_name_is_no_allowed_flow(found, observation, verdict):
    forged = witness(observation, intruder_segment="mn", intruder_mac="02:00:00:00:00:01")
    flow = found([verdict(observations=("obs-2",))], forged)
    assert not flow[REGISTERED].seen
    assert flow[*REGISTERED[:3], "imitated"].denied == 1


def test_addresses_that_nobody_has_get_a_column_of_their_own(plan, found, observation, verdict):
    flow = found([verdict()], observation(destination="a public address"))
    made = matrix(plan, flow)
    assert made.zones[-1] == "elsewhere"
    assert made.cell("lg", "elsewhere").denied == 1


def test_zones_without_endpoints_or_words_are_left_out(plan, found):
    assert matrix(plan, found()).zones == ("mn", "juki-net", "lg", "in", "mgmt", "firewall")


def test_what_is_not_known_is_said(plan, found):
    assert cell(plan, found(), "lg", "mn").tint is Tint.NOTHING


def test_of_flows_not_all_seen_the_cell_says_how_many_were():
    assert Cell(allowed=10, seen=8, denied=3).figure == "8/10"
    assert Cell(allowed=10, seen=10, denied=3).figure == "10"
    assert Cell(denied=3).figure == "3"
    assert Cell(failed=2, denied=3, allowed=9).figure == "2"


@pytest.mark.parametrize(
    ("counts", "tint"),
    [
        ({"failed": 1, "unjudged": 1, "waived": 1, "allowed": 1, "seen": 1}, Tint.BROKEN),
        ({"unjudged": 1, "waived": 1, "denied": 1}, Tint.UNSURE),
        ({"waived": 1, "allowed": 1}, Tint.WAIVED),
        ({"allowed": 2, "seen": 1, "denied": 9}, Tint.UNSEEN),
        ({"allowed": 2, "seen": 2, "denied": 9}, Tint.OPEN),
        ({"denied": 1}, Tint.CLOSED),
        ({}, Tint.NOTHING),
    ],
)
def test_the_worst_is_said_first(counts, tint):
    assert Cell(**counts).tint is tint
