"""What holds for the plan of every scenario, not only of the reviewed ones."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.catalogue import load as load_catalogue
from lab.plan import Kind, build, route
from lab.scenario import load

NAMES = st.from_regex(r"\A[a-z][a-z0-9]{0,9}\Z")


@st.composite
def scenarios(draw):
    """A scenario with added peers, a fourth layer, hosts, registered flows."""
    ipv6 = draw(st.booleans())
    firewalls = draw(st.lists(st.sampled_from(["fw-mn", "fw-lg", "fw-in"]), max_size=4))
    zones, hosts, register = {}, {}, []
    for index, firewall in enumerate(firewalls):
        zone = f"z{index}"
        peer = firewall == "fw-mn"
        zones[zone] = {
            "place": "peer-1" if peer else "other",
            "firewall": firewall,
            "networks": [f"172.16.{index}.0/24", f"fd53:616e:736f:a{index}::/64"],
        }
        functions = ["peer"] if peer else ["terminal", "server", "resolver"]
        for number in draw(st.lists(st.integers(2, 254), unique=True, max_size=4)):
            name = f"h{index}-{number}"
            hosts[name] = {"zone": zone, "function": draw(st.sampled_from(functions)), "number": number}
            if peer:
                register.append(
                    {
                        "id": f"TK-{index}-{number}",
                        "purpose": "p",
                        "from": "mn-app",
                        "to": name,
                        "service": "tcp/443",
                        "limit": {"mac": True},
                        "owner": "o",
                        "expires": "+1y",
                    }
                )
    gone = draw(st.lists(st.sampled_from(["in", "juki-net"]), unique=True, max_size=2))
    return {
        "edition": draw(st.sampled_from(["R5.3", "R8.3"])),
        "model": draw(st.sampled_from(["alpha", "beta-prime"])),
        "ipv6": ipv6,
        "zones": {"add": zones, "remove": gone},
        "hosts": {"add": hosts},
        "register": register,
    }


@pytest.fixture
def make(tmp_path):
    import json

    def make(content):
        file = tmp_path / "s.yaml"
        file.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML
        return build(load(file, as_of=date(2026, 11, 23)), load_catalogue(), "t")

    return make


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenarios())
def test_every_plan(make, content):
    plan = make(content)
    no_two_hosts_share_anything(plan)
    every_name_fits_the_kernel(plan)
    hosts_are_in_one_zone(plan)
    every_allowed_flow_has_a_way_and_a_way_back(plan)
    every_denied_pair_has_a_way_to_be_denied_on(plan)
    assert len({flow.id for flow in plan.allowed}) == len(plan.allowed)
    assert (len(plan.families) == 2) == content["ipv6"]
    assert make(content) == plan


def no_two_hosts_share_anything(plan):
    macs = [leg.mac for host in plan.hosts for leg in host.legs]
    addresses = [interface.ip for host in plan.hosts for leg in host.legs for interface in leg.addresses]
    assert len(set(macs)) == len(macs)
    assert len(set(addresses)) == len(addresses)
    assert len({host.name for host in plan.hosts}) == len(plan.hosts)
    assert len({name for host in plan.hosts for name in host.names}) == len(plan.hosts)
    networks = [network for segment in plan.segments for network in segment.networks]
    assert not any(
        one != two and one.version == two.version and one.overlaps(two) for one in networks for two in networks
    )


def every_name_fits_the_kernel(plan):
    for segment in plan.segments:
        assert 1 <= len(segment.name) <= 15
        assert segment.name != "lo"
    for host in plan.hosts:
        for leg in host.legs:
            assert leg.mac.startswith("02:")
            assert len(leg.addresses) == len(plan.families)


def hosts_are_in_one_zone(plan):
    zones = {segment.name: segment.zone for segment in plan.segments}
    networks = {segment.name: set(segment.networks) for segment in plan.segments}
    for host in plan.hosts:
        for leg in host.legs:
            assert {interface.network for interface in leg.addresses} == networks[leg.segment]
        if host.kind is Kind.ENDPOINT:
            assert [zones[leg.segment] for leg in host.legs] == [host.zone]
        else:
            assert host.zone == "firewall"


def every_allowed_flow_has_a_way_and_a_way_back(plan):
    for flow in plan.allowed:
        for family in flow.families:
            there = route(plan, flow.source, flow.destination, family)
            leg = there[0].partition("/")[0].partition(".")[2]
            back = route(
                plan, flow.destination, flow.source, family, address=plan.host(flow.source).address(family, leg)
            )
            assert mirrored(there) == back


def mirrored(ports):
    other = {"from": "to", "to": "from"}
    return tuple(f"{port}/{other[direction]}" for port, _, direction in (one.partition("/") for one in reversed(ports)))


def every_denied_pair_has_a_way_to_be_denied_on(plan):
    for source in plan.hosts:
        for destination in plan.hosts:
            if source != destination and destination.kind is Kind.ENDPOINT:
                for family in plan.families:
                    ports = route(plan, source.name, destination.name, family)
                    assert ports[-1].startswith(f"{destination.name}.")
