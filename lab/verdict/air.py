"""What is heard on the air against what a staff network must be: its RSN element, its refusals, its data.

Sources: WLAN-01, 03, 05, 06, 07, 19 of the catalogue; status codes: IEEE 802.11-2020, table 9-50.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.record.air import AirCapture, AirFrame, Rsn
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.said_ja import request_ja
from lab.verdict.words import segment_at

ENTERPRISE = frozenset({"802.1X", "FT-802.1X", "802.1X-SHA256", "FT-802.1X-SHA384", "SUITE-B-192"})
WPA3 = frozenset({"802.1X-SHA256", "SUITE-B-192"})  # without the AKMs of WPA2 beside them
SUITE_B_192 = {  # WPA3-Enterprise's 192-bit mode: one of each kind (WLAN-19)
    "AKM": "SUITE-B-192", "pairwise": "GCMP-256", "group": "GCMP-256", "group management": "BIP-GMAC-256"
}  # fmt: skip
NAMELESS = "(no name"  # how the listener calls a network that hides its name
KINDS_JA = {
    "AKM": "AKM",
    "pairwise": "ペア鍵暗号",
    "group": "グループ暗号",
    "group management": "グループ管理フレームの保護",
}
AES = frozenset({"CCMP-128", "CCMP-256", "GCMP-128", "GCMP-256"})
TELLING = frozenset({"beacon", "probe-response"})
ACCEPTED, PMF_POLICY, INVALID_GROUP, INVALID_PAIRWISE, INVALID_AKM = 0, 31, 41, 42, 43


@dataclass(frozen=True, slots=True)
class Announced:
    """What a network said of itself while it was listened to."""

    ssid: str
    frames: tuple[AirFrame, ...]  # its beacons and probe responses

    @property
    def rsn(self) -> tuple[Rsn, ...]:
        """Every different RSN element, in the order they came."""
        return tuple(dict.fromkeys(frame.rsn for frame in self.frames if frame.rsn is not None))

    @property
    def open(self) -> bool:
        """Whether it ever stood there without one."""
        return any(frame.rsn is None for frame in self.frames)

    @property
    def wpa1(self) -> bool:
        return any(frame.wpa1 for frame in self.frames)


def announced(capture: AirCapture, ssid: str) -> Announced:
    """The frames that say what the network of that name is, whoever sends them: stations go by the name."""
    return Announced(ssid, tuple(frame for frame in capture.frames if frame.kind in TELLING and frame.ssid == ssid))


def no_other_networks(
    where: str,
    where_ja: str,
    found: Collection[tuple[str, str]],
    planned: Collection[tuple[str, str]],
    *,
    control: bool,
) -> Judgement:
    """Say whether the networks that were found, (BSSID, SSID) each, are the plan's, whatever their names.

    `control`: by the same look a network was found that must be found.
    """
    others = sorted(set(found) - set(planned))
    if others:
        return failed(
            Warrant.WITNESSED,
            f"{where} there are networks that no plan has: {', '.join(f'{ssid} by {bssid}' for bssid, ssid in others)}",
            f"{where_ja}に計画にないネットワークがあります：{'、'.join(f'{_name_ja(ssid)}（{bssid}）' for bssid, ssid in others)}",
        )
    if not control:
        return error(
            f"{where} not even a network that must be there was found: nothing is shown",
            f"{where_ja}で、存在するはずのネットワークも検出できず、証拠になりません",
        )
    listed, listed_ja = (
        ", ".join(ssid for _, ssid in sorted(found)),
        "、".join(_name_ja(ssid) for _, ssid in sorted(found)),
    )
    return passed(
        Warrant.WITNESSED,
        f"{where} there are {listed}, and no others",
        f"{where_ja}にあるのは {listed_ja} のみです",
    )


def enterprise_alone(network: Announced) -> Judgement:
    """WLAN-01: 802.1X and nothing else is offered."""
    if wrong := _unheard(network):
        return wrong
    extra = sorted({akm for rsn in network.rsn for akm in rsn.akm} - ENTERPRISE)
    if network.open or extra:
        what = ", ".join([*extra, *(["no security at all"] if network.open else [])])
        what_ja = "、".join([*extra, *(["暗号なし"] if network.open else [])])
        return failed(
            Warrant.WITNESSED,
            f"{network.ssid} offers {what} beside 802.1X or in its place",
            f"{network.ssid} が802.1X以外の方式（{what_ja}）を提示しています",
        )
    return _heard(network, f"AKM {_listed(network, 'akm')} alone", f"AKMは {_listed(network, 'akm')} のみ")


def aes_alone(network: Announced) -> Judgement:
    """WLAN-03: AES for stations and for the group, no TKIP, no WEP, no first WPA."""
    if wrong := _unheard(network):
        return wrong
    ciphers = {cipher for rsn in network.rsn for cipher in (rsn.group, *rsn.pairwise)}
    extra = [*sorted(ciphers - AES), *(["WPA1"] if network.wpa1 else [])]
    if extra or network.open:
        what = ", ".join([*extra, *(["none"] if network.open else [])])
        what_ja = "、".join([*extra, *(["暗号なし"] if network.open else [])])
        return failed(
            Warrant.WITNESSED,
            f"{network.ssid} offers the ciphers {what}",
            f"{network.ssid} が禁止された暗号（{what_ja}）を提示しています",
        )
    return _heard(network, f"ciphers {', '.join(sorted(ciphers))} alone", f"暗号は {'、'.join(sorted(ciphers))} のみ")


def frames_protected(network: Announced) -> Judgement:
    """WLAN-05: protection of management frames is required, not only possible."""
    if wrong := _unheard(network):
        return wrong
    loose = [rsn for rsn in network.rsn if not (rsn.mfp_required and rsn.mfp_capable)]
    if network.open or loose:
        state = "optional" if loose and all(rsn.mfp_capable for rsn in loose) else "off"
        return failed(
            Warrant.WITNESSED,
            f"{network.ssid} does not require protected management frames (they are {state})",
            f"{network.ssid} が管理フレーム保護を必須にしていません（{'任意' if state == 'optional' else '無効'}）",
        )
    return _heard(network, "MFPR and MFPC are set", "MFPR・MFPCとも設定済み")


def wpa3_alone(network: Announced) -> Judgement:
    """WLAN-06: nothing to be pushed down to."""
    if wrong := _unheard(network):
        return wrong
    extra = sorted({akm for rsn in network.rsn for akm in rsn.akm} - WPA3)
    if network.open or extra:
        return failed(
            Warrant.WITNESSED,
            f"{network.ssid} can be joined with {', '.join(extra) or 'no security'} too, which is less than WPA3-Enterprise",
            f"{network.ssid} はWPA3-Enterprise未満の {'、'.join(extra) or '暗号なし'} でも接続できます",
        )
    return _heard(network, f"AKM {_listed(network, 'akm')} alone", f"AKMは {_listed(network, 'akm')} のみ")


def suite_b_alone(network: Announced) -> Judgement:
    """WLAN-19: a network in 192-bit mode has that mode's suites, each alone."""
    if wrong := _unheard(network):
        return wrong
    wrong_ones = sorted({
        (kind, ", ".join(found) or "-")
        for rsn in network.rsn
        for kind, found in (("AKM", rsn.akm), ("pairwise", rsn.pairwise), ("group", (rsn.group,)),
                            ("group management", (rsn.group_management,) if rsn.group_management else ()))
        if found != (SUITE_B_192[kind],)
    })  # fmt: skip
    if network.open or wrong_ones:
        what = "; ".join(
            [*(f"{kind} {found}" for kind, found in wrong_ones), *(["no security at all"] if network.open else [])]
        )
        what_ja = "、".join(
            [*(f"{KINDS_JA[kind]} {found}" for kind, found in wrong_ones), *(["暗号なし"] if network.open else [])]
        )
        return failed(
            Warrant.WITNESSED,
            f"{network.ssid} is to be in 192-bit mode and offers {what}",
            f"192ビットモードであるべき {network.ssid} が {what_ja} を提示しています",
        )
    words = ", ".join(SUITE_B_192.values())
    return _heard(network, f"{words}, each alone", f"{words} のみ")


