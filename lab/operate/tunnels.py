"""The VPN tunnels of a running lab, as its gateways list them: whose, from where, for how long, how much went through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.operate.cut import LIST
from lab.reach import open_channel

ROLE = "vpn_gateway"
_PATIENCE = 5.0  # seconds
_EVENT = "list-sa event "


@dataclass(frozen=True, slots=True)
class Tunnel:
    """One IKE SA with its CHILD_SA, if it has one. Seconds and bytes; in and out as the gateway sees them."""

    gateway: str
    identity: str
    outside: str  # the address that it comes from
    inside: tuple[str, ...]  # its addresses in the pool
    state: str  # "INSTALLED", or what the IKE SA is while there is no CHILD_SA
    age: int
    bytes_in: int
    bytes_out: int


def tunnels(engine: Engine, lab: Lab) -> tuple[Tunnel, ...]:
    """Ask every gateway that runs. One that doesn't answer has none to show: its state is told elsewhere."""
    return tuple(one for gateway, told in told_by(engine, lab, ROLE, LIST) for one in listed(gateway, told))


def told_by(engine: Engine, lab: Lab, role: str, command: str | Sequence[str]) -> Iterator[tuple[str, str]]:
    """What each running host of a role prints when it is asked this; nothing of one that doesn't answer."""
    states = lab.states()
    for host in lab.plan.hosts:
        if role in host.roles and states.get(host.name) == "running":
            try:
                channel = open_channel(engine, lab, host.name)
                try:
                    yield host.name, channel.run(command, timeout=_PATIENCE).stdout.decode(errors="replace")
                finally:
                    channel.close()
            except LabError:
                continue


def listed(gateway: str, told: str) -> Iterator[Tunnel]:
    """Read what `swanctl --list-sas --raw` says."""
    for event in told.split(_EVENT)[1:]:
        ike, _, child = event.partition("child-sas {")
        up = "state=INSTALLED" in child
        yield Tunnel(
            gateway,
            _word(ike, "remote-id") or "?",
            _word(ike, "remote-host"),
            tuple(_word(ike, "remote-vips", r"\[([^\]]*)\]").split()),
            "INSTALLED" if up else _word(ike, "state"),
            int(_word(ike, "established") or 0),
            int(_word(child, "bytes-in") or 0),
            int(_word(child, "bytes-out") or 0),
        )


def _word(text: str, key: str, value: str = r"([^\s}]+)") -> str:
    found = re.search(rf"(?<![\w-]){key}={value}", text)
    return found[1] if found else ""
