"""One `ansible-playbook` run as a child process: its environment, its events, its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
PLAYBOOK = "playbooks/site.yml"
PATIENCE = 5.0  # seconds for Ansible to end after SIGTERM
LAST_WORDS = 2000  # characters of Ansible's own output that are kept


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: 0 if all is well; `output` is the end of what Ansible told a person."""

    code: int
    output: str


def play(arguments: Sequence[str], environment: Mapping[str, str], heard: Callable[[dict[str, Any]], None]) -> Ended:
    """Run the site playbook and pass on every event. The child and its workers end when this call does, in any case."""
    reading, writing = os.pipe()
    with (
        os.fdopen(reading, encoding="utf-8") as events,
        tempfile.TemporaryFile() as output,  # a file never blocks its writer
        _child(arguments, environment, writing, output.fileno()) as process,
    ):
        for line in events:
            heard(json.loads(line))
        code = process.wait()
        output.seek(0)
        return Ended(code, output.read().decode(errors="replace").strip()[-LAST_WORDS:])


@contextmanager
def _child(
    arguments: Sequence[str], environment: Mapping[str, str], events: int, output: int
) -> Iterator[subprocess.Popen[bytes]]:
    program = Path(sys.executable).with_name("ansible-playbook")
    # A session of its own: the terminal's Ctrl-C reaches this process alone, which then ends the whole group.
    process = subprocess.Popen(
        [str(program), *arguments, PLAYBOOK],
        cwd=PROJECT, env={**os.environ, **_settings(events), **environment}, pass_fds=[events], start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
    )  # fmt: skip
    os.close(events)
    try:
        yield process
    finally:
        if process.poll() is None:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.killpg(process.pid, number)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        return


def _settings(events: int) -> dict[str, str]:
    return {
        "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
        "ANSIBLE_CALLBACKS_ENABLED": "sanso_channels,sanso_events",
        "ANSIBLE_STDOUT_CALLBACK": "minimal",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_FORCE_COLOR": "0",
        "SANSO_EVENTS": str(events),
    }
