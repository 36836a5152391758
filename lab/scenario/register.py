"""Judging the register of specific communications (特定通信台帳) against edition, model and network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from lab.catalogue import Catalogue, Flow, Opening, Ruling
from lab.scenario.dates import resolve
from lab.scenario.file import RegisterEntry, ScenarioFile
from lab.scenario.model import Entry
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.shape import Checked
from lab.scenario.topology import Service, Topology

_SERVICE = re.compile(r"(?P<protocol>[a-z0-9]+)(?:/(?P<port>.*))?")
At = tuple[str, int]


@dataclass(frozen=True)
class Register:
    """Judges one file's entries."""

    file: ScenarioFile
    topology: Topology
    catalogue: Catalogue
    as_of: date
    problems: Problems

    def entries(self, checked: Checked) -> tuple[Entry, ...]:
        """Give the entries that hold; everything else has become a problem at its place."""
        found: list[Entry] = []
        for index, entry in zip(checked.register, self.file.entries, strict=True):
            at = ("register", index)
            self._unique(at, entry, found)
            judged = self._judge(at, entry)
            if judged is not None:
                found.append(judged)
        return tuple(found)

    def _unique(self, at: At, entry: RegisterEntry, before: list[Entry]) -> None:
        rows = {flow.id for flow in (*self.catalogue.flows, *self.catalogue.infrastructure)}
        if any(entry.id == other.id for other in before):
            self.problems.add((*at, "id"), f"the id {entry.id} is here twice", "give every entry an id of its own")
        elif entry.id in rows:
            self.problems.add(
                (*at, "id"), f"the id {entry.id} is a row of the catalogue's flow table", "use another id, e.g. TK-01"
            )
        for other in before:
            if (entry.source, entry.destination, entry.service) == (
                other.source,
                other.destination,
                f"{other.protocol}/{other.port}",
            ):
                self.problems.add(at, f"TC-03: {entry.id} opens what {other.id} opens already", "keep one of the two")

    def _judge(self, at: At, entry: RegisterEntry) -> Entry | None:
        expires = self._accountable(at, entry)
        ends = self._ends(at, entry)
        service = self._service(at, entry)
        if not ends or service is None:
            return None
        ruling = self._ruling(at, entry, service)
        offered = self._offered(at, entry, service) if ruling is not None else None
        if ruling is None or ruling.flow is None or offered is None or expires is None:
            return None
        return Entry(
            id=entry.id,
            purpose=entry.purpose,
            source=entry.source,
            destination=entry.destination,
            protocol=offered.protocol,
            port=offered.port,
            application=offered.application,
            mac=entry.limit.mac,
            owner=entry.owner or "",
            expires=expires,
            permitted_by=ruling.flow.id,
            controls=ruling.flow.controls,
        )

    def _accountable(self, at: At, entry: RegisterEntry) -> date | None:
        """TC-03: somebody answers for the entry, and it ends."""
        if entry.owner is None:
            self.problems.add(
                at, f"TC-03: {entry.id} has no owner", "add the section that answers for it: `owner: 市民課`"
            )
        if entry.expires is None:
            self.problems.add(at, f"TC-03: {entry.id} has no end", "add e.g. `expires: +1y`")
            return None
        return expiry(entry.expires, (*at, "expires"), f"TC-03: {entry.id}", self.as_of, self.problems)

    def _ends(self, at: At, entry: RegisterEntry) -> bool:
        known = self.topology.hosts
        good = True
        for key, name in (("from", entry.source), ("to", entry.destination)):
            if name in known:
                continue
            good = False
            if name in self.topology.zones:
                hosts = [host for host, description in known.items() if description.zone == name]
                self.problems.add(
                    (*at, key),
                    f"TC-01: {name} is a zone; an entry is limited to a host",
                    f"name the host: {', '.join(hosts)}",
                )
            else:
                self.problems.add((*at, key), f"unknown host {shown(name)}", nearest(name, known, what="hosts"))
        if good and entry.source == entry.destination:
            self.problems.add((*at, "to"), f"{entry.id} goes from {entry.source} to itself", "name the peer")
            good = False
        return good

    def _service(self, at: At, entry: RegisterEntry) -> tuple[str, int] | None:
        """TC-02: one protocol and one port."""
        at_service, text = (*at, "service"), entry.service
        match = _SERVICE.fullmatch(text)
        protocol, port = (match["protocol"], match["port"]) if match else (text, None)
        if protocol in ("tcp", "udp") and port is not None and re.fullmatch(r"[0-9]{1,5}", port):
            if 1 <= int(port) <= 65535:  # noqa: PLR2004 - the range of ports
                return protocol, int(port)
            self.problems.add(at_service, f"TC-02: there is no port {port}", "ports are 1-65535, e.g. tcp/443")
        elif protocol in ("tcp", "udp"):
            cause = f"{shown(text)} names no port" if port is None else f"{shown(text)} is not one port"
            self.problems.add(at_service, f"TC-02: {cause}; an entry is limited to one", f"e.g. {protocol}/443")
        elif protocol == "any":
            self.problems.add(at_service, "TC-02: `any` is no limit; an entry is limited to one port", "e.g. tcp/443")
        else:
            self.problems.add(
                at_service, f"unknown service {shown(text)}", "write protocol/port with tcp or udp, e.g. tcp/443"
            )
        return None

    def _ruling(self, at: At, entry: RegisterEntry, service: tuple[str, int]) -> Ruling | None:
        source, destination = self.topology.place(entry.source), self.topology.place(entry.destination)
        what = f"{entry.source} -> {entry.destination}"
        if source.zone == destination.zone:
            self.problems.add(
                at,
                f"{what} stays inside zone {source.zone}: no border to open",
                "remove the entry; the register is for flows between zones",
            )
            return None
        ruling = self.catalogue.ruling(
            source, destination, edition=self.file.edition, model=self.file.model, service=service
        )
        if not ruling.permitted:
            self.problems.add(
                at,
                f"{ruling.control}: edition {self.file.edition}, model {self.file.model} forbids {what} "
                f"({ruling.reason_en})",
                f"remove {entry.id}"
                + (
                    f"; `lab controls {ruling.control}` says what the control asks"
                    if ruling.control in self.catalogue.controls
                    else ""
                ),
            )
            return None
        assert ruling.flow is not None  # only a row permits
        if ruling.flow.opening is not Opening.REGISTER:
            self.problems.add(
                at,
                f"{what} {entry.service} is open already ({ruling.flow.id}: {ruling.flow.what.en})",
                "remove the entry",
            )
            return None
        self._bound(at, entry, ruling.flow)
        return ruling

    def _bound(self, at: At, entry: RegisterEntry, flow: Flow) -> None:
        """TC-01: bound to the MAC address where the row asks for it, on a firewall that sees it."""
        if flow.mac and not entry.limit.mac:
            self.problems.add(
                at,
                f"TC-01: {entry.id} is not limited by MAC address, and {flow.id} ({flow.what.en}) asks for it",
                "add `limit: {mac: true}`",
            )
            return
        source, peer = (
            self.topology.zones[self.topology.hosts[name].zone].firewall for name in (entry.source, entry.destination)
        )
        if entry.limit.mac and source != peer:
            self.problems.add(
                (*at, "limit"),
                f"TC-01: {entry.source} is on {source} and {entry.destination} on {peer}: "
                "an L3 hop between them hides the MAC address",
                f"put the peer's zone on {source} (`zones: {{add: ...: {{firewall: {source}}}}}`)",
            )

    def _offered(self, at: At, entry: RegisterEntry, service: tuple[str, int]) -> Service | None:
        offered = self.topology.services(entry.destination)
        for one in offered:
            if (one.protocol, one.port) == service:
                return one
        serves = ", ".join(f"{one.protocol}/{one.port}" for one in offered)
        self.problems.add(
            (*at, "service"),
            f"unknown service {entry.service}: {entry.destination} does not serve it",
            f"it serves {serves}" if serves else f"{entry.destination} serves nothing: name another host",
        )
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
