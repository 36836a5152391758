"""Subjects of inspections, from the plan: fixture name -> its values and their ids."""

from __future__ import annotations

from collections.abc import Callable

from lab.pki import accounts, subjects
from lab.plan import AllowedFlow, Kind, Plan
from lab.verify.eapol import asking
from lab.verify.layer2 import standing
from lab.verify.outside import outside_classes
from lab.verify.versions import vpn_devices, wireless_devices
from lab.verify.wireless.asked import Asked
from lab.verify.wireless.hosts import staff, visitors
from lab.verify.wireless.my_number import my_number_hosts, my_number_networks

Values = list[tuple[str, object]]  # (id, value)
MUTUAL_TLS = "syslog-tls"  # clients of this application show a certificate too
HIDDEN = ("radius", "ike")  # EAP-TLS, IKE
TLS = ("https", MUTUAL_TLS)
SCREEN = "rdp"


def _hosts(plan: Plan) -> Values:
    names = [host.name for host in plan.hosts]
    return [(name, name) for name in names]


def _segments(plan: Plan) -> Values:
    names = [segment.name for segment in plan.segments if not segment.tunnel]
    return [(name, name) for name in names]


def _spoken_on(plan: Plan) -> Values:
    """Segments with a host that speaks and a router that hears it."""
    return [(one.name, one.name) for one in plan.segments if standing(plan, one.name) is not None]


def _ssh_servers(plan: Plan) -> Values:
    names = [host.name for host in plan.hosts if "ssh" in host.roles]
    return [(name, name) for name in names]


def _tls_clients(plan: Plan) -> Values:
    names = [flow.source for flow in plan.allowed if flow.application == MUTUAL_TLS]
    return [(name, name) for name in names]


def _two_faced(plan: Plan) -> Values:
    """One flow per receiver whose source also has a server's certificate that it could show instead of its client's."""
    servers = {service.host for service in plan.services if service.application in TLS}
    chosen: dict[str, AllowedFlow] = {
        flow.destination: flow for flow in plan.allowed if flow.application == MUTUAL_TLS and flow.source in servers
    }
    return list(chosen.items())


def _teleworkers(plan: Plan) -> Values:
    return [(host.name, host.name) for host in plan.hosts if "telework_terminal" in host.roles]


def _certified(plan: Plan) -> Values:
    """Hosts that have a certificate by the plan."""
    names = dict.fromkeys(subject.host for subject in subjects(plan))
    return [(name, name) for name in names if plan.on_air(name) is None]


def _hidden_servers(plan: Plan) -> Values:
    """Servers whose certificate is shown inside another protocol than TLS on a port of its own."""
    names = dict.fromkeys(service.host for service in plan.services if service.application in HIDDEN)
    return [(name, name) for name in names]


def _radius_clients(plan: Plan) -> Values:
    """Each network access server with each server that it asks, as a flow."""
    return [(f"{flow.source}-at-{flow.destination}", flow) for flow in asking(plan)]


def _asked_servers(plan: Plan) -> Values:
    """Each server that is asked, with who asks it first."""
    first = {flow.destination: flow for flow in reversed(asking(plan))}
    return [(name, first[name]) for name in dict.fromkeys(flow.destination for flow in asking(plan))]


def _asked_networks(plan: Plan) -> Values:
    """Each network of staff with each server that its access point asks."""
    return [
        (f"{one.ssid.name}-at-{flow.destination}", Asked(one, flow))
        for one in staff(plan)
        for flow in asking(plan)
        if plan.on_air(flow.source)
    ]


def _if_several(values: Callable[[Plan], Values]) -> Callable[[Plan], Values]:
    """The same where another zone's terminal can be tried: with one network of staff alone there is none."""
    return lambda plan: values(plan) if len(staff(plan)) > 1 else []


def _radius_servers(plan: Plan) -> Values:
    names = [host.name for host in plan.hosts if "radius_server" in host.roles]
    return [(name, name) for name in names]


def _staff_networks(plan: Plan) -> Values:
    """Each network of staff that somebody is on, with who is."""
    return [(one.ssid.name, one) for one in staff(plan)]


def _strong_networks(plan: Plan) -> Values:
    """Those of staff that are in 192-bit mode."""
    return [(one.ssid.name, one) for one in staff(plan) if one.ssid.suite_b]


def _visitor_networks(plan: Plan) -> Values:
    """Each network of visitors that somebody is on, with who is."""
    return [(one.ssid.name, one) for one in visitors(plan)]


def _access_points(plan: Plan) -> Values:
    hosts = plan.air.hosts if plan.air else ()
    return [(one.name, one.name) for one in hosts if one.function == "access-point"]


def _remote_borders(plan: Plan, places: set[str] | None = None) -> Values:
    """From the zone of every telework terminal to every zone inside, or to those of some places."""
    pools = dict.fromkeys(host.zone for host in plan.hosts if "telework_terminal" in host.roles)
    inside = [
        zone.name
        for zone in plan.zones
        if zone.place not in {"home", "house", "internet"} and (places is None or zone.place in places)
        and any(host.zone == zone.name and host.kind is Kind.ENDPOINT for host in plan.hosts)
    ]  # fmt: skip
    return [(f"{pool}-to-{zone}", (pool, zone)) for pool in pools for zone in inside]