@dataclass(frozen=True, slots=True)
class Request:
    """One association request that was sent by hand, and what the access point answered (None: nothing)."""

    name: str
    status: int | None


def request_refused(tried: Request, accepted: Request, *, wanted: int) -> Judgement:
    """The access point's own refusal, by its status code; the request that is as it should be is accepted beside it."""
    if accepted.status != ACCEPTED:
        return error(
            f"the access point did not accept the good request either (status {accepted.status}): nothing is shown",
            f"正しい要求も受け入れられず（状態 {accepted.status}）、何も示せません",
        )
    if tried.status is None:
        return error(
            f"the access point did not answer the request {tried.name}",
            f"要求 {request_ja(tried.name)} に応答がありません",
        )
    if tried.status == ACCEPTED:
        return failed(
            Warrant.WITNESSED,
            f"the access point accepts a station that asks for {tried.name}",
            f"アクセスポイントが {request_ja(tried.name)} の端末を受け入れました",
        )
    if tried.status != wanted:
        return error(
            f"the request {tried.name} was refused with status {tried.status}, not {wanted}: for another reason",
            f"要求 {request_ja(tried.name)} は状態 {wanted} でなく {tried.status} で拒否されました（別の理由）",
        )
    return passed(
        Warrant.WITNESSED,
        f"a request for {tried.name} got status {tried.status}; the good one, beside it, status {accepted.status}",
        f"{request_ja(tried.name)} の要求は状態 {tried.status} で拒否、並行する正しい要求は状態 {accepted.status} で受理",
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a canary that a station sent by its network."""

    station: str
    sent: int
    readable: int  # times that it stands in a frame of that network
    protected: int  # encrypted data frames that the station sent meanwhile
    in_clear: int  # times that the same canary was found in frames of the open network beside it
    ports: frozenset[str]  # fabric ports where it was seen, "HOST.SEGMENT/from" and "/to"
    port: str  # the one where it must come in: the container's in the network's segment


def data_hidden(carried: Carried) -> Judgement:
    """WLAN-03: nobody on the air reads it, and it is what arrived behind the access point."""
    if carried.readable:
        return failed(
            Warrant.WITNESSED,
            f"what {carried.station} sends can be read on the air: the canary was found {carried.readable} times",
            f"{carried.station} の通信が電波上で読み取れます（目印を {carried.readable} 回観測）",
        )
    if not carried.in_clear:
        return error(
            "the same canary was not found on the open network beside it: the listener proves nothing",
            "隣の暗号なしネットワークでも同じ目印を観測できず、記録は証拠になりません",
        )
    if carried.port not in carried.ports:
        return error(
            f"the canary of {carried.station} did not arrive behind the access point",
            f"{carried.station} の目印がアクセスポイントの先で観測できません",
        )
    if carried.protected < carried.sent:
        return error(
            f"only {carried.protected} encrypted frames of {carried.station} were heard for {carried.sent} canaries",
            f"目印 {carried.sent} 件に対し、{carried.station} の暗号化フレームが {carried.protected} 件のみです",
        )
    return passed(
        Warrant.WITNESSED,
        f"{carried.sent} canaries of {carried.station} were on the air in {carried.protected} encrypted frames, readable in "
        f"none, and arrived behind the access point; on an open network the same one was read {carried.in_clear} times",
        f"{carried.station} の目印 {carried.sent} 件は暗号化フレーム {carried.protected} 件で送られ、電波上では読み取れず、"
        f"アクセスポイントの先に到達しました。暗号なしネットワークでは同じ目印を {carried.in_clear} 回読み取りました",
    )


def stays_in_its_segment(carried: Carried, segments: Collection[str]) -> Judgement:
    """WLAN-07: behind the access point it is in the network's own segment and in no other."""
    strange = sorted(port for port in carried.ports if segment_at(port) not in segments)
    if strange:
        return failed(
            Warrant.WITNESSED,
            f"what {carried.station} sent inside its zone was seen at {', '.join(strange)}",
            f"{carried.station} が領域内に送った通信を {'、'.join(strange)} で観測しました",
        )
    if carried.port not in carried.ports:
        return error(
            f"the canary of {carried.station} did not arrive behind the access point",
            f"{carried.station} の目印がアクセスポイントの先で観測できません",
        )
    return passed(
        Warrant.WITNESSED,
        f"what {carried.station} sent was seen in {', '.join(sorted(segments))} and in no other segment",
        f"{carried.station} の通信は {'、'.join(sorted(segments))} のみで観測しました",
    )


def statuses(capture: AirCapture, station: str, bssid: str) -> Sequence[int | None]:
    """The access point's answers to that station's association requests, in order; None: none before the next request."""
    found: list[int | None] = []
    for frame in capture.frames:
        if frame.kind == "association-request" and (frame.transmitter, frame.receiver) == (station, bssid):
            found.append(None)
        elif frame.kind == "association-response" and (frame.transmitter, frame.receiver) == (bssid, station) and found:
            found[-1] = frame.status
    return found


def _unheard(network: Announced) -> Judgement | None:
    if network.frames:
        return None
    return error(f"no beacon of {network.ssid} was heard", f"{network.ssid} のビーコンを観測できません")


def _name_ja(ssid: str) -> str:
    return (
        f"名前なし{ssid.removeprefix(NAMELESS).removesuffix(')')}".replace(", ", " ")
        if ssid.startswith(NAMELESS)
        else ssid
    )


def _listed(network: Announced, what: str) -> str:
    return ", ".join(sorted({name for rsn in network.rsn for name in getattr(rsn, what)}))


def _heard(network: Announced, en: str, ja: str) -> Judgement:
    count = len(network.frames)
    return passed(
        Warrant.WITNESSED,
        f"{count} beacons and probe responses of {network.ssid}: {en}",
        f"{network.ssid} のビーコン・プローブ応答 {count} 件：{ja}",
    )
