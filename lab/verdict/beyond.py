"""What a wireless station reaches beyond its own segment (WLAN-07, WLAN-21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.words import segment_of

_SHOWN = 3  # packets that are named


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet of a station and the fabric's ports where it was seen.

    `entry`: the port where all that stations of this network send comes in. `doors`: ports by which it may be handed to the
    first router. `outside`: segments of the public side, where a visitor's packet to an inner address may go astray.
    """

    what: str  # "ipv4 tcp/443 sta-lg -> mn-app"
    places: frozenset[str]
    entry: str
    doors: frozenset[str]
    outside: frozenset[str] = frozenset()

    @property
    def beyond(self) -> tuple[str, ...]:
        """Ports of other segments where it was seen."""
        mine = {_segment(self.entry), *self.outside}
        return tuple(sorted(port for port in self.places if _segment(port) not in mine))


def ends_at_the_border(sent: Sequence[Sent], *, alive: Sequence[str], dead: Sequence[str]) -> Judgement:
    """All of them, to one zone in one family. `alive`, `dead`: the flows of `witness` that arrived, or should have."""
    through = [f"{one.what} ({', '.join(one.beyond)})" for one in sent if one.beyond]
    if through:
        return failed(
            Warrant.WITNESSED,
            f"{len(through)} of {len(sent)} packets of the station left its segment: {_few(through)}",
            f"端末のパケット {len(sent)} 件中 {len(through)} 件が自セグメントの外に出ました: {_few(through)}",
        )
    lost = [one.what for one in sent if one.entry not in one.places or not one.doors & one.places]
    if lost or dead or not alive:
        why = _few(lost) or _few(dead) or "no control flow"
        return error(
            f"silence shows nothing: did not arrive in front of the router, or not at all where it should: {why}",
            f"無応答は証拠になりません。ルータの手前、または届くべき宛先に到達していません: {why}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{len(sent)} packets crossed the air, reached the router and were in no other segment; controls arrived: {_few(alive)}",
        f"{len(sent)} 件のパケットは電波を経てルータに届き、他のセグメントには現れませんでした。対照の到達: {_few(alive)}",
    )


def _segment(port: str) -> str:
    return segment_of(port.partition("/")[0])


def _few(names: Sequence[str]) -> str:
    more = f" (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
    return "; ".join(names[:_SHOWN]) + more
