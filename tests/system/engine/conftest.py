"""One engine and one image for the module; labs of a hand-made plan with five hosts, which are always removed."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from lab.engine import Engine, Lab, connect
from lab.plan import Image, Plan

UNIT = Path(__file__).parents[2] / "unit" / "engine"
make_plan = runpy.run_path(str(UNIT / "small_plan.py"))["small_plan"]


class Hosts:
    """Runs commands in a lab's hosts."""

    def __init__(self, engine: Engine, lab: Lab) -> None:
        self.engine, self.lab = engine, lab

    def run(self, host: str, command: str, *, expect: int | None = 0) -> str:
        container = self.lab.fabric if host == "fabric" else self.lab.container(host)
        with self.engine.exec_open(container, ["sh", "-c", command]) as stream:
            out, err = stream.read_all(timeout=30)
            code = stream.exit_code()
        assert expect is None or code == expect, f"{host}: {command}: {code}: {err.decode()}{out.decode()}"
        return out.decode()

    def answers(self, host: str, address: str) -> bool:
        """Whether an echo request of `host` is answered. Exit 1 is "sent, no reply"; anything else is no evidence."""
        container = self.lab.container(host)
        with self.engine.exec_open(container, ["ping", "-n", "-c", "1", "-W", "1", address]) as stream:
            out, err = stream.read_all(timeout=30)
            code = stream.exit_code()
        assert code in {0, 1}, err.decode()
        assert b"1 packets transmitted" in out
        return code == 0


@pytest.fixture(scope="session")
def engine():
    with connect() as engine:
        yield engine


@pytest.fixture(scope="session")
def image(engine):
    return engine.ensure_image()


@pytest.fixture(scope="session")
def images(image):
    return {Image.HOST: image}


@pytest.fixture(scope="module")
def plan(request) -> Plan:
    """A plan whose lab's name is this module's own."""
    return make_plan(f"t{os.getpid()}-{request.path.stem.removeprefix('test_').replace('_', '-')}")


@pytest.fixture(scope="module")
def lab(engine, images, plan):
    made = engine.create(plan, images)
    try:
        made.record_state()
        made.mark_complete()
        yield made
    finally:
        engine.down(plan.lab)


@pytest.fixture(scope="module")
def hosts(engine, lab):
    return Hosts(engine, lab)


@pytest.fixture(scope="session")
def hosts_of(engine):
    return lambda lab: Hosts(engine, lab)


@pytest.fixture(scope="session")
def left(engine):
    """Everything on the engine that carries a lab's label."""

    def look(name: str) -> list[str]:
        client = engine._client
        label = {"label": f"sanso.lab={name}"}
        return [
            *(one["Names"][0] for one in client.containers(all=True, filters=label)),
            *(one["Name"] for one in client.networks(filters=label)),
            *(one["Name"] for one in client.volumes(filters=label)["Volumes"] or []),
        ]

    return look
