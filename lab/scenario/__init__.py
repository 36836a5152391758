"""Scenario: one municipality's choices, read from YAML and judged against the catalogue; all errors at once.

It is the only room that reads scenario files. What it gives is resolved: dates are dates, hosts exist, and every
register entry is one that edition and model permit.
"""

from lab.scenario.file import json_schema
from lab.scenario.load import load
from lab.scenario.model import Entry, Paths, Scenario, Waiver, Window
from lab.scenario.sheet import SheetFile
from lab.scenario.topology import FIREWALL, ROUTERS, TRANSIT, Host, Segment, Topology, Zone

__all__ = [
    "FIREWALL",
    "ROUTERS",
    "TRANSIT",
    "Entry",
    "Host",
    "Paths",
    "Scenario",
    "Segment",
    "SheetFile",
    "Topology",
    "Waiver",
    "Window",
    "Zone",
    "json_schema",
    "load",
]
