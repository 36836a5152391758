"""The evidence bundle: a directory that says what was seen and can be read again without the lab.

    run.json  verdicts.jsonl  observations.jsonl  captures/<segment>.pcapng  hosts/<host>/<file>  MANIFEST.sha256

MANIFEST.sha256 covers this raw evidence in `sha256sum` format; rendered reports stand beside it and can be made again.
Hashes show accidents; authenticity needs a signature.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lab.errors import BadInput, LabError, ManyErrors
from lab.record.capture import Captures
from lab.record.model import Application, Observation, Verdict

FORMAT = 1
MANIFEST = "MANIFEST.sha256"
RENDERED = {MANIFEST, "junit.xml", "pytest.log"}
_SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
_SHARED = re.compile(r"(?im)^(\s*(?:\w*(?:secret|password|passphrase|psk))\s*[:=]\s*)\S.*$")


class BundleWriter:
    """Writes a bundle as a run goes on; `finish` makes it whole. Without it the bundle reads as half-written."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._observations = (directory / "observations.jsonl").open("w", encoding="utf-8")
        self._verdicts = (directory / "verdicts.jsonl").open("w", encoding="utf-8")
        self._captures = Captures(directory / "captures")

    def observation(self, seen: Observation) -> None:
        """Keep an observation; its frames go to the captures."""
        self._captures.add(seen)
        self._observations.write(seen.model_dump_json(exclude={"frames"}) + "\n")

    def application(self, seen: Application) -> None:
        """Keep a client's exchange."""
        self._observations.write(seen.model_dump_json() + "\n")

    def verdict(self, verdict: Verdict) -> None:
        """Keep a verdict."""
        self._verdicts.write(verdict.model_dump_json() + "\n")

    def host_file(self, host: str, name: str, content: str) -> None:
        """Keep a file of a host, secrets blacked out. ValueError for a name that would leave the bundle."""
        for part in (host, name):
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", part):
                raise ValueError(f"{part!r} is no name for a file of a bundle")
        folder = self.directory / "hosts" / host
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(redacted(content), encoding="utf-8")

    def finish(self, run: Mapping[str, Any]) -> None:
        """Write run.json and, last and at once, the manifest."""
        self._observations.close()
        self._verdicts.close()
        self._captures.close()
        text = json.dumps({"format": FORMAT, **run}, ensure_ascii=False, indent=2) + "\n"
        (self.directory / "run.json").write_text(text, encoding="utf-8")
        lines = [f"{_hash(path)}  {path.relative_to(self.directory)}\n" for path in _raw(self.directory)]
        draft = self.directory / f".{MANIFEST}"
        draft.write_text("".join(lines), encoding="utf-8")
        draft.replace(self.directory / MANIFEST)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was read and is whole."""

    directory: Path
    run: dict[str, Any]
    verdicts: tuple[Verdict, ...]
    observations: tuple[Observation | Application, ...]


def redacted(text: str) -> str:
    """The text without private keys and shared secrets."""
    return _SHARED.sub(r"\1(redacted)", _SECRET.sub("(private key redacted)", text))


def read(directory: Path) -> Bundle:
    """Read a bundle and check its hashes. Raises BadInput or ManyErrors naming every file that is wrong."""
    if not directory.is_dir():
        raise BadInput(f"{directory} is not a folder", fix="name the folder that `lab verify` printed as evidence")
    if not any(directory.iterdir()):
        raise BadInput(f"{directory} is empty", fix="name the folder that `lab verify` printed as evidence")
    if not (directory / MANIFEST).is_file():
        raise BadInput(f"{directory} has no {MANIFEST}: the run that wrote it did not end", fix="run lab verify again")
    _check(directory)
    try:
        run = json.loads((directory / "run.json").read_text(encoding="utf-8"))
        found = int(run["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{directory / 'run.json'}: {error}", fix="run lab verify again") from error
    if found > FORMAT:
        raise BadInput(f"{directory} is of format {found}, this lab reads up to {FORMAT}", fix="use a newer Sansō Lab")
    verdicts = tuple(Verdict.model_validate(line) for line in _lines(directory / "verdicts.jsonl"))
    observations = tuple(
        Application.model_validate(line) if "ok" in line else Observation.model_validate(line)
        for line in _lines(directory / "observations.jsonl")
    )
    return Bundle(directory, run, verdicts, observations)


def _check(directory: Path) -> None:
    """Compare every file with the manifest."""
    wrong: list[LabError] = []
    listed = set()
    for number, line in enumerate((directory / MANIFEST).read_text(encoding="utf-8").splitlines(), 1):
        digest, gap, name = line.partition("  ")
        if not gap or Path(name).is_absolute() or ".." in Path(name).parts:
            wrong.append(BadInput("not a line of a manifest", where=f"{directory / MANIFEST}:{number}"))
            continue
        listed.add(name)
        path = directory / name
        if not path.is_file():
            wrong.append(BadInput("is missing", where=str(path)))
        elif _hash(path) != digest:
            wrong.append(BadInput("was altered after the run", where=str(path)))
    extra = [path for path in _raw(directory) if str(path.relative_to(directory)) not in listed]
    wrong += [BadInput("was added after the run", where=str(path)) for path in extra]
    if wrong:
        raise ManyErrors([*wrong, BadInput("this bundle is not what the run wrote", fix="take the original, or run lab verify again")])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield json.loads(line)
        except (ValueError, ValidationError) as error:
            raise BadInput(str(error), where=f"{path}:{number}") from error


def _raw(directory: Path) -> list[Path]:
    """Files that the manifest covers, in order."""
    return sorted(
        path
        for path in directory.rglob("*")
        if path.is_file() and path.name not in RENDERED and not path.name.startswith(".") and not path.is_symlink()
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while piece := os.read(file.fileno(), 1 << 20):
            digest.update(piece)
    return digest.hexdigest()
