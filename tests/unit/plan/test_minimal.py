"""The plan of the scenario `minimal`: the fixed values that other rooms and people rely on."""

from datetime import date
from ipaddress import ip_address, ip_interface
from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.errors import BadInput, LabError
from lab.plan import Family, Kind, Plan, build, route
from lab.plan.routing import routes
from lab.scenario import load
from lab.scenario.topology import reference

ROOT = Path(__file__).parents[3]
BASE = "fd53:616e:736f"
ADDRESSES = {
    "fw-mn": {
        "mn": ("10.10.0.1/24", f"{BASE}:10::1/64"),
        "juki-net": ("10.11.1.1/24", f"{BASE}:11::1/64"),
        "x-ml": ("10.255.1.1/24", f"{BASE}:f1::1/64"),
        "mgmt": ("10.90.0.1/24", f"{BASE}:90::1/64"),
    },
    "fw-lg": {
        "lg": ("10.20.0.1/24", f"{BASE}:20::1/64"),
        "x-ml": ("10.255.1.2/24", f"{BASE}:f1::2/64"),
        "x-li": ("10.255.2.1/24", f"{BASE}:f2::1/64"),
        "mgmt": ("10.90.0.2/24", f"{BASE}:90::2/64"),
    },
    "fw-in": {
        "in": ("10.30.0.1/24", f"{BASE}:30::1/64"),
        "x-li": ("10.255.2.2/24", f"{BASE}:f2::2/64"),
        "mgmt": ("10.90.0.3/24", f"{BASE}:90::3/64"),
    },
    "mn-app": {"mn": ("10.10.0.10/24", f"{BASE}:10::10/64")},
    "mn-dns": {"mn": ("10.10.0.53/24", f"{BASE}:10::53/64")},
    "mn-term": {"mn": ("10.10.0.20/24", f"{BASE}:10::20/64")},
    "juki-net": {"juki-net": ("10.11.1.10/24", f"{BASE}:11::10/64")},
    "lg-app": {"lg": ("10.20.0.10/24", f"{BASE}:20::10/64")},
    "lg-dns": {"lg": ("10.20.0.53/24", f"{BASE}:20::53/64")},
    "lg-term": {"lg": ("10.20.0.20/24", f"{BASE}:20::20/64")},
    "in-app": {"in": ("10.30.0.10/24", f"{BASE}:30::10/64")},
    "in-dns": {"in": ("10.30.0.53/24", f"{BASE}:30::53/64")},
    "in-term": {"in": ("10.30.0.20/24", f"{BASE}:30::20/64")},
    "log": {"mgmt": ("10.90.0.10/24", f"{BASE}:90::10/64")},
}
ROLES = {
    "fw": (("base", "firewall", "time_server", "ssh", "log_client"), ("NET_ADMIN", "SETGID", "SETUID", "SYS_CHROOT")),
    "app": (
        ("base", "ssh", "web_app", "log_client", "time_client"),
        ("CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID", "SYS_CHROOT"),
    ),
    "dns": (("base", "ssh", "resolver", "log_client", "time_client"), ("KILL", "SETGID", "SETUID", "SYS_CHROOT")),
    "term": (("base", "log_client", "time_client"), ()),
    "net": (("base", "web_app"), ("CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID")),
    "log": (("base", "log_server", "log_review", "ssh", "time_client"), ("SETGID", "SETUID", "SYS_CHROOT")),
}


@pytest.fixture(scope="module")
def plan():
    scenario = load(ROOT / "scenarios" / "minimal.yaml", as_of=date(2026, 11, 23))
    return build(scenario, load_catalogue(), "t")


def test_addresses(plan):
    assert {
        host.name: {leg.segment: tuple(map(str, leg.addresses)) for leg in host.legs} for host in plan.hosts
    } == ADDRESSES


def test_mac_addresses_are_those_of_host_and_segment(plan):
    assert plan.host("mn-app").legs[0].mac == "02:be:a5:d0:fc:09"  # sha256("mn-app/mn")
    assert plan.host("fw-mn").legs[1].mac == "02:96:4c:99:3a:00"  # sha256("fw-mn/juki-net")


