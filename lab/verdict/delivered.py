"""What runs on a host against what was delivered to it: files, software, processes, rules (OPS-04)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from lab.record import Warrant
from lab.verdict.flaw import Flaw
from lab.verdict.judgement import Judgement, failed, passed

MANIFESTS = "/var/lib/sanso/manifest/"
SERVICES = "/etc/sanso/services/"
# written by the host's own init, supervisor and services, or by the engine that made the container
MADE_HERE = re.compile(
    r"/\.dockerenv|/usr/sbin/docker-init|/etc/(resolv\.conf|hosts|hostname|mtab)"
    r"|/etc/ssh/ssh_host_ed25519_key(\.pub)?"
    rf"|{SERVICES}[^/]+/(supervise|event)"
    r"|/root/\.bash_history"  # of `lab shell`
)
DATA = ("/var/", "/tmp/", "/run/", "/dev/shm/")  # noqa: S108 - where programs leave what they work on
NO_DATA = ("/var/lib/dpkg/",)
EXECUTABLE, SET_ID, WRITABLE = 0o111, 0o6000, 0o022
ROOT = "0:0"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a host."""

    pid: int
    parent: int  # 0: started by the engine, the host's first process or somebody's session
    user: int
    command: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that came or changed after the host was made, or that has a set-id bit."""

    path: str
    mode: int  # 0 for a link or a folder


@dataclass(frozen=True, slots=True)
class Running:
    """One host as it is."""

    manifests: Mapping[str, str]  # file name -> SHA-256 of the manifest itself
    listed: Mapping[str, str]  # path -> SHA-256 that its manifest says
    found: Mapping[str, str]  # path -> SHA-256 of what is there
    rights: Mapping[str, str]  # delivered file, or folder of one -> "644 0:0 regular file"
    processes: tuple[Process, ...]
    services: Mapping[str, bool]  # supervised service -> whether it is up
    led: tuple[str, ...] = ()  # links of the supervisor that lead to another file than the service's own


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search of one host's whole disk found."""

    listed: Collection[str]  # paths that a role delivered
    changed: tuple[ChangedFile, ...]
    packages: str

    def strangers(self) -> list[ChangedFile]:
        """Files that came or changed since the host was made and that no role delivered."""
        return strangers(self.changed, self.listed)


@dataclass(frozen=True, slots=True)
class Line:
    """Where a file first differs from what was delivered."""

    number: int
    delivered: str
    found: str


def first_difference(delivered: str, found: str) -> Line | None:
    """The first line that differs, None if none does."""
    old, new = delivered.splitlines(), found.splitlines()
    for number in range(max(len(old), len(new))):
        pair = [text[number].strip() if number < len(text) else "" for text in (old, new)]
        if pair[0] != pair[1]:
            return Line(number + 1, *pair)
    return None


def files(host: str, running: Running, recorded: Mapping[str, str], lines: Mapping[str, Line]) -> Judgement:
    """Every delivered file is as delivered. `recorded`: manifest -> SHA-256, kept where the host can't reach it.

    `lines`: for changed files whose delivered content is known, where they differ.
    """
    wrong = [
        Flaw(f"the manifest {name} isn't the recorded one", f"目録 {name} が記録されたものと異なる")
        for name in sorted(recorded.keys() | running.manifests.keys())
        if recorded.get(name) != running.manifests.get(name)
    ]
    for path, digest in running.listed.items():
        if path not in running.found:
            wrong.append(Flaw(f"{path} is gone", f"{path} がない"))
        elif running.found[path] != digest:
            line = lines.get(path)
            at = f" in line {line.number}: {line.found!r} instead of {line.delivered!r}" if line else ""
            at_ja = f"（{line.number} 行目：配布時は {line.delivered!r}、現在は {line.found!r}）" if line else ""
            wrong.append(Flaw(f"{path} was changed{at}", f"{path} が変更されている{at_ja}"))
    wrong += [flaw for path, right in running.rights.items() if (flaw := _open(path, right, running))]
    if wrong:
        return _wrong(host, wrong, "配布したファイルと異なります")
    return passed(
        Warrant.INSPECTED,
        f"{host}: all {len(running.listed)} files of {len(recorded)} roles are as delivered, and root alone can change them",
        f"{host}：{len(recorded)} 役割の {len(running.listed)} ファイルはすべて配布時のままで、変更できるのは root のみです",
    )


