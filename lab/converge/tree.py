"""A role's files for one host: `templates/tree` rendered, `files/tree` as it is, extra files, overlays on top.

Pure: the same role folder and variables give the same bytes. Templates see the role's own variables only, so that
the argument spec of a role is all there is to know about it, and a name that isn't set is an error, never an empty
string.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError, select_autoescape

from lab.errors import LabError
from lab.reach import TreeFile

SUFFIX = ".j2"
TREE = "tree"  # the host's own
PLAIN_PATH = re.compile(r"(/[A-Za-z0-9_@%+=:,.-]+)+")
MANIFESTS = "/var/lib/sanso/manifest"


@dataclass(frozen=True, slots=True)
class Extra:
    """A file that isn't in the role: its content is read on the controller."""

    path: str
    source: Path
    mode: int = 0o644
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Inner:
    """The files of a host inside the host: a tree of the role's of its own, under a folder, with variables of its own."""

    tree: str  # `templates/TREE` and `files/TREE`
    at: str  # folder on the host
    host: Mapping[str, Any]  # what its templates know as `host`, beside the role's variables


@dataclass(frozen=True, slots=True)
class Managed:
    """One file of the role on the host. `origin` says where a person would change it."""

    file: TreeFile
    origin: str
    secret: bool = False

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def digest(self) -> str:
        return sha256(self.file.content).hexdigest()


def render(
    role: Path,
    variables: Mapping[str, Any],
    *,
    extra: Sequence[Extra] = (),
    inner: Sequence[Inner] = (),
    overlays: Mapping[str, str] | None = None,
) -> tuple[Managed, ...]:
    """Return every file that the role puts on a host, by path. LabError names the file and line at fault."""
    files = {managed.path: managed for managed in _tree(role, variables, TREE)}
    for host in inner:
        known = {**variables, "host": host.host}
        files |= {managed.path: managed for managed in _tree(role, known, host.tree, host.at)}
    for one in extra:
        files[one.path] = Managed(TreeFile(one.path, _read(one.source), one.mode), str(one.source), one.secret)
    for path, content in (overlays or {}).items():
        if path in files:
            files[path] = _laid_over(files[path], content)
    for path, managed in files.items():
        if not PLAIN_PATH.fullmatch(path):
            raise LabError(f"{path!r} is not a path this role can deliver", where=managed.origin)
    return tuple(files[path] for path in sorted(files))


def paths(role: Path, name: str = TREE) -> frozenset[str]:
    """Return the paths on the host of what a tree of the role's holds, without rendering anything."""
    found = [target for base in ("templates", "files") for _, target in _walk(role / base / name)]
    return frozenset(target.removesuffix(SUFFIX) for target in found)


def manifest(files: Sequence[Managed]) -> bytes:
    """Return what `sha256sum --check` reads."""
    return "".join(f"{managed.digest}  {managed.path}\n" for managed in files).encode()


def compile_templates(role: Path) -> None:
    """Compile a role's templates ahead of `render`: whoever is forked from here on needn't."""
    for path, _ in _walk(role / "templates"):
        with suppress(TemplateError):  # whoever renders it reports it
            _environment(role / "templates").get_template(path.relative_to(role / "templates").as_posix())


@cache
def _environment(base: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(base), undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True,
        lstrip_blocks=True, autoescape=select_autoescape([".html" + SUFFIX], default=False),
    )  # fmt: skip
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    return environment


def _walk(tree: Path) -> list[tuple[Path, str]]:
    found = sorted(path for path in tree.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [(path, f"/{path.relative_to(tree).as_posix()}") for path in found]


def _mode(path: Path) -> int:
    return 0o755 if path.stat().st_mode & 0o100 else 0o644


def _tree(role: Path, variables: Mapping[str, Any], name: str, at: str = "") -> list[Managed]:
    return [*_plain(role, name, at), *_templates(role, variables, name, at)]


def _plain(role: Path, tree: str, at: str) -> list[Managed]:
    return [
        Managed(TreeFile(at + target, path.read_bytes(), _mode(path)), _shown(path))
        for path, target in _walk(role / "files" / tree)
    ]


def _templates(role: Path, variables: Mapping[str, Any], tree: str, at: str) -> list[Managed]:
    base = role / "templates"
    environment = _environment(base)
    rendered = []
    for path, target in _walk(base / tree):
        name = path.relative_to(base).as_posix()
        if not name.endswith(SUFFIX):
            raise LabError(f"a file under templates/{tree} must end in {SUFFIX}", where=_shown(path),
                           fix=f"rename it, or move it to files/{tree}")  # fmt: skip
        try:
            content = environment.get_template(name).render(variables).encode()
        except TemplateError as error:
            raise LabError(error.message or "the template is wrong", where=_line(base, name, error)) from error
        rendered.append(Managed(TreeFile(at + target.removesuffix(SUFFIX), content, _mode(path)), _shown(path)))
    return rendered


def _laid_over(managed: Managed, content: str) -> Managed:
    file = TreeFile(managed.path, content.encode(), managed.file.mode)
    return Managed(file, "the scenario's overlay", managed.secret)


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        raise LabError(
            f"cannot be read: {error.strerror}", where=str(source),
            fix="the keys of a lab are on the machine that built it; `lab up --reconverge` issues new ones here",
        ) from error  # fmt: skip


def _shown(path: Path) -> str:
    """Return the path as a person in the project folder knows it."""
    parts = path.parts
    start = parts.index("roles") if "roles" in parts else 0
    return "/".join(parts[start:])


def _line(base: Path, name: str, error: TemplateError) -> str:
    """Return FILE:LINE of the template at fault; Jinja puts its own lines into the traceback."""
    if isinstance(error, TemplateSyntaxError):
        return f"{_shown(base / (error.name or name))}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(base))]
    return f"{_shown(Path(frames[-1].filename))}:{frames[-1].lineno}" if frames else _shown(base / name)
