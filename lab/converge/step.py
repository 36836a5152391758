"""The fat step of one role on one host, as data: what a task asked for, and what comes of it on the controller."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.converge.delivery import Check, Difference, check_copies
from lab.converge.tree import MANIFESTS, Extra, Inner, Managed, manifest, render
from lab.errors import LabError
from lab.reach import TreeFile, archive

KEY_MODE = 0o600
HIDDEN = "(a secret, not shown)\n"


@dataclass(frozen=True, slots=True)
class Step:
    """Everything that one role puts on one host, its manifest included, and the checks before it lands."""

    role: str
    files: tuple[Managed, ...]  # the manifest is the last, so that it lands last
    checks: tuple[Check, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(managed.path for managed in self.files)

    @property
    def tar(self) -> bytes:
        """The files, rooted at /."""
        return archive([managed.file for managed in self.files])

    @property
    def staging_tar(self) -> bytes:
        """The files and what their checks need beside them."""
        return archive([managed.file for managed in self.files] + check_copies(self.role, self.files, self.checks))

    def origin(self, path: str) -> str:
        """Return where a person would change the file of that path."""
        return next((managed.origin for managed in self.files if managed.path == path), path)


def plan_step(
    role: str, folder: Path, variables: Mapping[str, Any], arguments: Mapping[str, Any], overlays: Mapping[str, str]
) -> Step:
    """Render a role for a host. `arguments` are the task's: extra, inner, validate. LabError names the file at fault."""
    extra = [_extra(item) for item in arguments.get("extra") or ()]
    inner = [Inner(str(item["tree"]), str(item["at"]), item["host"]) for item in arguments.get("inner") or ()]
    files = render(folder, variables, extra=extra, inner=inner, overlays=overlays)
    checks = tuple(
        Check(str(item["file"]), tuple(map(str, item["command"]))) for item in arguments.get("validate") or ()
    )
    for check in checks:
        if check.file not in (managed.path for managed in files):
            raise LabError(f"a check names {check.file}, which the role doesn't deliver", where=f"roles/{role}/tasks")
    listing = Managed(TreeFile(f"{MANIFESTS}/{role}.sha256", manifest(files)), "the list of the role's files")
    return Step(role, (*files, listing), checks)


def diffs(step: Step, change: Difference, before: str) -> list[dict[str, str]]:
    """Return what Ansible shows for --diff. `before` is what `delivery.fetch` printed; secrets are not shown."""
    old = {path: base64.b64decode(coded) for path, coded in (line.split(" ", 1) for line in before.splitlines())}
    new = {managed.path: managed for managed in step.files}
    return [
        {
            "before_header": path,
            "after_header": path,
            "before": _text(old.get(path, b""), secret=path in new and new[path].secret),
            "after": _text(new[path].file.content, secret=new[path].secret) if path in new else "",
        }
        for path in (*change.moved, *change.removed)
    ]


def archived(folder: Path, host: str, step: Step) -> None:
    """Leave the step's tar in `folder` (which only its owner may enter) for whoever wants to apply it again."""
    (folder / f"{host}.{step.role}.tar").write_bytes(step.tar)


def _extra(item: Mapping[str, Any]) -> Extra:
    secret = bool(item.get("secret"))
    mode = int(str(item["mode"]), 8) if "mode" in item else KEY_MODE if secret else 0o644
    return Extra(str(item["path"]), Path(str(item["src"])), mode, secret)


def _text(content: bytes, *, secret: bool) -> str:
    if secret or b"PRIVATE KEY" in content:
        return HIDDEN if content else ""
    return content.decode(errors="replace")


def joined(tars: Sequence[bytes]) -> bytes:
    """Return one tar of several."""
    import io
    import tarfile

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as whole:
        for one in tars:
            with tarfile.open(fileobj=io.BytesIO(one)) as part:
                for member in part:
                    whole.addfile(member, part.extractfile(member))
    return buffer.getvalue()
