"""Frames in somebody else's name: a station of staff stays where it is, a client without protection doesn't (WLAN-05, WLAN-18)."""

from __future__ import annotations

from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.watched import COMPLETED, DISCONNECTED

MOVED = "CHANNEL-SWITCH"  # in a supplicant's words for the begin and the end of one


@dataclass(frozen=True, slots=True)
class Injected:
    """One kind of frame that was sent to a station's network, and to an open one beside it."""

    station: str
    what: str
    what_ja: str
    frames: int  # heard on the air, in the name of the station's network or the station
    events: str  # what the station's supplicant said since
    state: str  # "wpa_state" afterwards
    answered: bool  # its zone's server answers it afterwards
    control_frames: int  # heard on the air, for the open network
    control_fell: bool  # its client was disconnected, or left the channel


def stays_in(seen: Injected) -> Judgement:
    """Say whether the station stayed connected and on its channel under what a client without protection gives way to."""
    moved = [line for line in seen.events.splitlines() if DISCONNECTED in line or MOVED in line]
    if moved or (seen.frames and (seen.state != COMPLETED or not seen.answered)):
        answered, answered_ja = ("answered", "応答あり") if seen.answered else ("not answered", "応答なし")
        why = moved[0] if moved else f"state {seen.state}, {answered} by its server"
        why_ja = repr(moved[0]) if moved else f"状態 {seen.state}、サーバの{answered_ja}"
        return failed(
            Warrant.WITNESSED,
            f"{seen.frames} forged frames ({seen.what}) put {seen.station} off its network: {why!r}",
            f"偽造した{seen.what_ja} {seen.frames} フレームで {seen.station} がネットワークから外れました：{why_ja}",
        )
    if not seen.frames or not seen.control_frames:
        return error(
            f"the forged frames ({seen.what}) were not heard on the air: nothing is shown",
            f"偽造した{seen.what_ja}が電波上で観測できず、何も示せません",
        )
    if not seen.control_fell:
        return error(
            f"the same ({seen.what}) does nothing to a client without protection: nothing is shown",
            f"同じ{seen.what_ja}で保護のない端末にも影響がなく、何も示せません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.station} stayed connected under {seen.frames} forged frames ({seen.what}); {seen.control_frames} of them put a "
        "client without protection off its network",
        f"{seen.station} は偽造した{seen.what_ja} {seen.frames} フレームの間も接続を保ちました。保護のない端末は"
        f" {seen.control_frames} フレームでネットワークから外れました",
    )
