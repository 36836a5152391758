"""Whether the software that runs is of a series that somebody still maintains (WLAN-10, VPN-09, TW-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


@dataclass(frozen=True, slots=True)
class Running:
    """One running program as it tells of itself. `version`: "" if nothing could be read from its answer."""

    program: str  # "hostapd"
    version: str  # "2.10"


@dataclass(frozen=True, slots=True)
class Maintained:
    """One series of a program that somebody maintains. `until`: the last day."""

    program: str
    series: str
    by: str
    until: date

    def covers(self, running: Running) -> bool:
        """True for the series itself and what follows it after a dot or a hyphen: "6.1" covers 6.1.0-43, not 6.12."""
        rest = running.version.removeprefix(self.series)
        return self.program == running.program and rest != running.version and (not rest or rest[0] in ".-")


def supported(host: str, found: Sequence[Running], known: Sequence[Maintained], *, today: date) -> Judgement:
    """Say whether each program of `host` is of a series in the list whose end has not come."""
    unread = [one.program for one in found if not one.version]
    if not found or unread:
        return error(
            f"{host}: the version of {', '.join(unread) or 'no program'} could not be read",
            f"{host}：{'、'.join(unread) or 'プログラム'} のバージョンを読み取れませんでした",
        )
    bad, bad_ja, good, good_ja = [], [], [], []
    for one in found:
        entry = next((entry for entry in known if entry.covers(one)), None)
        if entry is None:
            bad.append(f"{one.program} {one.version} is of no series that is maintained")
            bad_ja.append(f"{one.program} {one.version} は保守されている系列ではありません")
        elif entry.until < today:
            bad.append(f"{one.program} {one.version} was maintained until {entry.until} ({entry.by})")
            bad_ja.append(f"{one.program} {one.version} の保守は {entry.until} に終了しました（{entry.by}）")
        else:
            good.append(f"{one.program} {one.version} ({entry.by}, until {entry.until})")
            good_ja.append(f"{one.program} {one.version}（{entry.by}、{entry.until} まで）")
    if bad:
        return failed(Warrant.INSPECTED, f"{host}: {'; '.join(bad)}", f"{host}：{'、'.join(bad_ja)}")
    return passed(Warrant.INSPECTED, f"{host} runs {', '.join(good)}", f"{host} の稼働版：{'、'.join(good_ja)}")
