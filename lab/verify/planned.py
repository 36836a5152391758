"""Parameters that are plain readings of the plan: fixture name -> its values, each with its id."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lab.plan import AllowedFlow, Kind, Plan, flow_route
from lab.verify.trip import Wish, allowed_flow, devices

ELSEWHERE = frozenset(
    {"syslog-tls", "ntp", "borg"}
)  # judged flow by flow for controls of their own: LOG-01, LOG-02, OPS-05
UNSPOKEN = {  # application -> why OPS-16 doesn't try its flows
    "ike": "a tunnel is opened by the terminal's own client, with its own key: for the suites of the VPN",
    "radius": "an answer needs the shared secret of the source: for the suites of RADIUS",
}
LOGGED = frozenset({"https", "dns"})  # applications that write a line for each question
Values = list[tuple[str, object]]  # (id, value)


def ways(plan: Plan) -> list[AllowedFlow]:
    """One log flow per segment that logs start from: the first sender there."""
    found: dict[str, AllowedFlow] = {}
    for flow in of_application(plan, "syslog-tls"):
        first = flow_route(plan, flow, flow.families[0])[0]
        found.setdefault(first.split("/")[0].partition(".")[2], flow)
    return list(found.values())


def of_application(plan: Plan, application: str) -> list[AllowedFlow]:
    """Allowed flows of one application, in the plan's order."""
    return [flow for flow in plan.allowed if flow.application == application]


def unregistered(plan: Plan, entry: AllowedFlow) -> list[Wish]:
    """What hosts of the entry's own zone that aren't registered for it would send to the same port, where a firewall is between."""
    zone = plan.host(entry.source).zone
    wishes = [
        Wish(host.name, entry.destination, family, entry.protocol, entry.port)
        for host in plan.hosts
        if host.zone == zone and host.kind is Kind.ENDPOINT
        for family in plan.families
    ]
    return [wish for wish in wishes if allowed_flow(plan, wish) is None and devices(plan, wish)]


def _proxied_beside_others(plan: Plan) -> Values:
    """Registered flows to a proxy whose zone has hosts that aren't registered for it."""
    found = [flow for flow in of_application(plan, "http-proxy") if flow.origin == "register"]
    return [(flow.id, flow) for flow in found if unregistered(plan, flow)]


def _by_source(flows: Sequence[AllowedFlow]) -> Values:
    return [(flow.source, flow) for flow in flows]


def _standing(plan: Plan) -> Values:
    """The flows that stand open without an entry in the register, but for those of ELSEWHERE and UNSPOKEN."""
    left_out = {*ELSEWHERE, *UNSPOKEN}
    flows = [flow for flow in plan.allowed if flow.origin != "register" and flow.application not in left_out]
    return [(f"{flow.source}-to-{flow.destination}-{flow.protocol}-{flow.port}", flow) for flow in flows]


def _log_senders(plan: Plan) -> Values:
    senders = [flow.source for flow in of_application(plan, "syslog-tls")]
    return [(name, name) for name in senders]


def _log_clients(plan: Plan) -> Values:
    """The senders that are rsyslog's, those that filter no packets first: the first of each setting is the one to be tried."""
    senders = {flow.source for flow in of_application(plan, "syslog-tls")}
    hosts = [host for host in plan.hosts if "log_client" in host.roles and host.name in senders]
    return [(host.name, host.name) for host in sorted(hosts, key=lambda host: host.kind is Kind.ROUTER)]


def _mac_limited(plan: Plan) -> Values:
    entries = [flow for flow in plan.allowed if flow.mac]
    return [(flow.id, flow) for flow in entries]


def _impostors(plan: Plan) -> Values:
    """One sender that has a server's certificate at hand as well."""
    senders = of_application(plan, "syslog-tls")
    return _by_source([flow for flow in senders if "web_app" in plan.host(flow.source).roles][:1])


def logged_questions(plan: Plan) -> list[AllowedFlow]:
    """Per service that logs its askers: one flow to it."""
    found: dict[tuple[str, str], AllowedFlow] = {}
    for flow in plan.allowed:
        if flow.application in LOGGED and "log_client" in plan.host(flow.destination).roles:
            found.setdefault((flow.application, flow.destination), flow)
    return list(found.values())


def _log_events(plan: Plan) -> Values:
    return [(f"{flow.application}-{flow.destination}", flow) for flow in logged_questions(plan)]


def _time_servers(plan: Plan) -> Values:
    servers = [service.host for service in plan.services if service.application == "ntp"]
    return [(name, name) for name in servers]


def _clock_zones(plan: Plan) -> Values:
    zones = list(dict.fromkeys(host.zone for host in plan.hosts if host.kind is Kind.ENDPOINT))
    return [(name, name) for name in zones]


def _backup_stores(plan: Plan) -> Values:
    stores = [service.host for service in plan.services if service.application == "borg"]
    return [(name, name) for name in stores]


def _backup_borders(plan: Plan) -> Values:
    """Both directions between every other zone and one that holds a backup store."""
    stores = {plan.host(service.host).zone for service in plan.services if service.application == "borg"}
    zones = dict.fromkeys(host.zone for host in plan.hosts if host.kind is Kind.ENDPOINT)
    pairs = [(a, b) for a in zones for b in zones if a != b and (a in stores) != (b in stores)]
    return [(f"{source}-to-{target}", (source, target)) for source, target in pairs]


PLANNED: dict[str, Callable[[Plan], Values]] = {
    "backup_border": _backup_borders,
    "proxied_beside_others": _proxied_beside_others,
    "backup_flow": lambda plan: _by_source(of_application(plan, "borg")),
    "backup_store": _backup_stores,
    "clock_zone": _clock_zones,
    "impostor": _impostors,
    "log_client": _log_clients,
    "log_event": _log_events,
    "log_flow": lambda plan: _by_source(of_application(plan, "syslog-tls")),
    "log_sender": _log_senders,
    "mac_limited": _mac_limited,
    "standing_flow": _standing,
    "time_client": lambda plan: _by_source(of_application(plan, "ntp")),
    "time_server": _time_servers,
}
