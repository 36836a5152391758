from __future__ import annotations

from datetime import date
from ipaddress import ip_interface, ip_network

import pytest

from lab.plan import AllowedFlow, Host, Kind, Leg, Plan, Protocol, Segment, Service


def _host(name: str, last: int) -> Host:
    leg = Leg(
        segment="mn", mac=f"02:00:00:00:00:{last:02x}",
        addresses=(ip_interface(f"10.10.0.{last}/24"), ip_interface(f"fd53:616e:736f:10::{last}/64")),
    )  # fmt: skip
    return Host(
        name=name, zone="mn", kind=Kind.ENDPOINT, roles=(), names=(f"{name}.mn.sanso.test",), legs=(leg,), routes=()
    )


@pytest.fixture
def plan() -> Plan:
    """One segment: a web server that also logs, a terminal that only logs, the log host, and one without TLS."""
    flows = [
        AllowedFlow(
            id=f"I01/{source}", origin="infrastructure", permitted_by="I01", controls=(), purpose="logs",
            source=source, destination="log", protocol=Protocol.TCP, port=6514, application="syslog-tls",
        )
        for source in ("mn-app", "mn-term")
    ]  # fmt: skip
    return Plan(
        lab="unit", scenario="unit", edition="R8.3", model="alpha", as_of=date(2026, 4, 1), families=(),
        segments=(
            Segment(name="mn", zone="mn", networks=(ip_network("10.10.0.0/24"), ip_network("fd53:616e:736f:10::/64"))),
        ),
        hosts=(_host("mn-app", 10), _host("mn-term", 20), _host("log", 30), _host("mn-dns", 53)),
        services=(
            Service(host="mn-app", protocol=Protocol.TCP, port=443, application="https"),
            Service(host="log", protocol=Protocol.TCP, port=6514, application="syslog-tls"),
            Service(host="mn-dns", protocol=Protocol.UDP, port=53, application="dns"),
        ),
        allowed=tuple(flows), controls_due=(),
    )  # fmt: skip
