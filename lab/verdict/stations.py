"""Stations and their access point as others find them: its administration, a second network, strange networks, group keys.

Sources: WLAN-14, 15, 17, 18 of the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

REKEYED = "WPA: Group rekeying completed"


@dataclass(frozen=True, slots=True)
class Approach:
    """What a station got from the access point itself, at every address that it has."""

    station: str
    asked: tuple[str, ...]  # "10.90.0.30 ping", "10.90.0.30 tcp/22", ...
    answered: tuple[str, ...]  # those that anything came back of, a refusal too
    wired: tuple[str, ...]  # what a host of the management zone was answered meanwhile
    served: bool  # the station was answered by a server of its own zone meanwhile
    strange: tuple[str, ...] = ()  # addresses that the access point has beside its own in the management zone


def out_of_reach(seen: Approach) -> Judgement:
    """Say whether the access point's own addresses are silent to a station, while the management zone is answered."""
    if seen.answered:
        return failed(
            Warrant.WITNESSED,
            f"the access point answers {seen.station} at {', '.join(seen.answered)}",
            f"アクセスポイントが {seen.station} に応答します：{'、'.join(seen.answered)}",
        )
    if seen.strange:
        return failed(
            Warrant.INSPECTED,
            f"the access point has {', '.join(seen.strange)} beside its own address in the management zone",
            f"アクセスポイントが管理領域のアドレス以外に {'、'.join(seen.strange)} を持っています",
        )
    if not seen.asked or not seen.wired or not seen.served:
        return error(
            f"{seen.station}: the access point was silent, but so was all else: nothing is shown",
            f"{seen.station}：アクセスポイント以外も無応答で、証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.station} got nothing back from {', '.join(seen.asked)}; its own server answered it, and the access point "
        f"answered the management zone ({', '.join(seen.wired)})",
        f"{seen.station} は {'、'.join(seen.asked)} のいずれからも応答を得られませんでした。その間、自領域のサーバは応答し、"
        f"アクセスポイントは管理領域には応答しました（{'、'.join(seen.wired)}）",
    )


def serves_nothing(point: str, listening: Sequence[str], *, elsewhere: Sequence[str]) -> Judgement:
    """Say whether nothing listens on the access point. `elsewhere`: what the same question found on a host that serves."""
    if listening:
        return failed(
            Warrant.INSPECTED,
            f"{point} listens on {', '.join(listening)}",
            f"{point} が {'、'.join(listening)} で待ち受けています",
        )
    if not elsewhere:
        return error(
            "the same question found no listener on the authentication server either: it shows nothing",
            "同じ方法で認証サーバの待受けも見つからず、証拠になりません",
        )
    return passed(
        Warrant.INSPECTED,
        f"nothing listens on {point}; the same question found {', '.join(elsewhere)} on the authentication server",
        f"{point} に待受けはありません（同じ方法で認証サーバでは {'、'.join(elsewhere)} を検出）",
    )


@dataclass(frozen=True, slots=True)
class Second:
    """A second interface that was plugged into a station that is on the radio."""

    station: str
    interface: str
    came: bool  # it was there
    up: bool  # it stayed up
    said: str  # the station's own line about it
    connected: bool  # it was on its network all the time
    forwards: tuple[str, ...]  # kernel settings by which it would pass on packets


