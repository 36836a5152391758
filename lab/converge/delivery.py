"""Shell for a host without Python: what it has of a role, and how new files are checked and moved into place.

Nothing broken lands: an archive is unpacked to a staging folder in memory, the role's own checks run against the staged
files, and only when all pass are the files moved to the disk and renamed into place. A note of what was moved stays until
the handlers have run, so that an interrupted run is finished by the next one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.converge.tree import MANIFESTS, Managed
from lab.errors import LabError
from lab.reach import TreeFile

STAGES = "/run/sanso/stage"  # in memory: a tree of folders that is there for a moment is dear on a disk
LANDING = "/var/lib/sanso/landing"  # on the disk of the files' places, so that they can be renamed from there
MARKERS = "/var/lib/sanso/pending"
COPIES = "/.check"  # below a stage: the copies that checks read
REFUSED = 90  # exit code of `deliver` when a check said no
_END = "== end"
_LAND = shlex.quote(
    Path(__file__).with_name("land.pl").read_text(encoding="utf-8")
)  # hosts have Perl, not all have Python


@dataclass(frozen=True, slots=True)
class Check:
    """A command that must accept `file` before it lands.

    In the command, {file} is a staged copy of the file in which the role's own paths lead into the stage, so that a
    program that follows them meets the new files and not those in use; {stage} is the root of the staged tree.
    """

    file: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """What a host has of a role."""

    manifest: str
    pending: tuple[str, ...]  # files that an earlier run moved without its handlers having run
    digests: dict[str, str]
    modes: dict[str, str]  # "644 0 0 regular file"

    def listed(self) -> tuple[str, ...]:
        """Return the paths of the manifest."""
        return tuple(line.split("  ", 1)[1] for line in self.manifest.splitlines())


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be done on a host."""

    moved: tuple[str, ...]
    removed: tuple[str, ...]
    pending: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.moved or self.removed or self.pending)


def look(role: str, paths: Sequence[str]) -> str:
    """Return the shell line whose output `present` reads."""
    names = shlex.join(paths)
    # few programs, because starting one costs more than all it does here
    return "; ".join((
        'list() { echo "== $1"; [ ! -e "$2" ] || while read -r line; do echo "$line"; done <"$2"; }',
        f"list manifest {MANIFESTS}/{role}.sha256",
        f"list pending {MARKERS}/{role}",
        "echo '== digests'", f"sha256sum -- {names} 2>/dev/null",
        "echo '== modes'", f"stat -c '%n=%a %u %g %F' -- {names} 2>/dev/null",
        f"echo '{_END}'",
    ))  # fmt: skip


def present(output: str) -> Present:
    """Read what `look` printed. LabError if it isn't whole."""
    sections: dict[str, list[str]] = {}
    for line in output.splitlines():
        if line.startswith("== "):
            sections[line[3:]] = []
        elif sections:
            sections[next(reversed(sections))].append(line)
    if list(sections) != ["manifest", "pending", "digests", "modes", "end"]:
        raise LabError(f"the host's answer about its files is not whole: {output[-200:]!r}")
    digests = dict(line.split("  ", 1)[::-1] for line in sections["digests"])
    modes = dict(line.rsplit("=", 1) for line in sections["modes"])
    manifest = "".join(f"{line}\n" for line in sections["manifest"])
    return Present(manifest, tuple(sorted(set(sections["pending"]))), digests, modes)


def difference(files: Sequence[Managed], there: Present) -> Difference:
    """Compare the role's files, its manifest among them, with what the host has."""
    wanted = {managed.path: managed for managed in files}
    moved = tuple(
        path for path, managed in wanted.items()
        if there.digests.get(path) != managed.digest or there.modes.get(path) not in _good_modes(managed)
    )  # fmt: skip
    removed = tuple(path for path in there.listed() if path not in wanted)
    return Difference(moved, removed, there.pending)


def deliver(role: str, change: Difference, checks: Sequence[Check], *, mark: bool) -> str:
    """Return the script that takes the role's whole tree as a tar on stdin. Exit code REFUSED: `refusal` reads why."""
    stage = f"{STAGES}/{role}"
    lines = [
        "set -eu", f"stage={stage} landing={LANDING}",
        'umask 077; [ ! -e "$stage" ] || rm -rf "$stage"; mkdir -p "$stage" "$landing" ' + MARKERS,
        "trap 'rm -rf \"$stage\" \"$stage.said\" \"$landing\"/*' EXIT",
        'tar -xpf - -C "$stage"',
    ]  # fmt: skip
    for number, check in enumerate(checks):
        command = shlex.join(part.format(stage=stage, file=f"{stage}{COPIES}{check.file}") for part in check.command)
        lines.append(
            f'( cd "$stage"; umask 022; exec {command} ) </dev/null >"$stage.said" 2>&1 || '
            f'{{ echo "refused {number} $?"; cat "$stage.said"; exit {REFUSED}; }}'
        )
    if mark:
        lines.append(f"printf '%s\\n' {shlex.join((*change.moved, *change.removed))} >>{MARKERS}/{role}")
    lines.append(f'perl -e {_LAND} "$stage" "$landing" {shlex.join((*change.moved, "-", *change.removed))}')
    return "\n".join(lines)


def check_copies(role: str, files: Sequence[Managed], checks: Sequence[Check]) -> list[TreeFile]:
    """Return the copies that {file} stands for, where the archive puts them."""
    known = {managed.path: managed.file for managed in files}
    paths = re.compile("|".join(re.escape(path) for path in sorted(known, key=len, reverse=True)).encode())
    stage = f"{STAGES}/{role}".encode()
    return [
        TreeFile(COPIES + check.file, paths.sub(lambda path: stage + path[0], known[check.file].content), 0o600)
        for check in checks
    ]


def refusal(role: str, output: str, checks: Sequence[Check]) -> tuple[Check, str]:
    """Read which check said no, and its words with the staging folder taken out of the paths."""
    first, _, said = output.partition("\n")
    check = checks[int(first.split()[1])]
    stage = f"{STAGES}/{role}"
    return check, said.replace(stage + COPIES, "").replace(stage, "").strip() or f"exit code {first.split()[2]}"


def fetch(paths: Sequence[str]) -> str:
    """Return the shell line that prints files for a diff; `fetched` reads it."""
    return f'for f in {shlex.join(paths)}; do [ -f "$f" ] && printf "%s " "$f" && base64 -w0 "$f" && echo; done; true'


def _good_modes(managed: Managed) -> tuple[str, str]:
    file = managed.file
    owner = f"{file.mode:o} {file.uid} {file.gid}"
    return f"{owner} regular file", f"{owner} regular empty file"
