"""One `lab` command as a user runs it, and what it said: short, so that a failing test can be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LAB = Path(sys.executable).parent / "lab"
LINES = 12
LONGEST = 200  # characters of a line


@dataclass(frozen=True, repr=False)
class Ran:
    """A command that ended. `assert done.code == 0, done` shows what went wrong and nothing else."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def failed_controls(self):
        return {v["control"] for v in self.json["verdicts"] if v["state"] == "fail"}

    def __repr__(self):
        return f"<lab {' '.join(self.arguments)}: exit {self.code}>"

    def __str__(self):
        lines = self._wrong() if self.out.startswith("{") else self.out.splitlines()[-LINES:]
        lines += self.err.splitlines()[-LINES:]
        return "\n".join([repr(self), *(line[:LONGEST] for line in lines)])

    def _wrong(self):
        """Of a report as JSON: its problems, and the first verdicts that are no pass."""
        report = self.json
        wrong = [v for v in report.get("verdicts", ()) if v["state"] != "pass"]
        lines = [f"problem: {problem}" for problem in report.get("problems", ())]
        lines += [f"{v['control']} {v['state']}: {v['subject']}: {v['message_en']}" for v in wrong[:LINES]]
        return [*lines, f"... and {len(wrong) - LINES} more"] if len(wrong) > LINES else lines


def run(*arguments, timeout=600, cwd=ROOT, **environment):
    """Run `lab` to its end. A traceback is never an answer."""
    done = subprocess.run(
        [LAB, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
        env={**os.environ, **environment},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(arguments, done.returncode, done.stdout, done.stderr)


def ok(*arguments):
    """Run `lab` where only exit 0 will do."""
    done = run(*arguments)
    assert done.code == 0, done
    return done


def ended(process, timeout=120):
    """What a started command said, once it is over."""
    out, err = process.communicate(timeout=timeout)
    return Ran(tuple(process.args[1:]), process.returncode, out, err)
