"""What a staff network offers to everybody, held against what it must be (WLAN-01, 03, 05, 06, 19)."""

from __future__ import annotations

from lab.record import Warrant
from lab.verdict.air.announced import Announced
from lab.verdict.judgement import Judgement, error, failed, passed

ENTERPRISE = frozenset({"802.1X", "FT-802.1X", "802.1X-SHA256", "FT-802.1X-SHA384", "SUITE-B-192"})
WPA3 = frozenset({"802.1X-SHA256", "SUITE-B-192"})  # without the AKMs of WPA2 beside them
SUITE_B_192 = {  # WPA3-Enterprise's 192-bit mode: one of each kind (WLAN-19)
    "AKM": "SUITE-B-192", "pairwise": "GCMP-256", "group": "GCMP-256", "group management": "BIP-GMAC-256"
}  # fmt: skip
KINDS_JA = {
    "AKM": "AKM",
    "pairwise": "ペア鍵暗号",
    "group": "グループ暗号",
    "group management": "グループ管理フレームの保護",
}
AES = frozenset({"CCMP-128", "CCMP-256", "GCMP-128", "GCMP-256"})


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


def _unheard(network: Announced) -> Judgement | None:
    if network.frames:
        return None
    return error(f"no beacon of {network.ssid} was heard", f"{network.ssid} のビーコンを観測できません")


def _listed(network: Announced, what: str) -> str:
    return ", ".join(sorted({name for rsn in network.rsn for name in getattr(rsn, what)}))


def _heard(network: Announced, en: str, ja: str) -> Judgement:
    count = len(network.frames)
    return passed(
        Warrant.WITNESSED,
        f"{count} beacons and probe responses of {network.ssid}: {en}",
        f"{network.ssid} のビーコン・プローブ応答 {count} 件：{ja}",
    )
