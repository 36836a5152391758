"""Overlays of hostapd and wpa_supplicant, held against what the wireless controls ask for before anything is built.

As with a VPN's connections: what the load refuses here would fall when the lab is verified, and `expect: fail` lets it through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lab.scenario.topology import Ssid
from lab.scenario.weak import Weakness

POINT = "/etc/hostapd/hostapd.conf"
STATION = "/etc/wlan/wpa_supplicant.conf"
_EAP = {"enterprise": "WPA-EAP-SHA256", "enterprise-192": "WPA-EAP-SUITE-B-192"}  # of WPA3, in hostapd's words
_OLD_EAP = frozenset({"WPA-EAP", "FT-EAP", "FT-EAP-SHA384"})  # with a certificate, and less than WPA3
_AES = {"enterprise": "CCMP", "enterprise-192": "GCMP-256"}
_ALL_AES = frozenset({"CCMP", "CCMP-256", "GCMP", "GCMP-256"})
_NAMES = ("domain_match", "domain_suffix_match", "altsubject_match", "subject_match")
_SETTING = re.compile(r"(?P<indent>\s*)(?P<key>[^#=\s]+)=(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class _Said:
    """One setting where it stands."""

    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One network's part of a file: where it begins, and its settings; of a key that is there twice the last counts."""

    line: int
    column: int
    said: dict[str, _Said] = field(default_factory=dict)

    def value(self, *keys: str) -> str:
        """The value of the first of the keys that is there, "" if none is."""
        return next((self.said[key].value for key in keys if key in self.said), "")

    def weak(self, key: str, cause: str, fix: str) -> Weakness:
        """A weakness at the key's line, or where the network begins if the key isn't there."""
        at = next((self.said[one] for one in (key, "interface", "bss") if one in self.said), self)
        return Weakness(at.line, at.column, cause, fix)


def point_weaknesses(text: str, networks: Mapping[str, Ssid]) -> Iterator[Weakness]:
    """What a hostapd.conf has that a control forbids a network of staff. `networks`: those of the scenario, by name."""
    for part in _points(text):
        name = part.value("ssid", "ssid2").strip('"')
        if name in networks and networks[name].security != "owe":
            yield from _point(part, name, networks[name].security)


def station_weaknesses(text: str) -> Iterator[Weakness]:
    """What a station's wpa_supplicant.conf leaves out: whose certificate the server has to have, and with which name."""
    for part in _blocks(text):
        if part.value("disabled") == "1" or "EAP" not in part.value("key_mgmt").upper():
            continue
        if not part.value("ca_cert", "ca_path"):
            yield part.weak("ca_cert", "WLAN-04: no `ca_cert`: any server is believed", '`ca_cert="/etc/wlan/ca.pem"`')
        if not part.value(*_NAMES):
            cause = "WLAN-04: no `domain_match`: any server with a certificate of the CA is believed"
            yield part.weak("domain_match", cause, "`domain_match` with the servers' names")


def _point(part: _Part, name: str, mode: str) -> Iterator[Weakness]:
    if part.value("wpa") != "2":
        control = "WLAN-01" if part.value("wpa") in {"", "0"} else "WLAN-03"
        yield part.weak("wpa", f"{control}: {_told(part, 'wpa')} on {name}", "`wpa=2`")
    for word in part.value("wpa_key_mgmt").split() or [""]:
        if word not in ({_EAP[mode]} if mode == "enterprise-192" else set(_EAP.values())):
            control = "WLAN-19" if word in _EAP.values() else "WLAN-06" if word in _OLD_EAP else "WLAN-01"
            cause = f"{control}: {_told(part, 'wpa_key_mgmt', word)} on {name}"
            yield part.weak("wpa_key_mgmt", cause, f"`wpa_key_mgmt={_EAP[mode]}`")
    for key in ("rsn_pairwise", "group_cipher"):
        used = part.value(*(("rsn_pairwise", "wpa_pairwise") if key == "rsn_pairwise" else (key,)))
        if key == "group_cipher" and not used:
            continue  # it follows from the pairwise ones
        for word in used.split() or [""]:
            if word not in ({_AES[mode]} if mode == "enterprise-192" else _ALL_AES):
                cause = f"{'WLAN-19' if word in _ALL_AES else 'WLAN-03'}: {_told(part, key, word)} on {name}"
                yield part.weak(key, cause, f"`{key}={_AES[mode]}`")
    if part.value("ieee80211w") != "2":
        cause = f"WLAN-05: {_told(part, 'ieee80211w')} on {name}: management frames may go unprotected"
        yield part.weak("ieee80211w", cause, "`ieee80211w=2`")


def _told(part: _Part, key: str, word: str = "") -> str:
    return f"`{key}` has {word or part.value(key)}" if word or part.value(key) else f"no `{key}`"


def _points(text: str) -> list[_Part]:
    """The networks of a hostapd.conf: each begins with `bss=`, the first with the file."""
    parts = [_Part(1, 1)]
    for number, line in enumerate(text.splitlines(), 1):
        if found := _SETTING.match(line):
            if found["key"] == "bss":
                parts.append(_Part(number, 1))
            _say(parts[-1], number, found)
    return parts


def _blocks(text: str) -> list[_Part]:
    """The `network={` blocks of a wpa_supplicant.conf."""
    parts: list[_Part] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        found = _SETTING.match(line)
        if line.strip() == "}":
            inside = False
        elif found is not None and found["value"].strip() == "{":
            inside = found["key"] == "network"
            if inside:
                parts.append(_Part(number, len(found["indent"]) + 1))
        elif found is not None and inside:
            _say(parts[-1], number, found)
    return parts


def _say(part: _Part, number: int, found: re.Match[str]) -> None:
    value = found["value"].split("#")[0] if '"' not in found["value"] else found["value"]
    part.said[found["key"]] = _Said(value.strip(), number, len(found["indent"]) + 1)
