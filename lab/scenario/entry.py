"""What one entry of the register says by itself, before any network is known: who, until when, which service, which id."""

from __future__ import annotations

import re
from datetime import date

from lab.scenario.dates import resolve
from lab.scenario.file import RegisterEntry
from lab.scenario.problems import Problems, shown
from lab.scenario.shape import Checked

_SERVICE = re.compile(r"(?P<protocol>[a-z0-9]+)(?:/(?P<port>.*))?")
At = tuple[str, int]


def unique(checked: Checked, problems: Problems) -> None:
    """Every id is there once; the second names the place of the first."""
    first: dict[str, At] = {}
    for index, entry in zip(checked.register, checked.file.entries, strict=True):
        at = ("register", index)
        if entry.id in first:
            node = problems.node((*first[entry.id], "id"))
            place = f"row {node.line}" if node.sheet else f"line {node.line}"
            problems.add(
                (*at, "id"), f"the id {entry.id} is here twice (first in {place})", "give every entry an id of its own"
            )
        first.setdefault(entry.id, at)


def accountable(at: At, entry: RegisterEntry, as_of: date, problems: Problems) -> date | None:
    """TC-03: somebody answers for the entry, and it ends: give the day. None: it is told what is missing."""
    if entry.owner is None:
        problems.add(at, f"TC-03: {entry.id} has no owner", "add the section that answers for it: `owner: 市民課`")
    if entry.expires is None:
        problems.add(at, f"TC-03: {entry.id} has no end", "add e.g. `expires: +1y`")
        return None
    return expiry(entry.expires, (*at, "expires"), f"TC-03: {entry.id}", as_of, problems)


def service_of(at: At, entry: RegisterEntry, problems: Problems) -> tuple[str, int] | None:
    """TC-02: give the one protocol and the one port. None: it is told what is wrong."""
    at_service, text = (*at, "service"), entry.service
    match = _SERVICE.fullmatch(text)
    protocol, port = (match["protocol"], match["port"]) if match else (text, None)
    if protocol in ("tcp", "udp") and port is not None and re.fullmatch(r"[0-9]{1,5}", port):
        if 1 <= int(port) <= 65535:  # noqa: PLR2004 - the range of ports
            return protocol, int(port)
        problems.add(at_service, f"TC-02: there is no port {port}", "ports are 1-65535, e.g. tcp/443")
    elif protocol in ("tcp", "udp"):
        cause = f"{shown(text)} names no port" if port is None else f"{shown(text)} is not one port"
        problems.add(at_service, f"TC-02: {cause}; an entry is limited to one", f"e.g. {protocol}/443")
    elif protocol == "any":
        problems.add(at_service, "TC-02: `any` is no limit; an entry is limited to one port", "e.g. tcp/443")
    else:
        problems.add(at_service, f"unknown service {shown(text)}", "write protocol/port with tcp or udp, e.g. tcp/443")
    return None


def expiry(
    text: str,
    at: tuple[str | int, ...],
    what: str,
    as_of: date,
    problems: Problems,
) -> date | None:
    """Resolve an end date that must not be past."""
    try:
        end = resolve(text, as_of)
    except ValueError as error:
        problems.add(at, f"{what}: no such day ({error})", "e.g. +1y or 2027-03-31")
        return None
    if end < as_of:
        problems.add(at, f"{what} expired on {end} (today is {as_of})", "renew it after review, or remove it")
        return None
    return end
