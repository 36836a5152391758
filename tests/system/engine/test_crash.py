"""kill -9 of a creation at any moment: `down` finds everything, the engine's machine is as before."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "programs" / "create.py"
WIRE = PROGRAM.with_name("wire.py")
SEED = int(os.environ.get("LAB_SEED", random.SystemRandom().randrange(1 << 30)))
MOMENTS = 6
LONGEST = 2.0  # seconds; a creation takes about 1.5


def machine(engine) -> dict[str, object]:
    """Links, network namespaces and rules of the engine's machine, as far as this user may see them."""
    listed = json.loads(subprocess.check_output(["ip", "-j", "link"]))
    links = {link["ifname"] for link in listed if link.get("master") != "docker0"}  # Docker's own builds come and go
    seen: dict[str, object] = {"links": links, "named namespaces": subprocess.check_output(["ip", "netns"])}
    if os.geteuid() == 0 and shutil.which("nft"):
        seen["rules"] = subprocess.check_output(["nft", "-s", "list", "ruleset"])
    if os.geteuid() == 0 and shutil.which("iptables-save"):
        text = subprocess.check_output(["iptables-save"], text=True)
        seen["iptables"] = [line.partition(" [")[0] for line in text.splitlines() if not line.startswith("#")]
    return seen


@pytest.mark.parametrize("number", range(MOMENTS))
def test_nothing_is_left_after_a_kill(engine, image, plan, left, number):
    before = machine(engine)
    source = random.Random(SEED + number)
    moment = (number + source.random()) * LONGEST / MOMENTS
    process = subprocess.Popen([sys.executable, PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        process.stdin.write(plan.model_dump_json().encode())
        process.stdin.close()
        assert process.stdout.readline() == b"begin\n"
        time.sleep(moment)  # the moment itself is what is tried
        process.send_signal(signal.SIGKILL)
    began = time.monotonic()
    removed = engine.down(plan.lab)
    took = time.monotonic() - began
    time.sleep(1)  # what the engine might still finish
    assert left(plan.lab) == [], f"LAB_SEED={SEED}: {moment:.2f} s: {removed}"
    assert machine(engine) == before, f"LAB_SEED={SEED}: {moment:.2f} s"
    assert took >= 2, "an unfinished creation must be watched for two seconds"


@pytest.mark.parametrize("number", range(3))
def test_a_helper_of_a_killed_command_is_found_too(engine, images, plan, left, number):
    engine.create(plan, images).mark_complete()
    process = subprocess.Popen([sys.executable, WIRE, plan.lab], stdout=subprocess.PIPE)
    with process:
        assert process.stdout.readline() == b"begin\n"
        time.sleep(0.05 + number * 0.12)
        process.kill()
    engine.down(plan.lab)
    time.sleep(1)
    assert left(plan.lab) == []


def test_down_of_a_whole_lab_is_fast(engine, images, plan, left):
    engine.create(plan, images).mark_complete()
    began = time.monotonic()
    assert engine.down(plan.lab).containers == len(plan.hosts) + 1
    assert time.monotonic() - began < 3
    assert left(plan.lab) == []


def test_an_interrupted_creation_cleans_up_itself(engine, image, plan, left):
    process = subprocess.Popen(
        [sys.executable, PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # whoever started the tests may ignore the key that this test presses
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads here
    )
    with process:
        process.stdin.write(plan.model_dump_json().encode())
        process.stdin.close()
        assert process.stdout.readline() == b"begin\n"
        deadline = time.monotonic() + 20
        while len(left(plan.lab)) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in process.stderr.read()
    assert process.returncode != 0
    assert left(plan.lab) == []
