"""What the log store's reviews have in common: the lines that they read, the time that a record covers, where it is left."""

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SETTINGS = Path("/etc/sanso/log_review/settings.json")
Settings = dict[str, Any]
Finding = dict[str, Any]
Judge = Callable[[Settings, datetime, datetime], dict[str, Any]]  # settings, from, to -> the record's content


def lines(settings: Settings, host: str, *patterns: re.Pattern[str]) -> Iterator[tuple[datetime, re.Match[str]]]:
    """Give the lines of a host's file that match one of the patterns, oldest first; none if there is no such file.

    Each comes with its moment, which is the first group of its pattern.
    """
    file = Path(settings["logs"]) / f"{host}.log"
    if not file.exists():
        return
    with file.open(encoding="utf-8", errors="replace") as text:
        for line in text:
            found = next(filter(None, (pattern.match(line.rstrip("\n")) for pattern in patterns)), None)
            if found is not None:
                yield datetime.fromisoformat(found[1]), found


def review(settings: Settings, folder: Path, by: str, judge: Judge, lag: float = 0) -> dict[str, Any]:
    """Make one record, and return its content. It covers the time since the one before, and settings["span"] at the least.

    What is younger than `lag` seconds may still be on its way to the store, and is left to the next record.
    """
    for one in (folder.parent, folder):
        one.mkdir(mode=0o750, exist_ok=True)
    now = datetime.now(UTC)
    to = now - timedelta(seconds=lag)
    since = to - timedelta(seconds=settings["span"])
    made = sorted(folder.glob("*.json"))
    if made:
        since = min(since, datetime.fromisoformat(json.loads(made[-1].read_text())["to"]))
    record = {"by": by, "from": since.isoformat(), "to": to.isoformat(), **judge(settings, since, to)}
    file = folder / f"{now:%Y%m%dT%H%M%S.%fZ}.json"
    descriptor = os.open(f"{file}.part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(record, out, indent=1)
    Path(f"{file}.part").rename(file)
    return record


def run(
    doc: str | None, ready: Path, make: Callable[[Settings, str], dict[str, Any]], due: Callable[[Settings], bool]
) -> None:
    """Do what the command line says: once, printed, or (--daily) every settings["every"] seconds for ever, where it is due."""
    if sys.argv[1:] not in ([], ["--daily"]):
        sys.exit(doc)
    settings = json.loads(SETTINGS.read_text())
    if not sys.argv[1:]:
        print(json.dumps(make(settings, "hand"), indent=1))
        return
    while due(settings):
        make(settings, "service")
        ready.touch()
        time.sleep(settings["every"])
    ready.touch()
    signal.pause()
