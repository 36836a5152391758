"""A sensor on the air, and stations under attack: what was noticed, and who stayed (WLAN-11, WLAN-12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

CLOCK = 1.0  # seconds that an alarm may seem to be before its attack: one clock, but others' words for when it began
IN_TIME = 10.0  # seconds from the first frame of an attack to its alarm; the lab's own limit


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands in the central log. `at`: seconds since 1970, by the sensor's clock."""

    kind: str
    about: str  # its words: `ssid="sanso-lg" bssid=02:...`
    at: float


@dataclass(frozen=True, slots=True)
class Staged:
    """One attack that was staged for the sensor, and the alarms of its kind about it."""

    what: str
    what_ja: str
    frames: int  # of the attack, heard by a listener that is not the sensor
    began: float | None  # the first of them, by the same clock as the alarms
    before: Sequence[Alarm]  # while nothing was wrong, a station's joining apart
    raised: Sequence[Alarm]  # since then


def noticed(staged: Staged) -> Judgement:
    """An alarm in the central log within IN_TIME of the first frame, and none before there was anything."""
    if not staged.frames or staged.began is None:
        return error(
            f"{staged.what} was not heard on the air: whether it is noticed can't be shown",
            f"{staged.what_ja}が電波上で観測できず、検知を示せません",
        )
    early = [*staged.before, *(one for one in staged.raised if one.at < staged.began - CLOCK)]
    if early:
        return failed(
            Warrant.WITNESSED,
            f"the sensor gives this alarm while nothing is wrong: {early[0].about}",
            f"異常がないのに同じ警報が出ています：{early[0].about}",
        )
    if not staged.raised:
        return failed(
            Warrant.WITNESSED,
            f"{staged.what} went on for {staged.frames} frames, and no alarm came to the central log",
            f"{staged.what_ja}（{staged.frames}フレーム）の警報が集中ログに届きません",
        )
    first = min(staged.raised, key=lambda one: one.at)
    delay = first.at - staged.began
    if delay > IN_TIME:
        return failed(
            Warrant.WITNESSED,
            f"the alarm about {staged.what} was given {delay:.1f} s after its first frame, later than {IN_TIME:g} s",
            f"{staged.what_ja}の警報は最初のフレームから {delay:.1f} 秒後で、{IN_TIME:g} 秒を超えています",
        )
    return passed(
        Warrant.WITNESSED,
        f"{staged.what}: {first.kind}, {first.about}, in the central log {delay:.1f} s after its first frame; none while "
        "nothing was wrong",
        f"{staged.what_ja}：最初のフレームから {delay:.1f} 秒後の警報 {first.kind}（{first.about}）が集中ログに届きました。"
        "異常のない間は警報なし",
    )


@dataclass(frozen=True, slots=True)
class Flooded:
    """A station under a flood of farewells in its access point's name, and a client without protection under the same."""

    station: str
    frames: int  # to it, heard on the air
    events: str  # what its supplicant said since the flood began
    state: str  # "wpa_state" afterwards
    answered: bool  # its zone's server answers it afterwards
    control_frames: int  # to the client without protection
    control_fell: bool


DISCONNECTED, COMPLETED = "CTRL-EVENT-DISCONNECTED", "COMPLETED"


def stays(flooded: Flooded) -> Judgement:
    """It stays connected under what throws an unprotected client out."""
    if not flooded.frames or not flooded.control_frames:
        return error(
            "the flood was not heard on the air: nothing is shown", "大量送信が電波上で観測できず、何も示せません"
        )
    if DISCONNECTED in flooded.events or flooded.state != COMPLETED or not flooded.answered:
        return failed(
            Warrant.WITNESSED,
            f"{flooded.frames} forged deauthentications threw {flooded.station} out (state {flooded.state})",
            f"偽造した認証解除 {flooded.frames} フレームで {flooded.station} が切断されました（状態 {flooded.state}）",
        )
    if not flooded.control_fell:
        return error(
            "the same flood does not throw out a client without protected management frames: nothing is shown",
            "同じ大量送信で保護のない端末も切断されず、何も示せません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{flooded.station} stayed connected under {flooded.frames} forged deauthentications; {flooded.control_frames} of them "
        "threw out a client without protected management frames",
        f"{flooded.station} は偽造した認証解除 {flooded.frames} フレームの間も接続を保ちました。管理フレーム保護のない端末は"
        f" {flooded.control_frames} フレームで切断されました",
    )
