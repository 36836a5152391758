"""How a scenario wants its wireless networks: their names, and that they are what the lab's staff networks are.

Every other way is refused when the scenario is loaded, with the control that says so.
"""

from __future__ import annotations

import re

from lab.scenario.file import ScenarioFile, WirelessNetwork
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.topology import Air, Ssid, Topology

LONGEST = 32  # bytes of a network's name (IEEE 802.11-2020, 9.4.2.2)
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")  # a name goes into hostapd's, wpa_supplicant's and RADIUS' files as it is
TESTS = frozenset({"sanso-open"})  # what the suites themselves put on the air
RIGHT = {"security": "enterprise", "akm": "802.1X-SHA256", "cipher": "CCMP-128", "pmf": "required"}
REFUSED = {  # the control that speaks against each of the others that are known
    "security": dict.fromkeys(("psk", "sae", "owe", "open"), "WLAN-01"),
    "akm": {"PSK": "WLAN-01", "PSK-SHA256": "WLAN-01", "SAE": "WLAN-01", "OWE": "WLAN-01", "802.1X": "WLAN-06"},
    "cipher": dict.fromkeys(("TKIP", "WEP-40", "WEP-104"), "WLAN-03"),
    "pmf": dict.fromkeys(("optional", "off"), "WLAN-05"),
}


def named(topology: Topology, file: ScenarioFile, problems: Problems) -> Topology:
    """The same with the networks' names of the scenario; what can't be becomes a problem at its place."""
    air = topology.air
    names = {one.zone: name for name, one in (air.ssids if air else {}).items()}
    for zone, wanted in file.wlan.items():
        if zone not in names:
            problems.add(
                ("wlan", zone),
                f"no staff of zone {shown(zone)} is on wireless LAN here",
                f"add it to the path: `paths: {{wlan: [{zone}]}}`, or take it out of `wlan`",
                on_key=True,
            )
            continue
        _judge(zone, wanted, air.ssids[names[zone]] if air else None, problems)
        if wanted.ssid is not None and _name(zone, wanted.ssid, names, problems):
            names[zone] = wanted.ssid
    return topology if air is None else topology.model_copy(update={"air": _renamed(air, names)})


def _name(zone: str, ssid: str, names: dict[str, str], problems: Problems) -> bool:
    at = ("wlan", zone, "ssid")
    size = len(ssid.encode())
    if size > LONGEST:
        problems.add(at, f"a network's name has at most {LONGEST} bytes, this one has {size}", "shorten it")
    elif not _PLAIN.fullmatch(ssid):
        problems.add(
            at, f"{shown(ssid)} is no network name that the lab can use", "letters, digits, dot, hyphen, underscore"
        )
    elif other := next((one for one, taken in names.items() if taken == ssid and one != zone), None):
        problems.add(
            at, f"WLAN-07: {shown(ssid)} is the network of {other} already", "give each zone a name of its own"
        )
    elif ssid in TESTS:
        problems.add(at, f"{shown(ssid)} is the name of the suites' own open network", "choose another name")
    else:
        return True
    return False


def _judge(zone: str, wanted: WirelessNetwork, network: Ssid | None, problems: Problems) -> None:
    if network is not None and network.security == "owe":
        given = [field for field in RIGHT if getattr(wanted, field) is not None]
        for field in given:
            problems.add(
                ("wlan", zone, field), "a network of visitors has OWE and no more to choose", f"take out `{field}`"
            )
        return
    for field, right in RIGHT.items():
        value = getattr(wanted, field)
        if value is None or value == right:
            continue
        control = REFUSED[field].get(value)
        if control is None:
            cause, fix = f"unknown {field} {shown(value)}", nearest(value, (right, *REFUSED[field]), what="words")
        else:
            cause, fix = f"{control}: {field} {shown(value)} is refused for a network of staff", f"`{field}: {right}`"
        problems.add(("wlan", zone, field), cause, fix)


def _renamed(air: Air, names: dict[str, str]) -> Air:
    ssids = {names[one.zone]: one for one in air.ssids.values()}
    hosts = {
        name: host.model_copy(update={"ssid": names[air.ssids[host.ssid].zone]}) if host.ssid else host
        for name, host in air.hosts.items()
    }
    return air.model_copy(update={"ssids": ssids, "hosts": hosts})
