"""pytest as a child process: its events arrive on a pipe, its own output goes to a file, its death is noticed."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from platformdirs import user_cache_path

SUITES = Path(__file__).resolve().parents[2] / "tests" / "controls"
GRACE = 10.0
# a process that ends soon: looking for cycles takes a tenth of its imports and a fifth of its tests, and finds nothing
_START = "import gc, sys; gc.disable(); from lab.verify.start import main; sys.exit(main())"
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
    """One pytest run. It starts at once, `begin` gives it its orders, then iterate for its events; a context manager ends it.

    `code` is its exit status afterwards (negative: killed by a signal).
    """

    def __init__(self, name: str | None) -> None:
        """`name`: of the lab, if it is known already; for whoever looks at the processes."""
        reader, self._writer = os.pipe()
        with suppress(OSError):  # a user's share of pipe memory is used up: it works with less
            fcntl.fcntl(self._writer, fcntl.F_SETPIPE_SZ, _ROOM)
        self._early = tempfile.TemporaryFile()  # noqa: SIM115 - what it says before it knows its log; closed in `close`
        # -P: a folder `lab` where the user stands is not this package.
        # A session of its own: Ctrl-C reaches the parent alone, which then ends the child in order
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, "--lab", name or "", "--lab-events", str(self._writer)],
            stdin=subprocess.PIPE,
            stdout=self._early,
            stderr=subprocess.STDOUT,
            pass_fds=[self._writer],
            env=_environment(),
            start_new_session=True,
        )
        self._events = os.fdopen(reader, encoding="utf-8")
        self._log: Path | None = None
        self.code: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, lab: str, selection: Selection, log: Path) -> None:
        """Run the suites on that lab. pytest's output goes to `log`."""
        arguments = [
            "-p", "lab.verify.plugin", "--lab", lab, "--lab-events", str(self._writer),
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
        self._forget_writer()
        order = {"log": str(log.absolute()), "arguments": arguments}
        assert self._process.stdin is not None
        self._log = log
        with suppress(BrokenPipeError), self._process.stdin as orders:  # one that has ended shows when it is iterated
            orders.write(f"{json.dumps(order)}\n".encode())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self._events:
            yield json.loads(line)
        self.code = self._process.wait()

    def close(self) -> None:
        """End the child if it still runs: by SIGINT, after ten seconds by SIGKILL. One without orders has begun nothing."""
        self._forget_writer()
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
            self._process.kill()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
        self.code = self._process.wait()
        self._events.close()
        self._keep_early_words()

    def _keep_early_words(self) -> None:
        """What it said before it had its log: the reason, when it ended there."""
        if self._early.closed:
            return
        with self._early:
            self._early.seek(0)
            if self._log is not None and (words := self._early.read()):
                with self._log.open("ab") as log:
                    log.write(words)

    def _forget_writer(self) -> None:
        """The child's end of the events' pipe is the child's alone: its death is the end of the events."""
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1


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
