"""What the plan means to each role: the variables of `meta/argument_specs.yml`, computed per host.

Nothing is decided here: flows, names and addresses are the plan's, the way of a flow is `lab.plan.flow_route`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lab.converge import screens
from lab.converge.air import radio_guest
from lab.converge.telework import home_router, hours, inspected, telework_terminal, tunnel_addresses, vpn_gateway
from lab.errors import LabError
from lab.pki import Purpose, curve, host_stem, register_file, secret_stem, terminals, trust_file
from lab.pki.backup import BORG, CLIENTS, STORES
from lab.pki.radius import RADIUS
from lab.plan import AirHost, AllowedFlow, Family, Host, Plan, flow_route, target

Variables = dict[str, Any]
SYSLOG = "syslog-tls"
NTP = "ntp"


def variables(plan: Plan, host: Host, keys: Path) -> Variables:
    """Return the variables of all roles of one host. `keys` is the folder of the lab's PKI, on the controller."""
    found: Variables = {}
    for role in host.roles:
        if role in ROLES:
            found |= {f"{role}__{name}": value for name, value in ROLES[role](plan, host, keys).items()}
    return found


def _base(_plan: Plan, host: Host, keys: Path) -> Variables:
    return {"host": host.name, "zone": host.zone, "ca_file": str(keys / "root.pem")}


def _web_app(plan: Plan, host: Host, keys: Path) -> Variables:
    return {
        "host": host.name,
        "server_names": list(host.names),
        "syslog": "log_client" in host.roles,
        "ipv6": Family.IPV6 in plan.families,
        **_certificate(host, Purpose.SERVER, keys),
    }


def _resolver(plan: Plan, host: Host, _keys: Path) -> Variables:
    segments = {segment.name for segment in plan.segments if segment.zone == host.zone}
    domain = host.names[0].split(".", 1)[1]
    records = [
        {"name": name, "addresses": _addresses(other, segments)}
        for other in plan.hosts
        for name in other.names
        if name.endswith(f".{domain}")
    ]
    networks = [str(net) for segment in plan.segments if segment.name in segments for net in segment.networks]
    return {
        "domain": domain,
        "records": records,
        "clients": [*networks, *_clients(plan, host, "dns", elsewhere=True)],
        "listen": _addresses(host, segments),
        "syslog": "log_client" in host.roles,
        "forwards": _forwards(plan, host),
    }


def _forwards(plan: Plan, host: Host) -> list[Variables]:
    """The domains of the Internet's side, asked for where this resolver has a flow for DNS to. None: it asks nobody."""
    targets = {
        flow.destination
        for flow in plan.allowed
        if flow.source == host.name and flow.application == "dns" and plan.host(flow.destination).zone != host.zone
    }
    servers = [str(plan.host(name).address(family)) for name in sorted(targets) for family in plan.families]
    return [{"domain": domain, "servers": servers} for domain in _outside_domains(plan)] if targets else []


def _outside_domains(plan: Plan) -> list[str]:
    return sorted({host.names[0].split(".", 1)[1] for host in plan.hosts if "authority" in host.roles})


def _clients(plan: Plan, host: Host, application: str, *, elsewhere: bool = False) -> list[str]:
    """Addresses of those whose flow of this application ends at the host; `elsewhere`: in another zone than its own."""
    sources = [flow.source for flow in plan.allowed if (flow.destination, flow.application) == (host.name, application)]
    chosen = [plan.host(name) for name in dict.fromkeys(sources)]
    return [
        str(one.address(family)) for one in chosen if not elsewhere or one.zone != host.zone for family in plan.families
    ]


def _proxy(plan: Plan, host: Host, _keys: Path) -> Variables:
    inner = {segment.name for segment in plan.segments if segment.zone == host.zone}
    return {
        "listen": _addresses(host, inner),
        "clients": _clients(plan, host, "http-proxy"),
        "domains": _outside_domains(plan),
    }


def _relay(plan: Plan, host: Host, keys: Path) -> Variables:
    inner = {segment.name for segment in plan.segments if segment.zone == host.zone}
    onward = next((flow for flow in plan.allowed if flow.source == host.name and flow.application == "https"), None)
    if onward is None:
        raise LabError(f"{host.name} is a relay, but no flow to a service behind it is allowed")
    service = plan.host(onward.destination)
    return {
        "host": host.name,
        "server_names": list(host.names),
        "listen": _addresses(host, inner),
        "upstream_name": service.names[0],
        "upstream_address": str(service.address(plan.families[0])),
        **_certificate(host, Purpose.SERVER, keys),
    }


