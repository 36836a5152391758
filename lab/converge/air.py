"""What the plan means to the radio guest: its hosts, their files, the networks of the access point."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.pki import Purpose, host_stem, secret_stem, terminals
from lab.pki.radius import RADIUS
from lab.plan import Air, AirHost, Family, Host, Leg, Plan, Ssid
from lab.plan.air import SENSOR

Variables = dict[str, Any]
SYSLOG = "syslog-tls"
HOSTS = "/etc/sanso/radio/tree"  # files of the guest's hosts, in the container
CARD = "52:54:00:00:00:{}"  # MAC of the guest's network cards, counted from 16 in the order of the segments
FIRST_CARD = 16
TREES = {
    "access-point": "access-point",
    "station": "station",
    "stranger": "station",
    "sensor": "sensor",
    "listener": "air",
}
SECURITY: dict[str, Variables] = {  # in hostapd's and wpa_supplicant's words
    "enterprise": {"key_mgmt": "WPA-EAP-SHA256", "pairwise": "CCMP", "group_mgmt": "AES-128-CMAC"},
    "enterprise-192": {"key_mgmt": "WPA-EAP-SUITE-B-192", "pairwise": "GCMP-256", "group_mgmt": "BIP-GMAC-256"},
    "owe": {"key_mgmt": "OWE", "pairwise": "CCMP", "group_mgmt": "AES-128-CMAC"},
}


def radio_guest(plan: Plan, host: Host, keys: Path) -> Variables:
    """The variables of the role radio_guest. LabError if the plan has nothing on the air."""
    if plan.air is None:
        raise LabError(f"{host.name} has the role radio_guest, but nothing of the plan is on the air")
    segments = [leg.segment for leg in host.legs]
    return {
        "segments": segments,
        "cables": [{"name": one.name, "segment": leg.segment} for one, leg in _cables(plan.air)],
        "ipv6": Family.IPV6 in plan.families,
        "hosts": [_host(plan, plan.air, one, segments) for one in plan.air.hosts],
        "files": [file for one in plan.air.hosts for file in _files(plan, one, keys)],
    }


def _host(plan: Plan, air: Air, one: AirHost, segments: list[str]) -> Variables:
    return {
        "name": one.name,
        "port": one.port,
        "devices": _devices(air, one, segments),
        "radio": one.radio is not None,
        "tree": TREES[one.function],
        "at": f"{HOSTS}/{one.name}",
        "host": {"access-point": _access_point, "sensor": _sensor}.get(one.function, _station)(plan, air, one),
    }


def _cables(air: Air) -> list[tuple[AirHost, Leg]]:
    """Those beside the access point's, which has one to every segment: a sensor's."""
    return [(one, leg) for one in air.hosts if one.function == SENSOR for leg in one.legs]


def _devices(air: Air, one: AirHost, segments: list[str]) -> list[str]:
    """The access point has a card in every segment, in their order; behind them come those of the other cables."""
    if one.radio is None:
        return ["hwsim0"]
    everybody = [
        *((air.hosts[0].name, name) for name in segments),
        *((who.name, leg.segment) for who, leg in _cables(air)),
    ]
    return [
        f"phy{one.radio}",
        *(f"{CARD.format(FIRST_CARD + n)}={name}" for n, (owner, name) in enumerate(everybody) if owner == one.name),
    ]


def _access_point(plan: Plan, air: Air, one: AirHost) -> Variables:
    (leg,) = one.legs
    return {
        "name": one.name,
        "radio": f"wlan{one.radio}",
        "leg": leg.segment,
        "mac": leg.mac,
        "interface": str(leg.addresses[0]),
        "address": str(leg.addresses[0].ip),
        "routes": _routes(one, 4),
        "servers": [str(plan.host(name).address(Family.IPV4)) for name in _servers(plan, one)],
        "networks": [
            {
                **_network(ssid),
                "interface": ssid.interface,
                "bssid": ssid.bssid,
                "segment": ssid.segment,
                "bridge": f"br-{ssid.segment}",
            }
            for ssid in air.ssids
        ],
    }


def _sensor(plan: Plan, air: Air, one: AirHost) -> Variables:
    (leg,) = one.legs
    flow = next((flow for flow in plan.every_flow if (flow.source, flow.application) == (one.name, SYSLOG)), None)
    if flow is None:
        raise LabError(f"{one.name} watches the air, but no flow to a log store is allowed for it")
    store = plan.host(flow.destination)
    return {
        "name": one.name,
        "radio": f"wlan{one.radio}",
        "leg": leg.segment,
        "mac": leg.mac,
        "interface": str(leg.addresses[0]),
        "routes": _routes(one, 4),
        "known": {ssid.bssid: ssid.name for ssid in air.ssids},
        "store_address": str(store.address(Family.IPV4)),
        "store_port": flow.port,
        "store_name": store.names[0],
    }


def _station(plan: Plan, air: Air, one: AirHost) -> Variables:
    ssid = next((ssid for ssid in air.ssids if ssid.name == one.ssid), None)
    identities = {terminal.host: terminal.identity for terminal in terminals(plan)}
    servers = _servers(plan, air.hosts[0])
    return {
        "name": one.name,
        "radio": "" if one.radio is None else f"wlan{one.radio}",
        "mac": one.mac,
        "addresses": [str(interface) for leg in one.legs for interface in leg.addresses],
        "routes": _routes(one),
        "resolvers": list(one.resolvers),
        "network": None if ssid is None else _network(ssid),
        "identity": identities.get(one.name, ""),
        "server_names": [plan.host(server).names[0] for server in servers],
    }


def _network(ssid: Ssid) -> Variables:
    return {"ssid": ssid.name, "enterprise": ssid.staff, "suite_b": ssid.suite_b, **SECURITY[ssid.security]}


def _servers(plan: Plan, one: AirHost) -> list[str]:
    flows = [flow for flow in plan.every_flow if (flow.source, flow.application) == (one.name, RADIUS)]
    return list(dict.fromkeys(flow.destination for flow in flows))


def _routes(one: AirHost, version: int | None = None) -> list[Variables]:
    return [
        {"destination": str(route.destination), "via": str(route.via)}
        for route in one.routes
        if version is None or route.destination.version == version
    ]


def _files(plan: Plan, one: AirHost, keys: Path) -> Iterator[Variables]:
    """Certificates and keys, from the controller: a station's own, the access point's secret."""
    place = f"{HOSTS}/{one.name}/etc"
    if one.function == "access-point":
        secret = secret_stem(keys, one.name).with_suffix(".secret")
        yield {"path": f"{place}/hostapd/secret.key", "src": str(secret), "secret": True}
    elif one.function == SENSOR:
        stem = host_stem(keys, Purpose.CLIENT, one.name)
        yield {"path": f"{place}/sensor/ca.pem", "src": str(keys / "root.pem")}
        yield {"path": f"{place}/sensor/client.pem", "src": f"{stem}.pem"}
        yield {"path": f"{place}/sensor/client.key", "src": f"{stem}.key", "secret": True}
    elif one.function != "listener":
        yield {"path": f"{place}/wlan/ca.pem", "src": str(keys / "root.pem")}
    if one.name in {terminal.host for terminal in terminals(plan)}:
        stem = host_stem(keys, Purpose.TERMINAL, one.name)
        yield {"path": f"{place}/wlan/client.pem", "src": f"{stem}.pem"}
        yield {"path": f"{place}/wlan/client.key", "src": f"{stem}.key", "secret": True}
