"""Plan: a scenario turned into hosts, legs, segments, addresses and routes. Pure: same input, same plan."""

from lab.plan.addresses import private
from lab.plan.build import build
from lab.plan.flows import OUTSIDE
from lab.plan.hours import Window, clock, closing
from lab.plan.memory import once
from lab.plan.model import (
    Address,
    Air,
    AirHost,
    AllowedFlow,
    Family,
    Host,
    Image,
    Interface,
    Kind,
    Leg,
    Network,
    Plan,
    Protocol,
    Route,
    Segment,
    Service,
    Ssid,
    Waiver,
    Zone,
)
from lab.plan.partners import partners
from lab.plan.way import flow_route, route, target, trail

__all__ = [
    "OUTSIDE",
    "Address",
    "Air",
    "AirHost",
    "AllowedFlow",
    "Family",
    "Host",
    "Image",
    "Interface",
    "Kind",
    "Leg",
    "Network",
    "Plan",
    "Protocol",
    "Route",
    "Segment",
    "Service",
    "Ssid",
    "Waiver",
    "Window",
    "Zone",
    "build",
    "clock",
    "closing",
    "flow_route",
    "once",
    "partners",
    "private",
    "route",
    "target",
    "trail",
]