def _remote_screens(plan: Plan) -> Values:
    """The flows that telework terminals may open, through their tunnel."""
    remote = {host.name for host in plan.hosts if "telework_terminal" in host.roles}
    return [(flow.id, flow) for flow in plan.allowed if flow.source in remote and not flow.anyone]


def _desktops(plan: Plan) -> Values:
    """Hosts that show their screen to somebody."""
    names = dict.fromkeys(one.desk for one in accounts(plan))
    return [(name, name) for name in names]


def _screen_backwards(plan: Plan) -> Values:
    """From each desktop back to whoever looks at it: the gateway before it, and the terminal."""
    pairs = dict.fromkeys(
        (one.desk, viewer)
        for one in accounts(plan)
        for viewer in (
            *(f.source for f in plan.allowed if f.application == SCREEN and f.destination == one.desk),
            one.terminal,
        )
    )
    zones = {host.name: host.zone for host in plan.hosts}
    return [(f"{desk}-to-{viewer}", (desk, viewer)) for desk, viewer in pairs if zones[desk] != zones[viewer]]


def _remote_desktops(plan: Plan) -> Values:
    """Desktops where telework ends."""
    remote = {host.name for host in plan.hosts if "telework_terminal" in host.roles}
    names = dict.fromkeys(one.desk for one in accounts(plan) if one.terminal in remote)
    return [(name, name) for name in names]


def _shown_in(plan: Plan, place: str) -> Values:
    """Desktops of such a place that somebody in the office is registered to be shown."""
    registered = {flow.source for flow in plan.allowed if flow.origin == "register" and flow.application == SCREEN}
    found = [
        one for one in accounts(plan) if one.terminal in registered and plan.place(plan.host(one.desk).zone) == place
    ]
    return [(one.desk, one.desk) for one in found]


def _internet_screens(plan: Plan) -> Values:
    """The entries of the register for a screen of the Internet side."""
    screens = [flow for flow in plan.allowed if (flow.origin, flow.application) == ("register", SCREEN)]
    return [(flow.id, flow) for flow in screens if plan.place(plan.host(flow.destination).zone) == "in"]


def _my_number_screens(plan: Plan) -> list[tuple[str, AllowedFlow]]:
    """The entries of the register for a screen of the My Number zone."""
    return [(flow.id, flow) for flow in plan.allowed if flow.permitted_by == "F05"]


def _my_number_screen_borders(plan: Plan) -> Values:
    """From the zone of each gateway of such an entry to every zone of that place."""
    gateways = dict.fromkeys(plan.host(flow.destination).zone for _, flow in _my_number_screens(plan))
    zones = dict.fromkeys(host.zone for host in plan.hosts if plan.place(host.zone) == "mn")
    return [(f"{source}-to-{zone}", (source, zone)) for source in gateways for zone in zones if zone != source]


def _chains(plan: Plan) -> Values:
    """Each desktop where telework ends, with each entry for a screen of the My Number zone."""
    remote = {host.name for host in plan.hosts if "telework_terminal" in host.roles}
    desks = [
        one.desk for one in accounts(plan) if one.terminal in remote and plan.place(plan.host(one.desk).zone) == "lg"
    ]
    return [(f"{desk}-to-{flow.destination}", (desk, flow)) for desk in desks for _, flow in _my_number_screens(plan)]


SUBJECTS: dict[str, Callable[[Plan], Values]] = {
    "my_number_host": lambda plan: [(name, name) for name in my_number_hosts(plan)],
    "my_number_network": lambda plan: [(one.name, one) for one in my_number_networks(plan)],
    "wired_my_number": lambda plan: [] if my_number_networks(plan) or not plan.air else [("wireless", plan.air.ssids)],
    "access_point": _access_points,
    "any_host": _hosts,
    "certified_host": _certified,
    "hidden_server": _hidden_servers,
    "radius_client": _radius_clients,
    "asked_server": _asked_servers,
    "asked_network": _asked_networks,
    "asked_network_of_several": _if_several(_asked_networks),
    "radius_server": _radius_servers,
    "desktop": _desktops,
    "screen_backwards": _screen_backwards,
    "internet_screen": _internet_screens,
    "internet_desktop": lambda plan: _shown_in(plan, "in"),
    "my_number_screen": lambda plan: list(_my_number_screens(plan)),
    "my_number_screen_border": _my_number_screen_borders,
    "remote_desktop": _remote_desktops,
    "screen_chain": _chains,
    "segment": _segments,
    "spoken_segment": _spoken_on,
    "ssh_server": _ssh_servers,
    "tls_client": _tls_clients,
    "teleworker": _teleworkers,
    "timed_class": lambda plan: outside_classes(plan, plan.hours),
    "inspected_class": lambda plan: outside_classes(plan, plan.inspection),
    "two_faced": _two_faced,
    "maintained_device": lambda plan: [(name, name) for name in wireless_devices(plan)],
    "maintained_vpn_device": lambda plan: [(name, name) for name in vpn_devices(plan)],
    "staff_network": _staff_networks,
    "staff_network_of_several": _if_several(_staff_networks),
    "strong_network": _strong_networks,
    "visitor_network": _visitor_networks,
    "remote_border": _remote_borders,
    "remote_my_number_border": lambda plan: _remote_borders(plan, {"mn"}),
    "remote_screen": _remote_screens,
    "vpn_gateway": lambda plan: [(host.name, host.name) for host in plan.hosts if "vpn_gateway" in host.roles],
}
