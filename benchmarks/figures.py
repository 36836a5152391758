"""The figures: each is one thing that a user waits for, measured as the user meets it. Each checks that it did happen."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker
from machine import ROOT, SCENARIO, call, run

from lab.engine import Engine, Lab, connect
from lab.plan import Family, Protocol
from lab.probe import open_prober
from lab.reach import open_channel
from lab.record import State
from lab.verdict import Ruleset, denied, parse_ruleset
from lab.verify.backend import testinfra_host
from lab.verify.trip import Wish, stands
from lab.verify.witness import controls_for

NAME = "bench"
WIRED, WIRED_NAME = ROOT / "scenarios" / "wired.yaml", "bench-wired"
WARM_UP = 5  # commands and probes that open connections and are not counted


@dataclass(frozen=True, slots=True)
class Figure:
    """`measure` gives one value per call, or several at once; `goal` in the same unit."""

    id: str
    what: str
    unit: str
    goal: float
    measure: Callable[[], list[float]]
    repeats: int


def _up(outcome: str, *options: str, scenario: Path = SCENARIO, name: str = NAME) -> float:
    done = call("up", str(scenario), "--lab", name, "--json", *options)
    if done.json["outcome"] != outcome:
        raise RuntimeError(f"lab up was {done.json['outcome']}, not {outcome}")
    return done.seconds


def down(name: str = NAME) -> float:
    """Remove a lab of the measurements."""
    return call("down", "--lab", name).seconds


def _cold() -> list[float]:
    down()
    return [_up("built", "--fresh")]


def _warm() -> list[float]:
    down()
    return [_up("warm")]


def _unchanged() -> list[float]:
    return [_up("unchanged")]


def _down() -> list[float]:
    seconds = down()
    _up("warm")
    return [seconds]


def _verify(name: str = NAME, *options: str) -> list[float]:
    done = call("verify", "--lab", name, "--json", *options)
    if not done.json["verdicts"]:
        raise RuntimeError("nothing was verified")
    return [done.seconds]


def _wired_cold() -> list[float]:
    down(WIRED_NAME)
    return [_up("built", "--fresh", scenario=WIRED, name=WIRED_NAME)]


def _wired_warm() -> list[float]:
    down(WIRED_NAME)
    return [_up("warm", scenario=WIRED, name=WIRED_NAME)]


def _wired_unchanged() -> list[float]:
    return [_up("unchanged", scenario=WIRED, name=WIRED_NAME)]


def _wired_memory() -> list[float]:
    return _memory(WIRED_NAME)


def _ansible() -> list[float]:
    playbook = Path(sys.executable).with_name("ansible-playbook")
    done = run([str(playbook), "-i", "inventories/reference", "playbooks/site.yml"], SANSO_LAB=NAME)
    if "changed=0" not in done.out or "changed=1" in done.out:
        raise RuntimeError(f"the second run changed something:\n{done.out[-2000:]}")
    return [done.seconds]


@contextmanager
def _running() -> Iterator[tuple[Engine, Lab]]:
    with connect() as engine:
        yield engine, engine.find(NAME)


def _command() -> list[float]:
    with _running() as (engine, running):
        channel = open_channel(engine, running, "mn-app")
        host = testinfra_host("mn-app", lambda: channel)
        try:
            return _timed(lambda: host.run_expect([0], "true"), 300)
        finally:
            channel.close()


def _deny() -> list[float]:
    """lg-term to the resident records, with its control flow in the same batch, seen, traced and judged."""
    with _running() as (engine, running):
        wish = Wish("lg-term", "mn-app", Family.IPV4, Protocol.TCP, 443)
        stand = stands(running.plan, wish)[0]
        batch = [stand.attempt, *controls_for(running.plan, stand)]
        rules = _rules(engine, running, stand.device)
        with open_prober(engine, running, deadline=300) as prober:

            def once() -> None:
                seen, *alive = prober.observe(batch)
                judged = denied(seen, alive, device=stand.device, plan=running.plan, ruleset=rules)
                if judged.state is not State.PASS:
                    raise RuntimeError(judged.message_en)

            return _timed(once, 100)


def _rules(engine: Engine, running: Lab, device: str) -> Ruleset:
    channel = open_channel(engine, running, device)
    try:
        as_json, as_text = (channel.run(["nft", form, "-s", "list", "ruleset"]).stdout for form in ("-j", "-a"))
        return parse_ruleset(as_json, as_text)
    finally:
        channel.close()


def _timed(action: Callable[[], object], count: int) -> list[float]:
    """Milliseconds of each of `count` calls."""
    for _ in range(WARM_UP):
        action()
    values = []
    for _ in range(count):
        began = time.perf_counter()
        action()
        values.append((time.perf_counter() - began) * 1000)
    return values


def _memory(name: str = NAME) -> list[float]:
    """Anonymous and shared memory of every container of the lab, MiB (page cache is the machine's own affair)."""
    client = docker.APIClient(version="auto")
    try:
        found = client.containers(filters={"label": f"sanso.lab={name}"})
        if not found:
            raise RuntimeError(f"lab {name} doesn't run: it has no memory to measure")
        total = 0
        for container in found:
            stats = client.stats(container["Id"], stream=False, one_shot=True)["memory_stats"]["stats"]
            prefix = "total_" if "total_active_anon" in stats else ""
            total += stats[f"{prefix}active_anon"] + stats[f"{prefix}inactive_anon"]
        return [total / 2**20]
    finally:
        client.close()


def _help() -> list[float]:
    return [call("--help").seconds]


def _controls() -> list[float]:
    return [call("controls").seconds]


def _test() -> list[float]:
    return [run(["make", "-C", str(ROOT), "test"], timeout=1800).seconds / 60]


FIGURES = (
    Figure("help", "`lab --help`", "s", 0.3, _help, 10),
    Figure("controls", "`lab controls`", "s", 0.7, _controls, 10),
    Figure("up-cold", "`lab up minimal` with images present, through Ansible", "s", 12, _cold, 3),
    Figure("up-warm", "`lab up minimal` after `down`, nothing changed", "s", 5, _warm, 5),
    Figure("up-unchanged", "`lab up` on a running, unchanged lab", "s", 2, _unchanged, 5),
    Figure("verify", "`lab verify`, all suites", "s", 15, _verify, 3),
    Figure("command", "one testinfra command", "ms", 2, _command, 1),
    Figure("deny", "one witnessed deny", "ms", 30, _deny, 1),
    Figure("ansible-second", "second `ansible-playbook` run, changed=0", "s", 5, _ansible, 3),
    Figure("memory", "memory of the whole lab", "MiB", 2048, _memory, 1),
    Figure("down", "`lab down`", "s", 3, _down, 5),
    Figure("wired-cold", "`lab up wired` with images present, through Ansible", "s", 30, _wired_cold, 3),
    Figure("wired-warm", "`lab up wired` after `down`, nothing changed", "s", 8, _wired_warm, 3),
    Figure("wired-unchanged", "`lab up wired` on a running, unchanged lab", "s", 2, _wired_unchanged, 5),
    Figure("wired-verify", "`lab verify` of wired, all suites", "s", 40, lambda: _verify(WIRED_NAME), 3),
    Figure("wired-quick", "`lab verify --quick` of wired", "s", 15, lambda: _verify(WIRED_NAME, "--quick"), 3),
    Figure("wired-memory", "memory of the whole wired network", "MiB", 1024, _wired_memory, 1),
)
LONG = (Figure("make-test", "`make test`", "min", 8, _test, 1),)
