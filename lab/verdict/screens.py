"""Screen transfer: what two sessions of one desktop did, one as delivered and one with its channels on (SCR-03 to SCR-05)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

CLIPBOARD = "cliprdr"
DEVICES = "rdpdr"  # drives, printers, ports and smart cards share it
SOUND, DYNAMIC = "rdpsnd", "drdynvc"  # microphone, camera and USB are dynamic
WINDOWS, VIDEO, TOOLS = "rail", "xrdpvr", "tcutils"  # single programs, video, a client's tools
INVENTED = "rdp2tcp"  # no channel of RDP's own: a tunnel for TCP
EXTRAS = frozenset({DEVICES, SOUND, DYNAMIC, WINDOWS, VIDEO, TOOLS, INVENTED})  # all but the clipboard
SLACK = 2  # times the control's own time that is waited for what must not come
_WAYS = {"in": "from the terminal to the desktop", "out": "from the desktop to the terminal"}
_WAYS_JA = {"in": "端末からデスクトップへ", "out": "デスクトップから端末へ"}
_FORMS_JA = {"text": "テキスト", "image": "画像"}


@dataclass(frozen=True, slots=True)
class Copied:
    """One attempt to copy. `after`: seconds until it could be pasted on the other side, None: never."""

    way: str  # "in" | "out"
    form: str  # "text" | "image"
    after: float | None


@dataclass(frozen=True, slots=True)
class ScreenSession:
    """What the client of one session asked for and what became of it."""

    asked: frozenset[str]  # static channels that it named
    off: frozenset[str]  # those that the desktop itself said are disabled
    on: frozenset[str]  # those that it said are enabled
    copies: tuple[Copied, ...] = ()
    devices: tuple[str, ...] = ()  # that the desktop told of as the client's
    patience: float = 0.0  # seconds that a copy was waited for


def clipboard(desk: str, delivered: ScreenSession, control: ScreenSession) -> Judgement:
    """Nothing is copied either way, by the desktop's word and by trying; the same with the channel on is copied."""
    if judged := _unasked(desk, delivered, control, {CLIPBOARD}):
        return judged
    through = [one for one in delivered.copies if one.after is not None]
    if through:
        en = ", ".join(f"{one.form} {_WAYS[one.way]}" for one in through)
        ja = "、".join(f"{_FORMS_JA[one.form]}（{_WAYS_JA[one.way]}）" for one in through)
        return failed(
            Warrant.WITNESSED, f"{desk}: the clipboard carries {en}", f"{desk}：クリップボードで{ja}が転送されました"
        )
    late = [one for one in control.copies if one.after is None or one.after * SLACK > delivered.patience]
    if late or not control.copies:
        en = ", ".join(f"{one.form} {_WAYS[one.way]}" for one in late) or "nothing"
        return error(
            f"{desk}: with the channel on, {en} was not copied in time either: what didn't come shows nothing",
            f"{desk}：チャネルを有効にしても時間内に転送されず、転送されなかったことは証拠になりません",
        )
    if CLIPBOARD not in delivered.off:
        return failed(
            Warrant.WITNESSED,
            f"{desk}: it never said that the clipboard's channel is disabled",
            f"{desk}：クリップボードのチャネルを無効とした記録がデスクトップにありません",
        )
    longest = max(one.after or 0 for one in control.copies)
    return passed(
        Warrant.WITNESSED,
        f"{desk}: text and image were copied neither way, and it said itself that the channel is disabled; the same client with"
        f" the channel on had each within {longest:.1f} s",
        f"{desk}：テキストも画像も双方向で転送されず、デスクトップ自身がチャネルの無効を記録しました。"
        f"チャネルを有効にした同じクライアントではいずれも{longest:.1f}秒以内に転送されました",
    )


def devices(desk: str, delivered: ScreenSession, control: ScreenSession, channels: Collection[str]) -> Judgement:
    """The desktop refuses these channels and sees no device; with them on it sees one of the same client's."""
    if judged := _unasked(desk, delivered, control, channels):
        return judged
    open_ = sorted(set(channels) & delivered.on)
    if open_ or delivered.devices:
        what = ", ".join([*(f"channel {name}" for name in open_), *delivered.devices])
        what_ja = "、".join([*(f"チャネル {name}" for name in open_), *delivered.devices])
        return failed(Warrant.WITNESSED, f"{desk}: it takes {what}", f"{desk}：{what_ja} が有効です")
    if not control.devices or not set(channels) <= control.on:
        return error(
            f"{desk}: with the channels on it saw no device either, so seeing none shows nothing",
            f"{desk}：チャネルを有効にしても装置が現れず、現れないことは証拠になりません",
        )
    missing = sorted(set(channels) - delivered.off)
    if missing:
        return failed(
            Warrant.WITNESSED,
            f"{desk}: it never said that {', '.join(missing)} is disabled",
            f"{desk}：{'、'.join(missing)} を無効とした記録がデスクトップにありません",
        )
    names = ", ".join(sorted(channels))
    return passed(
        Warrant.WITNESSED,
        f"{desk}: it said itself that {names} is disabled and saw no device of the client's; with the channels on it saw"
        f" {control.devices[0]}",
        f"{desk}：デスクトップ自身が {names} の無効を記録し、クライアントの装置は現れませんでした。チャネルを有効にすると"
        f" {control.devices[0]} が現れました",
    )


def _unasked(
    desk: str, delivered: ScreenSession, control: ScreenSession, channels: Collection[str]
) -> Judgement | None:
    """A client that never asked was refused nothing."""
    for what, ja, one in (("delivered", "配布時の設定", delivered), ("control", "対照", control)):
        if missing := sorted(set(channels) - one.asked):
            return error(
                f"{desk}: the {what} session's client did not ask for {', '.join(missing)}",
                f"{desk}：クライアントが {'、'.join(missing)} を要求していません（{ja}のセッション）",
            )
    return None
