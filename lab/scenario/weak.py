"""Overlays of a VPN's connections, held against the baseline of algorithms and the full tunnel before anything is built.

What the load refuses here would fall when the lab is verified; a scenario that wants to see that marks the file `expect: fail`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lab.catalogue import IkeProfile
from lab.scenario.strongswan import Setting, settings

CONNECTIONS = "/etc/swanctl/swanctl.conf"
EVERYTHING = {4: "0.0.0.0/0", 6: "::/0"}  # family -> all of it
SELECTORS = {  # function -> the setting that says what goes into the tunnel
    "telework-terminal": "remote_ts",
    "mn-telework-terminal": "remote_ts",
    "vpn-gateway": "local_ts",
}
_AEAD = ("gcm", "ccm", "chacha")
_SAID = ("esn", "noesn")  # say nothing about strength


class Weakness(NamedTuple):
    """One line of a file that is refused: where, what is wrong with it, what would be right."""

    line: int
    column: int
    cause: str
    fix: str


def weaknesses(text: str, function: str, profile: IkeProfile, *, ipv6: bool) -> Iterator[Weakness]:
    """What a swanctl.conf of a host of that function has that a control forbids, in the order of the file."""
    found = list(settings(text))
    for one in found:
        if one.value is None:
            if len(one.section) == 1 and one.section[0] == "connections":
                yield from _unsaid(one, found, ("proposals",), "VPN-02")
            elif one.section[:1] == ("connections",) and one.section[-1] == "children":
                yield from _unsaid(one, found, ("esp_proposals",), "VPN-02")
                yield from _unsaid(one, found, (SELECTORS[function],), "VPN-03")
        elif one.key in {"proposals", "esp_proposals", "ah_proposals"}:
            yield from _proposals(one, profile)
        elif one.key == SELECTORS[function]:
            yield from _narrow(one, ipv6=ipv6)


def _proposals(one: Setting, profile: IkeProfile) -> Iterator[Weakness]:
    assert one.value is not None
    kinds = (profile.encryption, profile.integrity, profile.prf, profile.groups)
    if one.key == "ah_proposals":
        yield Weakness(one.line, one.column, f"VPN-02: `{one.key}` encrypts nothing", "write `esp_proposals`")
        return
    for proposal in _listed(one.value):
        names = [name for name in proposal.split("-") if name not in _SAID]
        weak = [name for name in names if not any(kind.allows(name) for kind in kinds)]
        if weak:
            cause = f"VPN-02: `{one.key}` has {' and '.join(weak)} ({proposal}), not in the baseline {profile.title.en}"
            yield Weakness(one.line, one.column, cause, f"e.g. `{one.key} = {_strong(one.key)}`")
            continue
        if not any(profile.groups.allows(name) for name in names):
            control = "VPN-12" if one.key == "esp_proposals" else "VPN-02"
            cause = f"{control}: `{one.key}` has a proposal without a key exchange of its own ({proposal})"
            yield Weakness(one.line, one.column, cause, f"e.g. `{one.key} = {_strong(one.key)}`")
        elif not any(part in name for name in names for part in _AEAD) and not any(
            map(profile.integrity.allows, names)
        ):
            cause = f"VPN-02: `{one.key}` has a proposal without integrity ({proposal})"
            yield Weakness(one.line, one.column, cause, f"e.g. `{one.key} = {_strong(one.key)}`")


def _strong(key: str) -> str:
    return "aes256gcm16-prfsha384-ecp384" if key == "proposals" else "aes256gcm16-ecp384"


def _narrow(one: Setting, *, ipv6: bool) -> Iterator[Weakness]:
    assert one.value is not None
    wanted = [network for version, network in EVERYTHING.items() if ipv6 or version == 4]  # noqa: PLR2004 - IPv4
    missing = [network for network in wanted if network not in _listed(one.value)]
    if missing:
        control = "VPN-06" if missing == [EVERYTHING[6]] else "VPN-03"
        cause = f"{control}: `{one.key}` leaves out {' and '.join(missing)}: that would go past the tunnel"
        yield Weakness(one.line, one.column, cause, f"`{one.key} = {', '.join(wanted)}`")


def _unsaid(section: Setting, found: Sequence[Setting], keys: Sequence[str], control: str) -> Iterator[Weakness]:
    """A connection or child that doesn't say it takes the daemon's own words: `default` has weak ones, `dynamic` is one address."""
    inside = (*section.section, section.key)
    for key in keys:
        if not any(one.section == inside and one.key == key for one in found):
            cause = f"{control}: {'.'.join(inside)} has no `{key}`: the daemon's default is not good enough"
            yield Weakness(section.line, section.column, cause, f"say `{key}` in it")


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]
