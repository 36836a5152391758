"""What a wireless station reaches beyond its own segment (WLAN-07, WLAN-21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.words import segment_at

_SHOWN = 3  # packets that are named


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet of a station and the fabric's ports where it was seen.

    `entry`: the port where all that stations of this network send comes in. `door`: the one by which it is handed to the
    first router. `outside`: segments of the public side, where a visitor's packet to an inner address may go astray.
    """

    what: str  # "ipv4 tcp/443 sta-lg -> mn-app"
    places: frozenset[str]
    entry: str
    door: str
    outside: frozenset[str] = frozenset()

    @property
    def beyond(self) -> tuple[str, ...]:
        """Ports of other segments where it was seen."""
        mine = {segment_at(self.entry), *self.outside}
        return tuple(sorted(port for port in self.places if segment_at(port) not in mine))


@dataclass(frozen=True, slots=True)
class Allowed:
    """One packet that the plan allows a station. `entry`: as above. `target`: the port of the host that it is for."""

    what: str
    places: frozenset[str]
    entry: str
    target: str
    answered: bool | None = None  # whether a connection of the station opened; None: it wasn't asked for one


def arrives(sent: Sequence[Allowed]) -> Judgement:
    """All that the plan allows one station in one family."""
    lost = [one.what for one in sent if one.entry not in one.places]
    if lost or not sent:
        return error(
            f"did not even cross the air: {_few(lost) or 'nothing was sent'}",
            f"電波区間を越えませんでした：{_few(lost) or '送信なし'}",
        )
    stopped = [one for one in sent if one.target not in one.places]
    mute = [one.what for one in sent if one.answered is False and one.target in one.places]
    if stopped or mute:
        en = [f"stopped: {_few([f'{one.what} (seen at {_ports(one)})' for one in stopped])}"] if stopped else []
        ja = [f"遮断：{_few([f'{one.what}（観測箇所：{_ports(one)}）' for one in stopped])}"] if stopped else []
        if mute:
            en.append(f"arrived without an answer: {_few(mute)}")
            ja.append(f"到達したが応答なし：{_few(mute)}")
        return failed(
            Warrant.WITNESSED,
            f"allowed, and does not work: {'; '.join(en)}",
            f"許可された通信が成立しません。{'、'.join(ja)}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{len(sent)} allowed flows crossed the air and arrived: {_few([one.what for one in sent])}",
        f"許可された通信 {len(sent)} 件が電波を経て宛先に届きました：{_few([one.what for one in sent])}",
    )


def _ports(one: Allowed) -> str:
    return ", ".join(sorted(one.places))


def ends_at_the_border(sent: Sequence[Sent], *, alive: Sequence[str], dead: Sequence[str]) -> Judgement:
    """All of them, to one zone in one family. `alive`, `dead`: the flows of `witness` that arrived, or should have."""
    through = [f"{one.what} ({', '.join(one.beyond)})" for one in sent if one.beyond]
    if through:
        return failed(
            Warrant.WITNESSED,
            f"{len(through)} of {len(sent)} packets of the station left its segment: {_few(through)}",
            f"端末のパケット {len(sent)} 件中 {len(through)} 件が自セグメントの外に出ました：{_few(through)}",
        )
    lost = [one.what for one in sent if one.entry not in one.places or one.door not in one.places]
    if lost or dead or not alive:
        why = _few(lost) or _few(dead)
        return error(
            "silence shows nothing: did not arrive in front of the router, or not at all where it should: "
            f"{why or 'no control flow'}",
            f"無応答は証拠になりません。ルータの手前、または届くべき宛先に到達していません：{why or '対照となる許可通信なし'}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{len(sent)} packets crossed the air, reached the router and were in no other segment; controls arrived: {_few(alive)}",
        f"{len(sent)} 件のパケットは電波を経てルータに届き、他のセグメントには現れませんでした。対照の到達：{_few(alive)}",
    )


def _few(names: Sequence[str]) -> str:
    more = f" (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
    return "; ".join(names[:_SHOWN]) + more
