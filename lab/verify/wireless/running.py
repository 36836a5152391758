"""The networks of the access point: those that its radio runs, whoever started them, and those that are heard on the air."""

from __future__ import annotations

import re

from lab.plan import Plan
from lab.reach import Channel
from lab.record.air import AirCapture
from lab.verdict.air import TELLING
from lab.verify.ahead import Question
from lab.verify.marks import CheckError

_WAIT = 90.0  # seconds; it is emulated
_FIELD = re.compile(r"^\s+(Interface|addr|ssid|type) (.*)$")


def _ask(_: None, host: str, channel: Channel) -> frozenset[tuple[str, str]]:
    done = channel.run("iw dev", timeout=_WAIT)
    if done.rc:
        raise CheckError(
            f"{host} doesn't tell what its radio runs: {done.stderr.decode(errors='replace').strip()[-300:]}"
        )
    return interfaces(done.stdout.decode(errors="replace"))


def interfaces(text: str) -> frozenset[tuple[str, str]]:
    """(MAC address, SSID) of each interface in the answer of `iw dev`; instead of an SSID the type where it has none."""
    found: list[dict[str, str]] = []
    for line in text.splitlines():
        field = _FIELD.match(line)
        if field is None:
            continue
        if field[1] == "Interface":
            found.append({})
        if found:
            found[-1][field[1]] = field[2]
    return frozenset((one.get("addr", ""), one.get("ssid", f"(no name, {one.get('type', '?')})")) for one in found)


def on_the_air(capture: AirCapture) -> frozenset[tuple[str, str]]:
    """(BSSID, SSID) of all that announced itself; a network that hides its name is there too."""
    telling = (frame for frame in capture.frames if frame.kind in TELLING)
    return frozenset((frame.bssid, (frame.ssid or "").strip("\0") or "(no name)") for frame in telling)


def planned(plan: Plan) -> frozenset[tuple[str, str]]:
    """(BSSID, SSID) of the plan's networks."""
    return frozenset((one.bssid, one.name) for one in (plan.air.ssids if plan.air else ()))


RADIO = Question("interfaces of the access point's radio", "", _ask, on_air="access-point")