def _open(path: str, right: str, running: Running) -> Flaw | None:
    """Who else could change a delivered file, or put another in its place; None if nobody but root can."""
    mode, owner, kind = right.split(" ", 2)
    if path in running.listed and not kind.startswith("regular"):
        return Flaw(f"{path} is a {kind}", f"{path} が通常のファイルではない（{kind}）")
    if owner != ROOT:
        return Flaw(f"{path} belongs to {owner}, not to root", f"{path} の所有者が root ではなく {owner}")
    if int(mode, 8) & WRITABLE:
        return Flaw(
            f"{path} can be changed by others than root (mode {mode})",
            f"{path} を root 以外も変更できる（モード {mode}）",
        )
    return None


def strangers(changed: Iterable[ChangedFile], listed: Collection[str]) -> list[ChangedFile]:
    """Those of the changed files that no role delivered."""
    return [one for one in changed if not one.mode & SET_ID and _nobodys(one, listed)]


def software(host: str, there: Searched, packages: str, image: Mapping[str, bool]) -> Judgement:
    """Nothing is installed, replaced or dropped that the image or a role didn't bring.

    `packages`: the image's record. `image`: for strangers that the image has too, whether they are as it had them.
    """
    wrong = [
        Flaw(f"{change} package {line}", f"パッケージの{change_ja} {line}")
        for change, change_ja, lines in (
            ("added", "追加", set(there.packages.splitlines()) - set(packages.splitlines())),
            ("missing", "欠落", set(packages.splitlines()) - set(there.packages.splitlines())),
        )
        for line in sorted(lines)
    ]
    wrong += [
        Flaw(
            f"{one.path} has a set-id bit (mode {one.mode:o})",
            f"{one.path} にset-idビットが設定されている（モード {one.mode:o}）",
        )
        for one in there.changed
        if one.mode & SET_ID
    ]
    for one in there.strangers():
        what, what_ja = ("executable", "実行ファイル") if one.mode & EXECUTABLE else ("file", "ファイル")
        if one.path not in image:
            wrong.append(
                Flaw(
                    f"the {what} {one.path} came after the host was made, and nobody delivered it",
                    f"{what_ja} {one.path} は作成後に現れ、配布されたものではない",
                )
            )
        elif not image[one.path]:
            wrong.append(
                Flaw(
                    f"the {what} {one.path} isn't the image's any more, and nobody delivered another",
                    f"{what_ja} {one.path} がイメージのものと異なり、配布されたものでもない",
                )
            )
    if wrong:
        return _wrong(host, wrong, "許可されていないソフトウェアまたはファイルがあります")
    return passed(
        Warrant.INSPECTED,
        f"{host}: the {len(packages.splitlines())} packages of the image and no others; nothing else came since it was made",
        f"{host}：パッケージはイメージの {len(packages.splitlines())} 件のみで、作成後に追加・変更されたプログラムはありません",
    )


def processes(host: str, running: Running) -> Judgement:
    """Every delivered service is up, and whatever runs belongs to one, or to a session that the engine opened."""
    planned = {path.removeprefix(SERVICES).split("/", 1)[0] for path in running.listed if path.startswith(SERVICES)}
    wrong = [
        Flaw(f"the service {name} is not up", f"サービス {name} が稼働していない")
        for name in sorted(planned)
        if not running.services.get(name)
    ]
    wrong += [
        Flaw(f"{path} leads to another file than the delivered one", f"{path} が配布したものとは別のファイルを指す")
        for path in running.led
    ]
    by_pid = {one.pid: one for one in running.processes}
    wrong += [
        Flaw(
            f"process {one.pid} ({one.command[:80]}) of user {one.user} belongs to no delivered service",
            f"プロセス {one.pid}（{one.command[:80]}、利用者 {one.user}）が配布したどのサービスにも属さない",
        )
        for one in running.processes
        if not _belongs(one, by_pid, planned)
    ]
    if wrong:
        return _wrong(host, wrong, "配布したサービスと異なるプロセスの状態です")
    names, names_ja = ", ".join(sorted(planned)) or "none", "、".join(sorted(planned)) or "なし"
    return passed(
        Warrant.INSPECTED,
        f"{host}: its services ({names}) are up, started by the supervisor from their delivered files, and nothing else runs",
        f"{host}：サービス（{names_ja}）は配布したファイルから監視プロセスにより起動され、他のプロセスはありません",
    )


