"""Which crafted packets are sent where, from the plan alone."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.plan import Family, Kind, build
from lab.record import Shape
from lab.verdict import Purpose
from lab.verdict.purpose import IMPOSSIBLE
from lab.verdict.ruleset.fields import Field
from lab.verify import errors, shapes
from lab.verify.ingress import ingresses
from lab.verify.trip import allowed_flow

SCENARIO = Path(__file__).parents[3] / "scenarios" / "minimal.yaml"
PLAN = build(scenario.load(SCENARIO), catalogue.load(), "unit")
FIREWALLS = [host.name for host in PLAN.hosts if host.kind is Kind.ROUTER]
EVERY = [(device, family) for device in FIREWALLS for family in Family]
each = pytest.mark.parametrize(("device", "family"), EVERY)


@each
def test_packets_come_in_by_every_leg(device, family):
    assert [at.segment for at in ingresses(PLAN, device, family)] == [leg.segment for leg in PLAN.host(device).legs]


@each
def test_a_twin_that_must_pass_is_an_allowed_flow_of_no_fixed_card(device, family):
    for at in ingresses(PLAN, device, family):
        assert at.through == (allowed_flow(PLAN, at.base) is not None)
    limited = {(flow.source, flow.destination) for flow in PLAN.allowed if flow.mac}
    assert not any((at.base.source, at.base.destination) in limited for at in ingresses(PLAN, device, family))


@each
def test_no_base_is_the_answer_to_another(device, family):
    pairs = {(at.base.source, at.base.destination) for at in ingresses(PLAN, device, family)}
    assert not pairs & {(target, source) for source, target in pairs}


@each
def test_crafted_packets_come_from_intruders_only(device, family):
    for at in ingresses(PLAN, device, family):
        made = (shapes.sources, shapes.options, shapes.segments, shapes.fragments, shapes.tunnels, shapes.protocols)
        for case in (case for make in made for case in make(at)):
            attempt = case.stand.attempt
            assert attempt.craft is not None
            assert (attempt.intruder_segment, attempt.intruder_mac) == (at.segment, None)
            assert case.twin is None or case.twin.attempt.craft is not None


@each
def test_impossible_sources_are_what_the_purpose_takes_for_impossible(device, family):
    field = Field.SADDR4 if family is Family.IPV4 else Field.SADDR6
    at = ingresses(PLAN, device, family)[0]
    for case in shapes.sources(at):
        address = int(ip_address(case.stand.attempt.intruder_source))
        named = case.expected.purposes == {Purpose.IMPOSSIBLE_SOURCE}
        assert (address in IMPOSSIBLE[field]) == named
        assert case.expected.strict


@each
def test_subjects_are_unique_and_stable(device, family):
    cases = [case for at in ingresses(PLAN, device, family) for case in (*shapes.sources(at), *shapes.options(at),
             *shapes.fragments(at), *shapes.segments(at), *shapes.tunnels(at))]  # fmt: skip
    known = errors.live(PLAN, device, family)
    cases += list(errors.cases(PLAN, device, known))
    subjects = [case.stand.subject for case in cases]
    assert len(set(subjects)) == len(subjects)
    assert str(known.lead.source_port) not in " ".join(subjects)


@each
def test_errors_come_from_a_third_side_and_the_true_one_from_its_own(device, family):
    known = errors.live(PLAN, device, family)
    cases = list(errors.cases(PLAN, device, known))
    assert {case.twin.through for case in cases} == {True}
    assert {case.twin.attempt.intruder_segment for case in cases} == {known.far}
    third = [case for case in cases if "a third side" in case.stand.note]
    assert third
    assert all(case.stand.attempt.intruder_segment not in {known.near, known.far} for case in third)


def test_a_sweep_has_every_number_once():
    at = ingresses(PLAN, "fw-mn", Family.IPV4)[0]
    numbers = [case.stand.attempt.craft.number for case in shapes.protocols(at)]
    assert numbers == list(range(256))


def test_ipv6_shapes_are_of_ipv6_only():
    at = ingresses(PLAN, "fw-mn", Family.IPV4)[0]
    assert not {case.stand.attempt.craft.shape for case in shapes.fragments(at)} & {
        Shape.ATOMIC,
        Shape.HIDDEN,
        Shape.CHAIN,
    }


def test_leads_of_one_host_never_share_a_port_between_families():
    ports = {
        family: {errors.live(PLAN, "fw-mn", family).lead.source_port for _ in range(300)}  # of 267 for each family
        for family in Family
    }
    assert not ports[Family.IPV4] & ports[Family.IPV6]
    assert all(errors.PORTS[0] <= port < errors.PORTS[1] for each in ports.values() for port in each)
