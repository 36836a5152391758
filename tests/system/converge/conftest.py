"""One lab of the small scenario, converged once. Tests that change it put it right again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lab import catalogue, scenario
from lab.converge import Converged, converge
from lab.engine import Engine, Lab, connect
from lab.pki import Pki, ensure
from lab.plan import Plan, build
from lab.reach import Channel, TreeFile, archive, open_channel
from lab.record.progress import Event

PROJECT = Path(__file__).parents[3]
NAME = f"t{os.getpid()}-converge"


@dataclass
class Converging:
    """A lab and what it takes to converge it."""

    engine: Engine
    lab: Lab
    pki: Pki
    first: Converged | None = None
    events: list[Event] = field(default_factory=list)

    def converge(self, **arguments: Any) -> Converged:
        return converge(self.lab, self.pki, progress=self.events.append, **arguments)

    @contextmanager
    def overlaid(self, overlays: dict[str, dict[str, str]]) -> Iterator[Converging]:
        """The same lab as if its scenario had these overlays."""
        before = self.lab.plan
        self._carry(before.model_copy(update={"overlays": overlays}))
        try:
            yield self
        finally:
            self._carry(before)

    def _carry(self, plan: Plan) -> None:
        content = plan.model_dump_json().encode()
        self.engine.put_archive(self.lab.fabric, "/", archive([TreeFile("/var/lib/sanso/plan.json", content)]))
        self.lab = self.engine.find(plan.lab)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with connect() as engine:
        yield engine


@pytest.fixture(scope="session")
def plan() -> Plan:
    return build(scenario.load(PROJECT / "scenarios" / "minimal.yaml", as_of=None), catalogue.load(), NAME)


@pytest.fixture(scope="session")
def converging(engine: Engine, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Converging]:
    pki = ensure(plan, tmp_path_factory.mktemp("state") / "pki")
    try:
        found = Converging(engine, engine.create(plan, engine.ensure_images(plan)), pki)
        found.first = found.converge()
        yield found
    finally:
        engine.down(plan.lab)


@pytest.fixture
def channel(converging: Converging) -> Iterator[Callable[[str], Channel]]:
    opened: list[Channel] = []

    def channel(host: str) -> Channel:
        opened.append(open_channel(converging.engine, converging.lab, host))
        return opened[-1]

    yield channel
    for one in opened:
        one.close()


@pytest.fixture
def state(channel: Callable[[str], Channel]) -> Callable[[str], str]:
    """Everything that a converge could change on a host: files with modes and times, processes of services."""
    look = (
        "find /etc /srv /usr/local/share /var/lib/sanso -xdev -type f ! -path '*/supervise/*' "
        "-printf '%p %m %u %T@ %s\\n' | sort; for s in /etc/sanso/services/*; do s6-svstat -o pid $s; done"
    )
    return lambda host: channel(host).run(look).check().stdout.decode()