def on_one_network(seen: Second) -> Judgement:
    """Say whether a station that is on the radio stays on that network alone, and passes nothing on."""
    if seen.forwards:
        return failed(
            Warrant.INSPECTED,
            f"{seen.station} passes packets on: {', '.join(seen.forwards)}",
            f"{seen.station} がパケットを転送する設定です：{'、'.join(seen.forwards)}",
        )
    if seen.up:
        return failed(
            Warrant.WITNESSED,
            f"{seen.station} is on two networks: {seen.interface} stays up beside the radio",
            f"{seen.station} が二重接続の状態です：無線と同時に {seen.interface} が有効なままです",
        )
    if not (seen.came and seen.connected):
        return error(
            f"{seen.station}: no second network was tried ({seen.interface} was not there, or the radio was off)",
            f"{seen.station}：二重接続の試験になっていません（{seen.interface} がないか、無線が切断）",
        )
    if not seen.said:
        return error(
            f"{seen.interface} of {seen.station} went down, but the station doesn't say that it did it",
            f"{seen.station} の {seen.interface} は停止しましたが、端末の記録がありません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.station} put a second interface down at once and stayed on the radio: {seen.said!r}",
        f"{seen.station} は2つ目のインターフェースを直ちに停止し、無線接続を維持しました：{seen.said!r}",
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What a station knows of networks: (SSID, AKMs) of each, in the supplicant's words."""

    running: tuple[tuple[str, str], ...]  # of the supplicant as it runs
    filed: tuple[tuple[str, str], ...]  # of the files that it was started with
    credentials: tuple[str, ...]  # for networks that are found by who runs them (Hotspot 2.0)
    programs: tuple[str, ...]  # the supplicants' commands


def knows_its_own(station: str, ssid: str, akm: str, known: Known) -> Judgement:
    """Say whether a station knows its own network, by that AKM, and no other: told to the running supplicant or filed."""
    own = (ssid, akm)
    running, filed = ([one for one in those if one != own] for those in (known.running, known.filed))
    if running or filed:
        others = [f"{name} ({how})" for name, how in running] + [f"{name} ({how}), by its file," for name, how in filed]
        others_ja = [f"{name}（{how}）" for name, how in running] + [
            f"{name}（{how}、設定ファイル）" for name, how in filed
        ]
        return failed(
            Warrant.INSPECTED,
            f"{station} knows {', '.join(others)} beside or in place of {ssid} ({akm})",
            f"{station} に {ssid}（{akm}）以外のネットワークが登録されています：{'、'.join(others_ja)}",
        )
    if known.credentials or len(known.programs) > 1:
        what = ", ".join([*known.credentials, *known.programs[1:]])
        return failed(
            Warrant.INSPECTED,
            f"{station} has other ways to a network: {what}",
            f"{station} に他の接続手段があります：{what}",
        )
    if own not in known.running or own not in known.filed or not known.programs:
        return error(
            f"{station} doesn't even tell of {ssid}: that it tells of no other shows nothing",
            f"{station} で {ssid} も検出できず、証拠になりません",
        )
    return passed(
        Warrant.INSPECTED,
        f"the supplicant of {station} knows {ssid} ({akm}) alone, as it runs and by its file",
        f"{station} の認証クライアントは、動作中・ファイルとも {ssid}（{akm}）のみを保持しています",
    )


@dataclass(frozen=True, slots=True)
class Lure:
    """An open network beside a station whose own is silent. The logs are those of the luring access point and the station."""

    station: str
    network: str  # the name that it was given
    joined: tuple[str, ...]  # MAC addresses that it let in
    mac: str  # the station's
    careless: str  # of a client that joins whatever it is offered
    looked: bool  # the station found it when it searched


def not_lured(seen: Lure) -> Judgement:
    """Say whether the station stayed away from an open network, while a careless client joined it."""
    if seen.mac in seen.joined:
        return failed(
            Warrant.WITNESSED,
            f"{seen.station} joined an open network that is called {seen.network}",
            f"{seen.station} が、{seen.network} を名乗る暗号なしネットワークに接続しました",
        )
    if seen.careless not in seen.joined or not seen.looked:
        return error(
            f"{seen.station} did not join {seen.network}, but nobody did, or it did not look: nothing is shown",
            f"{seen.station} は {seen.network} に接続しませんでしたが、他の端末も接続せず、または探索がなく、証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.station} found an open network called {seen.network} and stayed away from it; a careless client joined it",
        f"{seen.station} は {seen.network} を名乗る暗号なしネットワークを検出しましたが、接続しませんでした。"
        "無条件に接続する端末は接続しました",
    )


def rekeyed(station: str, other: str, *, before: int, after: int, left: bool) -> Judgement:
    """Say whether the group got a new key when somebody left. The numbers are the station's rekeyings until then and since."""
    if not left:
        return error(f"{other} did not leave: nothing was tried", f"{other} が離脱しておらず、試験になっていません")
    if after <= before:
        return failed(
            Warrant.WITNESSED,
            f"{station} got no new group key when {other} left: who left can go on reading what is for everybody",
            f"{other} の離脱後も {station} のグループ鍵が更新されず、離脱した端末が一斉送信を読み続けられます",
        )
    return passed(
        Warrant.WITNESSED,
        f"{station} got a new group key when {other} left",
        f"{other} の離脱時に {station} のグループ鍵が更新されました",
    )


def group_frames_signed(network: str, ciphers: Sequence[str], *, protected: Sequence[bool]) -> Judgement:
    """Say whether management frames for everybody are signed (BIP), and beacons too. One entry per kind of RSN element heard."""
    if not ciphers or not protected:
        return error(f"no beacon of {network} was heard", f"{network} のビーコンを観測できません")
    weak = sorted({one for one in ciphers if not one.startswith("BIP")})
    if weak:
        return failed(
            Warrant.WITNESSED,
            f"{network} announces {', '.join(one or '(not said)' for one in weak)} for management frames to everybody, not BIP",
            f"{network} のグループ管理フレームの保護が {'、'.join(one or '提示なし' for one in weak)} で、BIPではありません",
        )
    if not all(protected):
        return failed(
            Warrant.WITNESSED,
            f"{network} does not announce that its beacons are protected",
            f"{network} がビーコン保護を提示していません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{network}: {', '.join(sorted(set(ciphers)))} for management frames to everybody, and protected beacons",
        f"{network}：グループ管理フレームは {'、'.join(sorted(set(ciphers)))}、ビーコン保護あり",
    )