def test_names(plan):
    assert plan.host("mn-app").names == ("mn-app.mn.sanso.test",)
    assert plan.host("log").names == ("log.mgmt.sanso.test",)
    assert plan.host("fw-lg").names == ("fw-lg.firewall.sanso.test",)


def test_roles_and_capabilities(plan):
    for host in plan.hosts:
        roles, capabilities = ROLES[host.name.split("-")[0] if host.zone == "firewall" else host.name.split("-")[-1]]
        assert (host.roles, host.capabilities) == (roles, capabilities)


def test_resolvers(plan):
    assert {host.name: host.resolver for host in plan.hosts if host.resolver} == {
        f"{zone}-{name}": f"{zone}-dns" for zone in ("mn", "lg", "in") for name in ("app", "dns", "term")
    }


def test_endpoints_know_their_gateway_and_nothing_else(plan):
    for host in plan.hosts:
        if host.kind is Kind.ENDPOINT and host.name != "log":
            gateways = [(str(one.destination), one.via, one.leg) for one in host.routes]
            (leg,) = host.legs
            first, second = (address.network[1] for address in leg.addresses)
            assert gateways == [("0.0.0.0/0", first, leg.segment), ("::/0", second, leg.segment)]


def test_the_log_store_has_no_default_route(plan):
    found = {str(one.destination): str(one.via) for one in plan.host("log").routes if one.destination.version == 4}
    assert found == {
        "10.10.0.0/24": "10.90.0.1",
        "10.11.1.0/24": "10.90.0.1",
        "10.20.0.0/24": "10.90.0.2",
        "10.30.0.0/24": "10.90.0.3",
    }


@pytest.mark.parametrize(
    ("router", "expected"),
    [
        ("fw-mn", {"10.20.0.0/24": "10.255.1.2", "10.30.0.0/24": "10.255.1.2", "10.255.2.0/24": "10.255.1.2"}),
        ("fw-lg", {"10.10.0.0/24": "10.255.1.1", "10.11.1.0/24": "10.255.1.1", "10.30.0.0/24": "10.255.2.2"}),
        (
            "fw-in",
            {
                "10.10.0.0/24": "10.255.2.1",
                "10.11.1.0/24": "10.255.2.1",
                "10.20.0.0/24": "10.255.2.1",
                "10.255.1.0/24": "10.255.2.1",
            },
        ),
    ],
)
def test_routers_know_every_network(plan, router, expected):
    found = plan.host(router).routes
    assert {str(one.destination): str(one.via) for one in found if one.destination.version == 4} == expected
    assert len([one for one in found if one.destination.version == 6]) == len(expected)


def test_ways(plan):
    for family in Family:
        assert route(plan, "lg-term", "mn-app", family) == (
            "lg-term.lg/from",
            "fw-lg.lg/to",
            "fw-lg.x-ml/from",
            "fw-mn.x-ml/to",
            "fw-mn.mn/from",
            "mn-app.mn/to",
        )
        assert route(plan, "mn-term", "mn-app", family) == ("mn-term.mn/from", "mn-app.mn/to")
        assert route(plan, "in-dns", "log", family) == (
            "in-dns.in/from",
            "fw-in.in/to",
            "fw-in.mgmt/from",
            "log.mgmt/to",
        )
        assert route(plan, "fw-lg", "log", family) == ("fw-lg.mgmt/from", "log.mgmt/to")


def test_way_to_a_firewalls_far_side(plan):
    far = ip_address("10.30.0.1")
    assert route(plan, "mn-app", "fw-in", Family.IPV4, address=far) == (
        "mn-app.mn/from",
        "fw-mn.mn/to",
        "fw-mn.x-ml/from",
        "fw-lg.x-ml/to",
        "fw-lg.x-li/from",
        "fw-in.x-li/to",
    )
    assert route(plan, "mn-app", "fw-mn", Family.IPV4) == ("mn-app.mn/from", "fw-mn.mn/to")


