"""Judging the register of specific communications (特定通信台帳) against edition, model and network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lab.catalogue import Catalogue, Flow, Opening, Ruling
from lab.scenario.entry import At, accountable, service_of, unique
from lab.scenario.file import RegisterEntry, ScenarioFile
from lab.scenario.model import Entry
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.shape import Checked
from lab.scenario.topology import Service, Topology


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
        unique(checked, self.problems)
        for index, entry in zip(checked.register, self.file.entries, strict=True):
            at = ("register", index)
            self._new(at, entry, found)
            judged = self._judge(at, entry)
            if judged is not None:
                found.append(judged)
        return tuple(found)

    def _new(self, at: At, entry: RegisterEntry, before: list[Entry]) -> None:
        rows = {flow.id for flow in (*self.catalogue.flows, *self.catalogue.infrastructure)}
        if entry.id in rows:
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
        expires = accountable(at, entry, self.as_of, self.problems)
        ends = self._ends(at, entry)
        service = service_of(at, entry, self.problems)
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
            source,
            destination,
            edition=self.file.edition,
            model=self.file.model,
            service=service,
            study=self.file.study,
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
                "write ○ in a column MAC制限" if self.problems.node(at).sheet else "add `limit: {mac: true}`",
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
