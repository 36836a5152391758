"""What one identity has open, and its end. A revoked certificate closes nothing that is open already (measured)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from lab.errors import LabError
from lab.reach import Channel

LIST = ("swanctl", "--list-sas", "--raw", "--noblock")
DEADLINE = 10.0  # seconds until a tunnel must be gone from the gateway's own list
PAUSE = 0.1
HOSTAPD = "hostapd_cli -p /run/hostapd -i {interface} {command} {mac}"
AUTHORIZED = "[AUTHORIZED]"  # of hostapd's flags of a station: its port is open
_SA = re.compile(r"\buniqueid=(\d+)\b.*?\bremote-id=(\S+?)(?=[\s}])")


def tunnels(channel: Channel, identity: str) -> tuple[int, ...]:
    """Numbers of the identity's IKE SAs at a strongSwan gateway, as it lists them. LabError if it doesn't answer."""
    told = channel.run(LIST).check().stdout.decode(errors="replace")
    return tuple(int(number) for number, remote in _SA.findall(told) if remote == identity)


def cut(channel: Channel, identity: str, deadline: float = DEADLINE) -> int:
    """End the identity's tunnels at the gateway that `channel` leads to, and wait until its list is without them.

    Returns how many there were. They are ended without waiting for the terminal's answer: it may be the one that was
    stolen. LabError if one is still listed after `deadline` seconds.
    """
    found = tunnels(channel, identity)
    for number in found:
        channel.run(("swanctl", "--terminate", "--ike-id", str(number), "--force"))
    _await_closed(
        lambda: len(set(found) & set(tunnels(channel, identity))),
        deadline,
        lambda count: LabError(
            f"{count} tunnel(s) of {identity} are still open {deadline:g} s after they were to be ended",
            fix="restart the gateway's daemon: lab exec vpn-gw -- /usr/lib/sanso/service restart charon",
        ),
    )
    return len(found)


def send_away(channel: Channel, interface: str, mac: str, deadline: float = DEADLINE) -> int:
    """End a station's session at the access point that `channel` leads to, and wait until its port is closed.

    Returns how many there were. The station comes back and has to prove itself. LabError if its port is still open, or
    open again, after `deadline` seconds.
    """

    def ask(command: str) -> str:
        line = HOSTAPD.format(interface=interface, command=command, mac=mac)
        told = channel.run(line, timeout=deadline).stdout.decode(errors="replace").strip()
        if told.partition("\n")[0].lower() not in {mac.lower(), "ok", "fail"}:  # "FAIL": it knows no such station
            raise LabError(
                f"the access point doesn't say whether {mac} is connected: {told[-200:] or 'no answer'}",
                fix="start it anew, which ends every session: lab exec ap -- access-point restart",
            )
        return told

    if AUTHORIZED not in ask("sta"):
        return 0
    ask("deauthenticate")
    _await_closed(
        lambda: int(AUTHORIZED in ask("sta")),
        deadline,
        lambda _: LabError(
            f"the session of {mac} is still open {deadline:g} s after it was to be ended",
            fix="start the access point anew: lab exec ap -- access-point restart",
        ),
    )
    return 1


def _await_closed(left: Callable[[], int], deadline: float, late: Callable[[int], LabError]) -> None:
    """Ask how many are left until none is. Raises what `late` makes of those that are after `deadline` seconds."""
    until = time.monotonic() + deadline
    while count := left():
        if time.monotonic() > until:
            raise late(count)
        time.sleep(PAUSE)
