"""A canary in an encrypted stream: nowhere to be read on the wire, there at the far end, and found when sent in clear."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

_HEAD = 5  # bytes of a TLS record's header: type, version, length (RFC 8446, 5.1)
_LONGEST = 16384 + 256
_TYPES = frozenset({20, 21, 22, 23})
_DATA = 23
_SKIPPED = 3  # a recording may begin inside a record: the first segments that may be left out


@dataclass(frozen=True, slots=True)
class Flown:
    """What became of one canary."""

    sent: int  # times that it was sent in the stream
    length: int  # bytes of it
    arrived: int  # times that it stands at the far end
    readable: frozenset[str]  # fabric ports where the stream showed it
    connections: tuple[tuple[bytes, ...], ...]  # of the stream: TCP segments in order
    in_clear: frozenset[str]  # fabric ports where it was found when it was sent in clear


def unreadable(name: str, flown: Flown, *, way: Collection[str]) -> Judgement:
    """Say whether the stream of `name` hides what it carries. `way`: the ports of the plan's route.

    The order is that of the questions: what was read on the wire outweighs everything else; a tap that doesn't find the
    canary in clear has shown nothing.
    """
    if flown.readable:
        where = ", ".join(sorted(flown.readable))
        return failed(
            Warrant.WITNESSED,
            f"what {name} logs can be read on the wire: the canary was seen in clear at {where}",
            f"{name} のログが回線上で読み取れます。平文の目印を {where} で観測しました",
        )
    blind = sorted(set(way) - flown.in_clear)
    if blind:
        return error(
            f"the canary of {name} in clear was not found at {', '.join(blind)}: the recording proves nothing",
            f"{name} の平文の目印が {'、'.join(blind)} で観測できず、記録は証拠になりません",
        )
    if flown.arrived < flown.sent:
        return failed(
            Warrant.WITNESSED,
            f"{flown.arrived} of {flown.sent} events of {name} arrived",
            f"{name} のイベント {flown.sent} 件のうち {flown.arrived} 件のみ到達しました",
        )
    bytes_hidden = sum(data_bytes(segments) for segments in flown.connections)
    if bytes_hidden < flown.sent * flown.length:
        return failed(
            Warrant.WITNESSED,
            f"the stream of {name} is not TLS all through: {bytes_hidden} bytes of TLS data for "
            f"{flown.sent * flown.length} bytes of canary",
            f"{name} の通信がすべてTLSではありません（TLSデータ {bytes_hidden} バイト、目印 "
            f"{flown.sent * flown.length} バイト）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{flown.sent} canaries of {name} arrived inside {bytes_hidden} bytes of TLS data and were readable nowhere; "
        f"the same canary in clear was found at all {len(way)} ports of the way",
        f"{name} の目印 {flown.sent} 件は {bytes_hidden} バイトのTLSデータ内で到達し、どこでも読み取れませんでした。"
        f"平文で送った同じ目印は経路上の全 {len(way)} ポートで観測しました",
    )


def data_bytes(segments: Sequence[bytes]) -> int:
    """Bytes of application data if the segments are TLS records and nothing else; 0 if they are not."""
    for start in range(min(_SKIPPED, len(segments))):
        found = _walk(b"".join(segments[start:]))
        if found is not None:
            return found
    return 0


def _walk(stream: bytes) -> int | None:
    at = found = 0
    while at + _HEAD <= len(stream):
        kind, major, length = stream[at], stream[at + 1], int.from_bytes(stream[at + 3 : at + _HEAD], "big")
        if kind not in _TYPES or major != 3 or length > _LONGEST:  # noqa: PLR2004 - every TLS version's first byte
            return None
        found += length if kind == _DATA else 0
        at += _HEAD + length
    return found  # the last record may go on after the recording
