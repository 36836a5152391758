"""Which controls a scenario must get a verdict for: those that are tested and have something to be tested on."""

from __future__ import annotations

from lab.catalogue import Catalogue
from lab.scenario import ROUTERS, Scenario


def controls_due(scenario: Scenario, catalogue: Catalogue) -> tuple[str, ...]:
    """Ids of the tested controls whose needs the scenario meets, in the catalogue's order."""
    has = _features(scenario)
    return tuple(one.id for one in catalogue.controls.values() if one.tested and has.issuperset(one.needs))


def _features(scenario: Scenario) -> set[str]:
    """What there is to judge: a place counts with a host in it, function and place also as the end of a registered flow."""
    topology = scenario.topology.whole()
    found = {f"registered:{topology.hosts[entry.destination].function}" for entry in scenario.entries}
    found |= {f"registered:{topology.place(entry.destination).place}" for entry in scenario.entries}
    found |= {f"registered:{entry.permitted_by.lower()}" for entry in scenario.entries}
    for name, host in topology.hosts.items():
        if host.function not in ROUTERS:
            found.add(f"place:{topology.place(name).place}")
        found.add(f"function:{host.function}")
        if host.function == "station":
            found.add(f"wireless:{topology.place(name).place}")
        found.update(f"application:{service.application}" for service in topology.services(name))
    air = scenario.topology.air
    found |= {f"security:{one.security}" for one in (air.ssids if air else {}).values()}
    if scenario.entries:
        found.add("register")
    if any(entry.mac for entry in scenario.entries):
        found.add("mac")
    return found