def test_no_way_says_who_lacks_it(plan):
    with pytest.raises(LabError, match=r"log has no route to 10\.255\.2\.1"):
        route(plan, "log", "fw-lg", Family.IPV4, address=ip_address("10.255.2.1"))
    with pytest.raises(LabError, match="nobody on segment mn has the address"):
        route(plan, "mn-app", "mn-term", Family.IPV4, address=ip_address("10.10.0.99"))
    with pytest.raises(LabError, match="is mn-term, not mn-dns"):
        route(plan, "mn-app", "mn-dns", Family.IPV4, address=ip_address("10.10.0.20"))
    with pytest.raises(KeyError, match="no host 'nobody'"):
        route(plan, "nobody", "mn-app", Family.IPV4)


def test_kernel_settings(plan):
    router, endpoint = plan.host("fw-mn").sysctls, plan.host("mn-app").sysctls
    assert (router["net.ipv4.ip_forward"], router["net.ipv6.conf.all.forwarding"]) == ("1", "1")
    assert (endpoint["net.ipv4.ip_forward"], endpoint["net.ipv6.conf.all.forwarding"]) == ("0", "0")
    assert router["net.ipv4.conf.all.arp_ignore"] == "1"
    assert "net.ipv4.conf.all.arp_ignore" not in endpoint
    for host in plan.hosts:
        assert host.sysctls["net.ipv4.conf.all.rp_filter"] == "0"
        assert host.sysctls["net.ipv6.conf.default.disable_ipv6"] == "0"
        assert host.sysctls["net.ipv6.conf.default.accept_ra"] == "0"
        assert next(iter(host.sysctls)) == "net.ipv4.ip_forward"
        assert all(name.startswith("net.") for name in host.sysctls)


def test_controls_due(plan):
    assert plan.controls_due == (
        "ZONE-01",
        "ZONE-03",
        "ZONE-05",
        "ZONE-06",
        "ZONE-07",
        "ZONE-08",
        "ZONE-09",
        "ZONE-10",
        "ZONE-11",
        "TC-01",
        "TC-02",
        "TC-03",
        "TC-06",
        "LOG-01",
        "LOG-02",
        "CRY-01",
        "CRY-02",
        "CRY-03",
        "CRY-04",
        "CRY-05",
        "OPS-04",
        "OPS-16",
        "SAN-03",
        "SAN-04",
    )


def test_services(plan):
    assert {(one.host, f"{one.protocol}/{one.port}") for one in plan.services} == {
        *((f"{zone}-app", "tcp/443") for zone in ("mn", "lg", "in")),
        ("juki-net", "tcp/443"),
        ("log", "tcp/6514"),
        *((f"fw-{zone}", "udp/123") for zone in ("mn", "lg", "in")),
        *((f"{zone}-dns", f"{protocol}/53") for zone in ("mn", "lg", "in") for protocol in ("tcp", "udp")),
    }


def test_the_plan_survives_json_and_ignores_the_labs_name(plan):
    again = Plan.model_validate_json(plan.model_dump_json())
    assert again == plan
    assert plan.model_copy(update={"lab": "other"}).digest() == plan.digest()
    assert plan.model_copy(update={"edition": "R7.3"}).digest() != plan.digest()
    assert isinstance(again.host("mn-app").legs[0].addresses[0], type(ip_interface("10.0.0.1/24")))


@pytest.mark.parametrize("network", ["minimal", "alpha"])
def test_a_transit_without_a_way_is_refused(network):
    """A base network whose firewalls don't meet: each must know a way to every segment of another, whatever is outside."""
    topology = reference(network)
    legs = {name: number for name, number in topology.hosts["fw-in"].legs.items() if name != "x-li"}
    cut = {**topology.hosts, "fw-in": topology.hosts["fw-in"].model_copy(update={"legs": legs})}
    with pytest.raises(BadInput) as caught:
        routes("fw-mn", topology.model_copy(update={"hosts": cut}), ipv6=True)
    assert str(caught.value) == (
        "fw-mn has no way to segment in\n  fix: join the firewalls with transit segments, or remove the segment"
    )
