"""`lab export`: what was changed by hand on a host becomes a folder of overlays for a scenario. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import yaml

from lab.converge import Changes, Left, delivered_files, overlayable, sort_out
from lab.converge.by_hand import LARGEST, changed_paths
from lab.engine import DriftKind, Engine, Lab, connect
from lab.engine.rules import stable
from lab.errors import BadInput, LabError
from lab.operate.choose import choose
from lab.operate.guest_files import guest_changes
from lab.operate.inside import host_of
from lab.pki import state_directory
from lab.plan import Host, Kind
from lab.probe import open_prober
from lab.reach import Channel, open_channel
from lab.verdict.asked import ASK, SEARCH, read, read_search, sums
from lab.verdict.delivered import Running, kernel_rules

RULES = "/etc/nftables.conf"
_ANYWHERE = {  # kinds of drift that are no files: what they mean for a scenario
    DriftKind.ADDRESSES: "the plan gives addresses: see `hosts` and `zones` in docs/scenarios.md",
    DriftKind.ROUTES: "the plan gives routes: see `hosts` and `zones` in docs/scenarios.md",
    DriftKind.FOREIGN: "the plan gives links: see `hosts` and `zones` in docs/scenarios.md",
    DriftKind.WIRING: "the plan gives links: see `hosts` and `zones` in docs/scenarios.md",
    DriftKind.SYSCTLS: "kernel settings belong to a host's kind: docs/capabilities.md",
    DriftKind.SERVICES: "a scenario has all services of its roles running",
    DriftKind.NAMES: "the plan gives resolv.conf, hosts and hostname",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of it. `files`: path in the host -> file that was written; `kept`: overlays that it had before."""

    lab: str
    host: str
    folder: Path
    files: Mapping[str, Path]
    kept: tuple[str, ...]
    left: tuple[Left, ...]
    lines: str  # YAML for a scenario in the folder's own folder; "" without files


def export(name: str | None, host: str, folder: Path) -> Exported:
    """Compare a running host with what was delivered, write changed files below `folder`/HOST, and say what can't be.

    Raises BadInput for an unknown host or a folder that can't be written, LabError if the host doesn't answer.
    """
    with connect() as engine:
        lab = choose(engine, name)
        host_of(lab, host)
        if wireless := lab.plan.on_air(host):
            changes = guest_changes(engine, lab, wireless)
            left = changes.left
        else:
            planned = lab.plan.host(host)
            with open_channel(engine, lab, host) as channel:
                changes = _files(lab, planned, channel)
                left = (*changes.left, *_kernel(engine, lab, planned, channel))
    files = write(folder, host, changes.overlays)
    kept = tuple(path for path in sorted(lab.plan.overlays.get(host, {})) if path not in files)
    return Exported(lab.name, host, folder, files, kept, left, lines(folder, host, files))


def _files(lab: Lab, host: Host, channel: Channel) -> Changes:
    created = lab.created()[host.name]
    running = read(channel.run(ASK).stdout.decode(errors="replace"))
    searched = read_search(channel.run(SEARCH.format(created=created)).stdout.decode(errors="replace"))
    listed = _delivered(lab, host.name, running)
    paths = [one.path for one in searched.strangers()]
    contents = {
        path: channel.run(["head", "-c", str(LARGEST + 1), "--", path]).check().stdout
        for path in changed_paths(listed, running.found)
    }
    own = _not_the_images(lab, host.name, channel, paths)
    return sort_out(listed, running.found, own, contents, overlayable(host))


def _delivered(lab: Lab, host: str, running: Running) -> Mapping[str, str]:
    """Path -> SHA-256, by the host's own lists if they are the recorded ones, else by what this machine delivered."""
    if lab.delivered().get(host) == running.manifests:
        return running.listed
    known = delivered_files(state_directory(lab.name), host)
    if not known:
        raise LabError(
            f"{host}: the lists of what was delivered were changed on it, and this machine has not built the lab",
            fix="export on the machine that did",
        )
    return {path: sha256(content).hexdigest() for path, content in known.items() if not path.endswith(".sha256")}


def _not_the_images(lab: Lab, host: str, channel: Channel, paths: list[str]) -> list[str]:
    """Those of the files whose content is not what the image came with."""
    image = lab.image_files(host) if paths else {}
    known = [path for path in paths if path in image]
    if not known:
        return paths
    told = channel.run(["sha256sum", "--", *known]).stdout.decode(errors="replace")
    same = {path for digest, path in sums(told.splitlines()) if image.get(path) == digest}
    return [path for path in paths if path not in same]


def _kernel(engine: Engine, lab: Lab, host: Host, channel: Channel) -> list[Left]:
    """What is in the kernel alone."""
    left = [
        Left(str(one.kind), one.detail, _ANYWHERE[one.kind])
        for one in lab.drift()
        if one.host == host.name and one.kind in _ANYWHERE
    ]
    if host.kind is Kind.ROUTER:
        left += _rules(engine, lab, host, channel)
    return left


def _rules(engine: Engine, lab: Lab, host: Host, channel: Channel) -> list[Left]:
    """The live rules against those that a kernel makes of the host's file as it is now."""
    file, live = channel.run(["cat", "--", RULES]), channel.run(["nft", "-s", "list", "ruleset"]).check()
    if file.rc:
        return [
            Left(
                "rules",
                f"{RULES} is gone: the rules are in the kernel alone",
                f"lab exec {host.name} -- nft list ruleset",
            )
        ]
    try:
        with open_prober(engine, lab, deadline=60, without=[one.name for one in lab.plan.hosts]) as prober:
            meant = prober.rules(file.stdout.decode(errors="replace"))
    except LabError as error:
        return [Left(RULES, f"no kernel takes it: {error.message}", "correct it: lab up would refuse it as an overlay")]
    told, loaded = stable(meant), stable(live.stdout.decode(errors="replace"))
    if told == loaded:
        return []
    return [
        Left(
            "rules",
            kernel_rules(host.name, told, loaded).message_en.removeprefix(f"{host.name}: "),
            f"put what is in the kernel only into {RULES}, load it with `kernel-state`, and export again",
        )
    ]


def write(folder: Path, host: str, overlays: Mapping[str, str]) -> dict[str, Path]:
    """Write them below `folder`/`host`. BadInput, with nothing written, if another file is in the way of one."""
    files = {path: folder / host / path.lstrip("/") for path in overlays}
    for path, file in files.items():
        if file.exists() and (not file.is_file() or file.read_bytes() != overlays[path].encode()):
            raise BadInput("is there already and another file", where=str(file), fix="choose another folder: -o FOLDER")
    try:
        for path, file in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(overlays[path].encode())
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror}",
            where=str(error.filename or folder),
            fix="choose another folder: -o FOLDER",
        ) from error
    return files


def lines(folder: Path, host: str, files: Mapping[str, Path]) -> str:
    """The YAML of these overlays for a scenario beside `folder`; "" if there are none."""
    if not files:
        return ""
    base = folder.resolve().parent
    names = {path: file.resolve().relative_to(base).as_posix() for path, file in sorted(files.items())}
    return yaml.safe_dump({"overlays": {host: names}}, allow_unicode=True, sort_keys=False, width=1000)
