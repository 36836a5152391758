"""`lab open`: a desktop in a viewer of this machine."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass

from lab.converge.screens import first_hop
from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.operate.door import lead_in
from lab.operate.screen import Door, visit
from lab.plan import target
from lab.record.progress import Progress

VIEWER = "xfreerdp"


@dataclass(frozen=True, slots=True)
class Visit:
    """Where the desktop answers on this machine, and what opens it."""

    desk: str
    address: str
    user: str
    factors: str
    command: str  # without the factors: a viewer asks for them


def open_desktop(
    name: str | None, desk: str, progress: Progress, told: Callable[[Visit], None], *, launch: bool
) -> None:
    """Lead a port to the desktop, tell of it, start a viewer where there is one, and stay until it ends or Ctrl-C."""

    def opened(door: Door, engine: Engine, lab: Lab) -> None:
        terminal = door.account.terminal
        flow = first_hop(lab.plan, door.account)
        address = target(lab.plan, flow, lab.plan.families[0])
        gateway = f"[{address}]:{flow.port}" if address.version == 6 else f"{address}:{flow.port}"  # noqa: PLR2004
        with lead_in(engine, lab.container(terminal), gateway) as port:
            here = f"127.0.0.1:{port}"
            line = [VIEWER, f"/v:{here}", f"/u:{door.account.user}", "/sec:tls", f"/cert:deny,name:{door.name}"]
            factors = door.password + door.code
            shown = f"SSL_CERT_FILE={shlex.quote(str(door.root))} {shlex.join(line)}"
            told(Visit(desk, here, door.account.user, factors, shown))
            if launch and shutil.which(VIEWER) and os.environ.get("DISPLAY"):
                _look([*line, f"/p:{factors}"], str(door.root))
            else:
                threading.Event().wait()  # until Ctrl-C

    visit(name, desk, progress, opened)


def _look(line: list[str], root: str) -> None:
    done = subprocess.run(line, env={**os.environ, "SSL_CERT_FILE": root}, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-1:] or ["it said nothing"]
        raise LabError(
            f"{VIEWER} ended with exit code {done.returncode}: {last[0]}", fix="lab open --print says how to get there"
        )
