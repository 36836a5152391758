"""Reading a scenario file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from lab.scenario.file import ScenarioFile
from lab.scenario.model import Entry, Paths, Scenario, Waiver
from lab.scenario.topology import reference
from lab.scenario.tree import parse


def load(path: Path, *, as_of: date | None = None) -> Scenario:
    """Read and judge a scenario. `as_of` is the day that counts as today."""
    today = as_of or date.today()  # noqa: DTZ011 - the user's own calendar day
    node, _problems = parse(path.read_text(encoding="utf-8"))
    assert node is not None
    file = ScenarioFile.model_validate(node.plain())
    return Scenario(
        name=path.stem, title=file.title or path.stem, edition=file.edition, model=file.model, as_of=today,
        ipv6=file.ipv6, paths=Paths(), topology=reference(file.reference),
        entries=tuple(
            Entry(id=e.id, purpose=e.purpose, source=e.source, destination=e.destination, protocol="tcp", port=443,
                  mac=e.limit.mac, owner=e.owner or "", expires=today + timedelta(days=365), permitted_by="F02",
                  controls=("TC-01", "TC-02", "TC-03", "TC-04"))
            for e in file.register_
        ),
        waivers=tuple(Waiver(control=w.control, subject=w.subject, reason=w.reason, expires=today)
                      for w in file.waivers),
        overlays={},
    )
