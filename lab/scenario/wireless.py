"""How a scenario wants its wireless networks: their names, and which mode of WPA3-Enterprise those of staff have.

Every other way is refused when the scenario is loaded, with the control that says so.
"""

from __future__ import annotations

import re

from lab.scenario.file import ScenarioFile, WirelessNetwork
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.topology import Air, Security, Ssid, Topology

LONGEST = 32  # bytes of a network's name (IEEE 802.11-2020, 9.4.2.2)
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")  # a name goes into hostapd's, wpa_supplicant's and RADIUS' files as it is
TESTS = frozenset({"sanso-open"})  # what the suites themselves put on the air
RIGHT: dict[Security, dict[str, str]] = {  # by the mode that `security` names; both are WPA3-Enterprise
    "enterprise": {"akm": "802.1X-SHA256", "cipher": "CCMP-128", "pmf": "required"},
    "enterprise-192": {"akm": "SUITE-B-192", "cipher": "GCMP-256", "pmf": "required"},
}
REFUSED = {  # the control that speaks against each of the others that are known
    "security": dict.fromkeys(("psk", "sae", "owe", "open"), "WLAN-01"),
    "akm": {"PSK": "WLAN-01", "PSK-SHA256": "WLAN-01", "SAE": "WLAN-01", "OWE": "WLAN-01", "802.1X": "WLAN-06"},
    "cipher": dict.fromkeys(("TKIP", "WEP-40", "WEP-104"), "WLAN-03"),
    "pmf": dict.fromkeys(("optional", "off"), "WLAN-05"),
}
MIXED = "WLAN-19"  # speaks against one mode's suite in the other


def named(topology: Topology, file: ScenarioFile, problems: Problems) -> Topology:
    """The same with the networks' names of the scenario; what can't be becomes a problem at its place."""
    air = topology.air
    own = {one.zone: one for one in (air.ssids if air else {}).values()}
    names = {one.zone: name for name, one in (air.ssids if air else {}).items()}
    modes = {zone: one.security for zone, one in own.items()}
    for zone, wanted in file.wlan.items():
        if zone not in names:
            problems.add(
                ("wlan", zone),
                f"no staff of zone {shown(zone)} is on wireless LAN here",
                f"add it to the path: `paths: {{wlan: [{zone}]}}`, or take it out of `wlan`",
                on_key=True,
            )
            continue
        modes[zone] = _judged(zone, wanted, own[zone], problems)
        if wanted.ssid is not None and _name(zone, wanted.ssid, names, problems):
            names[zone] = wanted.ssid
    return topology if air is None else topology.model_copy(update={"air": _renamed(air, names, modes)})


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


def _judged(zone: str, wanted: WirelessNetwork, network: Ssid, problems: Problems) -> Security:
    """The mode that it shall have; everything that doesn't go with it becomes a problem."""
    if network.security == "owe":
        for field in ("security", *RIGHT["enterprise"]):
            if getattr(wanted, field) is not None:
                problems.add(
                    ("wlan", zone, field), "a network of visitors has OWE and no more to choose", f"take out `{field}`"
                )
        return network.security
    mode = next((mode for mode in RIGHT if mode == wanted.security), network.security)
    unknown = wanted.security not in {None, mode}
    if wanted.security is not None and unknown:
        _refuse(zone, "security", wanted.security, list(RIGHT), problems)
    for field, right in RIGHT[mode].items():
        value = getattr(wanted, field)
        other = next((other for other in RIGHT if RIGHT[other][field] == value), None)
        if value is None or value == right or (other and unknown):
            continue
        if other is not None:
            problems.add(
                ("wlan", zone, field),
                f"{MIXED}: {field} {shown(value)} is not of the mode `{mode}`: a network has all of one mode or all of the other",
                f"`{field}: {right}`, or `security: {other}`",
            )
        else:
            _refuse(zone, field, value, [right], problems)
    return mode


def _refuse(zone: str, field: str, value: str, right: list[str], problems: Problems) -> None:
    control = REFUSED[field].get(value)
    if control is None:
        cause, fix = f"unknown {field} {shown(value)}", nearest(value, (*right, *REFUSED[field]), what="words")
    else:
        cause, fix = f"{control}: {field} {shown(value)} is refused for a network of staff", f"`{field}: {right[0]}`"
    problems.add(("wlan", zone, field), cause, fix)


def _renamed(air: Air, names: dict[str, str], modes: dict[str, Security]) -> Air:
    ssids = {names[one.zone]: one.model_copy(update={"security": modes[one.zone]}) for one in air.ssids.values()}
    hosts = {
        name: host.model_copy(update={"ssid": names[air.ssids[host.ssid].zone]}) if host.ssid else host
        for name, host in air.hosts.items()
    }
    return air.model_copy(update={"ssids": ssids, "hosts": hosts})
