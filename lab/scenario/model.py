"""A scenario that was read and judged: everything resolved, nothing left to look up."""

from __future__ import annotations

from datetime import date

from lab.scenario.topology import Frozen, Topology


class Entry(Frozen):
    """One line of the register of specific communications (特定通信台帳)."""

    id: str
    purpose: str
    source: str  # host
    destination: str  # host
    protocol: str  # "tcp" | "udp"
    port: int
    application: str
    mac: bool
    owner: str
    expires: date
    permitted_by: str  # flow id of the catalogue
    controls: tuple[str, ...]


class Waiver(Frozen):
    """Hides a `fail` of one control and subject until it expires."""

    control: str
    subject: str
    reason: str
    expires: date


class Window(Frozen):
    """A part of the week, in Japan's time, in which terminals of a class may have a tunnel (VPN-14)."""

    days: tuple[str, ...]  # "Mo" ... "Su"
    begin: int  # minutes since midnight
    end: int  # the first minute that is outside; at most 1440


class Paths(Frozen):
    """Which zones' staff may use which path, and which zones' desktops are shown in the office."""

    wlan: tuple[str, ...] = ()
    telework: tuple[str, ...] = ()
    screens: tuple[str, ...] = ()


class Scenario(Frozen):
    """One scenario, judged against the catalogue."""

    name: str  # the file's stem
    title: str
    edition: str
    model: str
    as_of: date
    study: str | None  # an evaluation of what the guideline excludes
    ipv6: bool
    paths: Paths
    hours: dict[str, tuple[Window, ...]]  # class of telework terminals -> when they may come in; others: always
    inspection: dict[
        str, int
    ]  # class of telework terminals -> days that an inspection holds; others: none is asked for
    topology: Topology
    entries: tuple[Entry, ...]  # the register of specific communications
    waivers: tuple[Waiver, ...]
    overlays: dict[str, dict[str, str]]  # host -> absolute path in the host -> content
