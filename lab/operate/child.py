"""pytest as a child process: its events arrive on a pipe, its own output goes to a file, its death is noticed."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

SUITES = Path(__file__).resolve().parents[2] / "tests" / "controls"
GRACE = 10.0
_ROOM = 1 << 20  # bytes of events that wait for the parent, so that the suites never do


@dataclass(frozen=True, slots=True)
class Selection:
    """What to run: all suites, or some controls (then reports say 'subset').

    `disruptive`: also the tests that reload or restart a firewall; without it reports name what was left out.
    """

    controls: tuple[str, ...] = ()
    keyword: str | None = None
    quick: bool = False
    disruptive: bool = False

    @property
    def subset(self) -> bool:
        return bool(self.controls or self.keyword or self.quick)


class Child:
    """One pytest run. Iterate for its events; `code` is its exit status afterwards (negative: killed by a signal)."""

    def __init__(self, lab: str, selection: Selection, log: Path) -> None:
        reader, writer = os.pipe()
        with suppress(OSError):  # a user's share of pipe memory is used up: it works with less
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, _ROOM)
        arguments = [
            sys.executable, "-m", "pytest", "-p", "lab.verify.plugin", "--lab", lab, "--lab-events", str(writer),
            "-p", "no:cacheprovider", "-p", "no:unraisableexception", "-q",
            "-o", "empty_parameter_set_mark=fail_at_collect", "--rootdir", str(SUITES.parents[1]), str(SUITES),
        ]  # fmt: skip
        for control in selection.controls:
            arguments += ["--lab-control", control]
        if selection.keyword:
            arguments += ["-k", selection.keyword]
        if selection.quick:
            arguments.append("--lab-quick")
        if selection.disruptive:
            arguments.append("--lab-disruptive")
        self._log = log.open("wb")
        # a session of its own: Ctrl-C reaches the parent alone, which then ends the child in order
        self._process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            pass_fds=[writer],
            env=_environment(),
            start_new_session=True,
        )
        os.close(writer)
        self._events = os.fdopen(reader, encoding="utf-8")
        self.code: int | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self._events:
            yield json.loads(line)
        self.code = self._process.wait()

    def close(self) -> None:
        """End the child if it still runs: by SIGINT, after ten seconds by SIGKILL."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
        self.code = self._process.wait()
        self._events.close()
        self._log.close()


def _environment() -> dict[str, str]:
    """Ours, without what would change pytest's ways: no plugins of other packages, which cost each run seconds.

    Where Python may not keep compiled code beside the sources, as in many CI images, it is kept in the user's cache
    folder: compiling all suites and their assertions anew costs each run a second.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if sys.dont_write_bytecode:
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        kept.setdefault("PYTHONPYCACHEPREFIX", str(user_cache_path("sanso-lab") / "bytecode"))
    return kept
