"""What a time daemon says of itself: which sources it has, whether they answered, and whether it could set the clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

CAP_SYS_TIME = 25  # bit of the kernel's capability masks, linux/capability.h
_FIELDS = 10


@dataclass(frozen=True, slots=True)
class Source:
    """One line of `chronyc -n -c sources -a`."""

    address: str  # "ID#0000000001" for a name that could not be resolved yet
    state: str  # "*" followed, "?" unreachable or not looked at yet, ...
    stratum: int
    reach: int  # the last eight questions as bits: 0 means that none was answered


@dataclass(frozen=True, slots=True)
class Daemon:
    """A time daemon as it runs."""

    running: bool
    sources: tuple[Source, ...] = ()
    capabilities: int = 0  # its effective and inheritable ones and its bounding set, as one mask
    options: tuple[str, ...] = ()  # of its command line


def sources(text: str) -> tuple[Source, ...]:
    """Read what `chronyc -n -c sources -a` printed. ValueError for a line that is none of its."""
    found = []
    for line in text.splitlines():
        parts = line.split(",")
        if len(parts) != _FIELDS or not re.fullmatch(r"[\^=#]", parts[0]):
            raise ValueError(f"not a line of chronyc: {line!r}")
        found.append(Source(parts[2], parts[1], int(parts[3]), int(parts[5], 8)))
    return tuple(found)


def follows(host: str, daemon: Daemon, planned: Sequence[str]) -> Judgement:
    """Say whether the daemon has exactly this source, has had answers from it, and can't set the clock.

    `planned`: the addresses of the one planned source, one per family; the daemon asks one of them. () for a server, which
    follows nobody.
    """
    if problem := _wrong(host, daemon, planned):
        return problem
    if not planned:
        return passed(
            Warrant.INSPECTED,
            f"{host} follows no other server and can't set the clock",
            f"{host} は他のサーバを参照せず、時計も変更できません",
        )
    (own,) = daemon.sources
    if not own.reach:
        return failed(
            Warrant.INSPECTED,
            f"{host} asks {own.address} for the time and has had no usable answer",
            f"{host} は {own.address} に問い合わせていますが、有効な応答を得ていません",
        )
    return passed(
        Warrant.INSPECTED,
        f"{host} follows {own.address} (stratum {own.stratum}, reach {own.reach:o}) and nobody else, and can't set the clock",
        f"{host} は {own.address}（stratum {own.stratum}、reach {own.reach:o}）のみを参照し、時計を変更できません",
    )


def answers(host: str, answered: Sequence[str], *, own: Mapping[str, str], foreign: Mapping[str, str]) -> Judgement:
    """Say whether a time server answers its own zones and nobody else.

    `answered`: the addresses that its daemon would answer. `own`, `foreign`: address -> whose it is.
    """
    if more := [address for address in answered if address in foreign]:
        told = ", ".join(f"{address} ({foreign[address]})" for address in more[:5])
        return failed(
            Warrant.INSPECTED,
            f"{host}: its time daemon would answer {len(more)} addresses outside of its zones: {told}",
            f"{host}：時刻同期デーモンが領域外の {len(more)} アドレスに応答します：{told}",
        )
    if less := [f"{address} ({own[address]})" for address in own if address not in answered]:
        return failed(
            Warrant.INSPECTED,
            f"{host}: its time daemon would not answer {', '.join(less[:5])}, of its own zones",
            f"{host}：時刻同期デーモンが自領域の {'、'.join(less[:5])} に応答しません",
        )
    if not foreign:
        return error(f"{host}: there is nobody whom it would have to refuse", f"{host}：拒否すべき対象がありません")
    return passed(
        Warrant.INSPECTED,
        f"{host}: its time daemon answers {len(own)} addresses of its own zones and none of {len(foreign)} others, whatever the "
        "rules let in",
        f"{host}：時刻同期デーモンは自領域の {len(own)} アドレスに応答し、他の {len(foreign)} アドレスには"
        "ルールによらず応答しません",
    )


def _wrong(host: str, daemon: Daemon, planned: Sequence[str]) -> Judgement | None:
    """A fail for a daemon that is not what the plan has, whatever it has heard."""
    if not daemon.running:
        return failed(Warrant.INSPECTED, f"{host}: no time daemon runs", f"{host}：時刻同期デーモンが稼働していません")
    if sets_clock(daemon):
        return failed(
            Warrant.INSPECTED,
            f"{host}: its time daemon may set the system clock",
            f"{host}：時刻同期デーモンがシステム時計を変更できます",
        )
    foreign = [source.address for source in daemon.sources if source.address not in planned]
    if foreign:
        return failed(
            Warrant.INSPECTED,
            f"{host} takes its time from {', '.join(foreign)} too, which the plan doesn't have",
            f"{host} は計画にない時刻源 {'、'.join(foreign)} を参照しています",
        )
    if planned and len(daemon.sources) != 1:
        return failed(
            Warrant.INSPECTED,
            f"{host} has {len(daemon.sources)} sources of time instead of its one planned source",
            f"{host} の時刻源が {len(daemon.sources)} 件あります（計画は1件）",
        )
    return None


def sets_clock(daemon: Daemon) -> bool:
    """True unless the daemon was told not to touch the clock and the kernel wouldn't let it."""
    return "-x" not in daemon.options or bool(daemon.capabilities >> CAP_SYS_TIME & 1)
