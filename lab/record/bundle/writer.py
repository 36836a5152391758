"""Writes a run's evidence as it happens. Without `finish` it stays half a bundle, and reading it says so."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.plan import Plan
from lab.record.bundle.atomic import place, settle, write
from lab.record.bundle.captures import SegmentCapture, frames_of, frames_of_train
from lab.record.bundle.manifest import manifest_text
from lab.record.bundle.model import (
    APPLICATIONS,
    CAPTURES,
    FORMAT,
    HOSTS,
    MANIFEST,
    OBSERVATIONS,
    PART,
    PLAN,
    RUN,
    TRAINS,
    VERDICTS,
)
from lab.record.bundle.redaction import redact
from lab.record.model import Application, Observation, Record, Verdict
from lab.record.train import Train

STREAMS = (VERDICTS, OBSERVATIONS, APPLICATIONS, TRAINS)


class BundleWriter:
    """One run's evidence in one directory, which is made if it isn't there. Raises LabError if it holds a bundle."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        if (directory / MANIFEST).exists():
            raise LabError(
                "this folder holds the evidence of another run", where=str(directory), fix="name another folder"
            )
        for name in STREAMS:
            (directory / (name + PART)).write_bytes(b"")
        self._names: set[str] = set()
        self._captures: defaultdict[str, SegmentCapture] = defaultdict(SegmentCapture)

    def verdict(self, *verdicts: Verdict) -> None:
        """Keep verdicts."""
        self._line(VERDICTS, *verdicts)

    def observation(self, observation: Observation) -> None:
        """Keep an observation; its frames go to the capture."""
        for frame in frames_of(observation):
            self._captures[frame.segment].add(frame)
        self._line(OBSERVATIONS, observation.model_copy(update={"frames": ()}))

    def application(self, application: Application) -> None:
        """Keep a real client's exchange."""
        self._line(APPLICATIONS, application)

    def train(self, train: Train) -> None:
        """Keep a train, with the event that it ran beside; its frames go to the capture."""
        for frame in frames_of_train(train):
            self._captures[frame.segment].add(frame)
        self._line(TRAINS, train.model_copy(update={"frames": ()}))

    def host_file(self, host: str, name: str, content: str) -> None:
        """Keep a running configuration, without its secrets. A later one of the same name replaces it."""
        self._write(f"{HOSTS}/{host}/{name}", redact(content).encode())

    def capture(self, name: str, content: bytes) -> None:
        """Keep a capture that is a file already, "NAME.pcap". A later one of the same name replaces it."""
        self._write(f"{CAPTURES}/{name}", content)

    def plan(self, plan: Plan) -> None:
        """Keep what the lab was meant to be. Of overlaid files only "sha256:HEX": they may hold secrets."""
        digests = {
            host: {path: f"sha256:{sha256(content.encode()).hexdigest()}" for path, content in files.items()}
            for host, files in plan.overlays.items()
        }
        kept = plan.model_copy(update={"overlays": digests})
        self._write(PLAN, kept.model_dump_json(indent=1).encode() + b"\n")

    def finish(self, run: Mapping[str, Any]) -> None:
        """Close the bundle: run.json, then the hash list as the very last file."""
        for name in STREAMS:
            settle(self._directory / (name + PART), place(self._directory, name))
            self._names.add(name)
        for segment, capture in sorted(self._captures.items()):
            self._write(f"{CAPTURES}/{segment}.pcapng", capture.content())
        text = json.dumps({"format": FORMAT, **run}, ensure_ascii=False, indent=2, sort_keys=True)
        self._write(RUN, text.encode() + b"\n")
        write(self._directory, MANIFEST, manifest_text(self._directory, self._names).encode())

    def _line(self, name: str, *records: Record) -> None:
        with (self._directory / (name + PART)).open("a", encoding="utf-8") as stream:
            stream.writelines(record.model_dump_json() + "\n" for record in records)

    def _write(self, name: str, content: bytes) -> None:
        write(self._directory, name, content)
        self._names.add(name)