def _authority(plan: Plan, host: Host, _keys: Path) -> Variables:
    domain = host.names[0].split(".", 1)[1]
    records = [
        {"name": name, "addresses": _addresses(other)}
        for other in plan.hosts
        for name in other.names
        if name.endswith(f".{domain}")
    ]
    return {"domain": domain, "records": records, "listen": _addresses(host)}


def _log_server(plan: Plan, host: Host, keys: Path) -> Variables:
    sources = {flow.source for flow in plan.every_flow if flow.application == SYSLOG and flow.destination == host.name}
    clients = [
        {"host": one.name, "names": list(one.names), "addresses": _addresses(one)}
        for one in plan.everybody
        if one.name in sources
    ]
    return {"host": host.name, "clients": clients, **_certificate(host, Purpose.SERVER, keys)}


def _log_review(plan: Plan, _host: Host, _keys: Path) -> Variables:
    return {
        "servers": [one.name for one in plan.hosts if "radius_server" in one.roles],
        "gateways": [one.name for one in plan.hosts if "vpn_gateway" in one.roles],
        **screens.reviewed(plan),
    }


def _log_client(plan: Plan, host: Host, keys: Path) -> Variables:
    flow = next((flow for flow in plan.allowed if flow.application == SYSLOG and flow.source == host.name), None)
    if flow is None:
        raise LabError(f"{host.name} has the role log_client but no flow to a log store is allowed for it")
    server = plan.host(flow.destination)
    return {
        "server_name": server.names[0],
        "server_address": str(server.address(flow.families[0])),
        "server_port": flow.port,
        **_certificate(host, Purpose.CLIENT, keys),
    }


def _ssh(plan: Plan, host: Host, _keys: Path) -> Variables:
    """Loopback alone: an endpoint has no leg in an administration network, and must not get one (ZONE-08)."""
    loopbacks = {Family.IPV4: "127.0.0.1", Family.IPV6: "::1"}
    return {"host": host.name, "listen": [loopbacks[family] for family in plan.families]}


def _time_server(plan: Plan, host: Host, _keys: Path) -> Variables:
    near = {flow.to_leg for flow in plan.allowed if flow.application == NTP and flow.destination == host.name}
    networks = [str(net) for segment in plan.segments if segment.name in near for net in segment.networks]
    return {"host": host.name, "clients": networks}


def _time_client(plan: Plan, host: Host, _keys: Path) -> Variables:
    flow = next((flow for flow in plan.allowed if flow.application == NTP and flow.source == host.name), None)
    if flow is None:
        raise LabError(f"{host.name} has the role time_client but no flow to a time source is allowed for it")
    return {"host": host.name, "source": str(target(plan, flow, flow.families[0]))}


def _backup_store(plan: Plan, host: Host, keys: Path) -> Variables:
    sources = [flow.source for flow in plan.allowed if flow.application == BORG and flow.destination == host.name]
    clients = [{"host": name, "public_key_file": f"{keys / CLIENTS / name}.pub"} for name in sources]
    return {
        "host": host.name,
        "clients": clients,
        "listen": _addresses(host),
        "host_key_file": f"{keys / STORES / host.name}.key",
    }


def _backup_client(plan: Plan, host: Host, keys: Path) -> Variables:
    flow = next((flow for flow in plan.allowed if flow.application == BORG and flow.source == host.name), None)
    if flow is None:
        raise LabError(f"{host.name} has the role backup_client but no flow to a backup store is allowed for it")
    return {
        "host": host.name,
        "server_address": str(target(plan, flow, flow.families[0])),
        "server_port": flow.port,
        "server_public_key_file": f"{keys / STORES / flow.destination}.pub",
        "identity_file": f"{keys / CLIENTS / host.name}.key",
        "passphrase_file": f"{keys / CLIENTS / host.name}.passphrase",
    }


CURVES = {"secp256r1": "prime256v1", "secp384r1": "secp384r1"}  # OpenSSL's names