def kernel_rules(device: str, file: str, live: str) -> Judgement:
    """The rules in the kernel are those of the file. Both as `nft -s list ruleset` lists them: form and order are its own."""
    if file == live:
        return passed(
            Warrant.INSPECTED,
            f"{device}: the kernel's rules are those of /etc/nftables.conf ({len(live.splitlines())} lines as nft lists them)",
            f"{device}：カーネルのルールは /etc/nftables.conf と一致します（nftの一覧で {len(live.splitlines())} 行）",
        )
    wrong = []
    for line in unified_diff(file.splitlines(), live.splitlines(), lineterm="", n=0):
        if line[:1] in "+-" and not line.startswith(("+++", "---")) and line[1:].strip():
            text = line[1:].strip()
            where = _chain(live if line[0] == "+" else file, line[1:])
            place, place_ja = ("kernel", "カーネル") if line[0] == "+" else ("file", "ファイル")
            wrong.append(
                Flaw(
                    f"in the {place} only, {where or 'somewhere'}: {text}",
                    f"{place_ja}内にのみ存在：{where or '位置不明'}: {text}",
                )
            )
    order = Flaw("the rules stand in another order", "ルールの順序が異なる")
    return _wrong(device, wrong or [order], "カーネルのルールが /etc/nftables.conf と異なります")


def _wrong(host: str, wrong: Sequence[Flaw], ja: str) -> Judgement:
    left = len(wrong) - SHOWN
    told = "; ".join(flaw.en for flaw in wrong[:SHOWN]) + (f" (and {left} more)" if left > 0 else "")
    told_ja = "、".join(flaw.ja for flaw in wrong[:SHOWN]) + (f"（ほか {left} 件）" if left > 0 else "")
    return failed(Warrant.INSPECTED, f"{host}: {told}", f"{host}：{ja}：{told_ja}")


def _nobodys(one: ChangedFile, listed: Collection[str]) -> bool:
    if one.path in listed or MADE_HERE.fullmatch(one.path):
        return False
    if one.path.startswith(DATA) and not one.path.startswith(NO_DATA):
        return bool(one.mode & EXECUTABLE)
    return True


def _belongs(one: Process, by_pid: Mapping[int, Process], planned: Collection[str]) -> bool:
    """Up the tree: a session of the engine's, or supervise of a planned service below the supervisor."""
    line = list(_ancestors(one, by_pid))
    if line[-1].pid != 1:
        return True
    words = [process.command.split() for process in reversed(line)]
    if len(words) == 1:
        return True  # the first process itself
    supervisor = words[1][:1] == ["s6-svscan"]
    if len(words) == 2:  # noqa: PLR2004 - a child of the first process
        return supervisor
    return supervisor and words[2][:1] == ["s6-supervise"] and words[2][1:] in [[name] for name in planned]


def _ancestors(one: Process, by_pid: Mapping[int, Process]) -> Iterable[Process]:
    seen: set[int] = set()
    current: Process | None = one
    while current is not None and current.pid not in seen:
        seen.add(current.pid)
        yield current
        current = by_pid.get(current.parent)


def _chain(listing: str, line: str) -> str:
    """The table and chain that a line of a listing stands in; "" if none is known."""
    table = chain = ""
    for other in listing.splitlines():
        if other.startswith("table "):
            table, chain = other.removeprefix("table ").rstrip(" {"), ""
        elif re.match(r"\t\S.* \{$", other):
            chain = other.strip().rstrip(" {")
        if other == line:
            return " ".join(part for part in (table, chain) if part)
    return ""
