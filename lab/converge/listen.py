"""What the playbook's events mean: progress for the person, changes and failures for the caller."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

from lab.converge.model import Failure, FileChange
from lab.record.progress import Event, Progress

STAGE = "converge"


class Listener:
    """Hears the events of one run."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._diffs: list[dict[str, str]] = []
        self.changes: list[FileChange] = []
        self.failures: list[Failure] = []

    def hear(self, event: dict[str, Any]) -> None:
        """Take one event of the callback plugin."""
        host, role = event["host"], event["role"]
        if event["event"] == "start":
            self._progress(Event(STAGE, host, "start", event["task"] or role))
        elif event["event"] == "failed":
            failure = _failure(event)
            self.failures.append(failure)
            self._progress(Event(STAGE, host, "failed", f"{role}: {failure.message}"))
        elif event["step"]:
            self.changes += [FileChange(host, role, path) for path in event["moved"]]
            self.changes += [FileChange(host, role, path, removed=True) for path in event["removed"]]
            self._diffs += [{"host": host, **part} for part in event["diff"]]
            count = len(event["moved"]) + len(event["removed"])
            self._progress(Event(STAGE, host, "done", f"{role}: {count} files" if count else f"{role}: unchanged"))
        else:  # any other task, run or skipped: the host doesn't look busy with what has ended
            self._progress(Event(STAGE, host, "done", event["task"] or role))

    def diff(self) -> str:
        """Return all differences as one unified diff."""
        return "".join(
            line if line.endswith("\n") else f"{line}\n"
            for part in self._diffs
            for line in unified_diff(
                part["before"].splitlines(keepends=True), part["after"].splitlines(keepends=True),
                f"{part['host']}:{part['before_header']}", f"{part['host']}:{part['after_header']}",
            )
        )  # fmt: skip


def _failure(event: dict[str, Any]) -> Failure:
    message = event["message"]
    if event["output"]:
        message = f"{event['task']}: {event['output']}"
    return Failure(event["host"], event["role"], event["task"], message, event["file"])