def _radius_server(plan: Plan, host: Host, keys: Path) -> Variables:
    asking = {flow.source for flow in plan.every_flow if (flow.destination, flow.application) == (host.name, RADIUS)}
    classes = sorted({one.class_ for one in terminals(plan)})
    near = {leg.segment for leg in host.legs}
    clients = [
        {
            "name": one.name,
            "addresses": _addresses(one, near),
            "classes": classes,
            "secret_file": f"{secret_stem(keys, one.name)}.conf",
            **hours(plan, one),
            **inspected(plan, one),
        }
        for one in plan.everybody
        if one.name in asking
    ]
    networks = [
        {"ssid": ssid.name, "class": plan.place(ssid.zone), "segment": ssid.segment, "suite_b": ssid.suite_b}
        for ssid in (plan.air.ssids if plan.air else ())
        if ssid.staff
    ]
    return {
        "host": host.name,
        "listen": _addresses(host),
        "clients": clients,
        "networks": networks,
        "addresses": tunnel_addresses(plan),
        **_certificate(host, Purpose.SERVER, keys),
        "trust_file": str(trust_file(keys, Purpose.TERMINAL)),
        "register_file": str(register_file(keys)),
        "curve": CURVES[curve(plan).name],
    }


def _firewall(plan: Plan, host: Host, _keys: Path) -> Variables:
    crossing = [(flow, family) for flow in plan.every_flow for family in flow.families if family in plan.families]
    flows = _once([rule for flow, family in crossing for rule in _rules(plan, flow, family, host)])
    return {
        "host": host.name,
        "flows": [rule for rule in flows if rule["oif"]],
        "inputs": [rule for rule in flows if not rule["oif"]],
        "bindings": [end for rule in flows if rule["macs"] for end in _ends(rule)],
    }


def _once(rules: list[Variables]) -> list[Variables]:
    """Flows whose sources nobody knows before share one rule, under the first one's id."""
    kept: dict[str, Variables] = {}
    for rule in rules:
        kept.setdefault(str({**rule, "id": "" if not rule["source"] else rule["id"]}), rule)
    return list(kept.values())


def _rules(plan: Plan, flow: AllowedFlow, family: Family, device: Host) -> Iterator[Variables]:
    """Give the rule that lets this flow cross, or enter, the device; none if it doesn't pass there or starts there."""
    ports = [port.rsplit("/", 1)[0].split(".", 1) for port in flow_route(plan, flow, family)]
    legs = [segment for host, segment in ports if host == device.name]
    if not legs or flow.source == device.name:
        return
    source = plan.end(flow.source)
    yield {
        "id": flow.id,
        "family": str(family),
        "iif": legs[0],
        "oif": legs[1] if len(legs) > 1 else "",
        "source": "" if flow.anyone else str(source.address(family, ports[0][1])),
        "destination": str(target(plan, flow, family)),
        "protocol": str(flow.protocol),
        "port": flow.port,
        "macs": [_mac(plan, name, legs) for name in (flow.source, flow.destination)] if flow.mac else [],
    }


def _ends(rule: Variables) -> Iterator[Variables]:
    """Give both ends of a MAC-limited flow: which packets must come from which card."""
    there = {"side": "dport", "iif": rule["iif"], "mac": rule["macs"][0]}
    back = {"side": "sport", "iif": rule["oif"], "mac": rule["macs"][1]}
    yield {**rule, **there}
    if rule["oif"]:
        yield {**rule, **back, "source": rule["destination"], "destination": rule["source"]}


def _mac(plan: Plan, name: str, legs: list[str]) -> str:
    """Return the MAC that the device sees of this host: they share a segment, or the scenario would be refused."""
    return next(leg.mac for leg in plan.end(name).legs if leg.segment in legs)


def _certificate(host: Host, purpose: Purpose, keys: Path) -> Variables:
    stem = host_stem(keys, purpose, host.name)
    return {"certificate_file": f"{stem}.pem", "key_file": f"{stem}.key", "ca_file": str(keys / "root.pem")}


def _addresses(host: Host | AirHost, segments: set[str] | None = None) -> list[str]:
    legs = [leg for leg in host.legs if segments is None or leg.segment in segments]
    return [str(interface.ip) for leg in legs for interface in leg.addresses]


ROLES: dict[str, Callable[[Plan, Host, Path], Variables]] = {
    "authority": _authority,
    "backup_client": _backup_client,
    "backup_store": _backup_store,
    "base": _base,
    "firewall": _firewall,
    "home_router": home_router,
    "log_client": _log_client,
    "log_review": _log_review,
    "log_server": _log_server,
    "proxy": _proxy,
    "radio_guest": radio_guest,
    "radius_server": _radius_server,
    "tc_relay": _relay,
    "resolver": _resolver,
    "desktop": screens.desktop,
    "screen_client": screens.screen_client,
    "screen_gateway": screens.screen_gateway,
    "ssh": _ssh,
    "telework_terminal": telework_terminal,
    "time_client": _time_client,
    "time_server": _time_server,
    "vpn_gateway": vpn_gateway,
    "web_app": _web_app,
}
