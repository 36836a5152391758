"""Commands in a host: one-shot, interactive, and its logs."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import tty
from collections.abc import Sequence
from difflib import get_close_matches

from lab.engine import ExecStream, Lab, connect
from lab.errors import BadInput
from lab.operate.choose import choose
from lab.reach import Result, open_channel, terminal


def host_of(lab: Lab, name: str) -> str:
    """Check that the lab has this host. Raises BadInput with the hosts it has."""
    names = [
        *(host.name for host in lab.plan.hosts),
        *(host.name for host in (lab.plan.air.hosts if lab.plan.air else ())),
    ]
    if name not in names:
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}? It has: " if near else "one of: "
        raise BadInput(f"no host {name!r} in lab {lab.plan.lab}", fix=f"{hint}{', '.join(names)}")
    return name


def execute(name: str | None, host: str, words: Sequence[str], *, timeout: float = 300) -> Result:
    """Run one command. Raises LabError if the host doesn't run."""
    with connect() as engine:
        lab = choose(engine, name)
        channel = open_channel(engine, lab, host_of(lab, host))
        try:
            return channel.run(list(words), timeout=timeout)
        finally:
            channel.close()


def shell(name: str | None, host: str) -> int:
    """An interactive shell on the caller's terminal; returns its exit code."""
    if not sys.stdin.isatty():
        raise BadInput("`lab shell` needs a terminal", fix=f"lab exec {host} -- COMMAND")
    with connect() as engine:
        lab = choose(engine, name)
        wireless = lab.plan.on_air(host_of(lab, host))
        container = lab.container(lab.plan.air.container if wireless and lab.plan.air else host)
        argv = terminal(wireless) if wireless else ["/bin/bash"]
        stream = engine.exec_open(container, argv, stdin=True, tty=True)
        return _interact(stream)


def _interact(stream: ExecStream) -> int:
    """Copy bytes both ways until the shell ends."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def resize(*_: object) -> None:
        columns, rows = os.get_terminal_size(terminal)
        stream.resize(rows, columns)

    old = signal.signal(signal.SIGWINCH, resize)
    try:
        tty.setraw(terminal)
        resize()
        os.write(sys.stdout.fileno(), stream.arrived())
        while True:
            ready = select.select([terminal, stream.fileno()], [], [])[0]
            if stream.fileno() in ready:
                data = os.read(stream.fileno(), 65536)
                if not data:
                    return stream.exit_code()
                os.write(sys.stdout.fileno(), data)
            if terminal in ready:
                stream.sendall(os.read(terminal, 4096))
    finally:
        signal.signal(signal.SIGWINCH, old)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        stream.close()
