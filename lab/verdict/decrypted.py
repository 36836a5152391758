"""A session on the air, opened with its own keys: what was unreadable there is what was sent (WLAN-03, cases W5)."""

from __future__ import annotations

from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.air import AES
from lab.verdict.judgement import Judgement, error, failed, passed

LEAST = 3  # frames of each kind with the canary inside


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What became of a station's canaries in one time of listening, and what its keys opened. All numbers are of frames."""

    station: str
    associations: int  # requests of the station that were heard
    accepted: int  # Access-Accepts for it that hand over keys
    handshakes: int  # 4-way handshakes whose integrity codes these keys explain
    akm: str
    pairwise: str
    group: str  # names of suites; "" without a handshake
    sent: int  # opened with the pairwise key: from the station to one host, its canary inside
    sent_to_all: int  # the same, to everybody
    received: int  # the same, to the station, the canary of a wired host inside
    for_group: int  # opened with the group's key, another canary of that host inside
    opened: int  # all that the keys opened
    closed: int  # what they didn't
    by_wrong_key: int  # what a key with one bit turned over opened, handshakes counted too
    read_openly: int  # frames of the open network where the station's canary was read
    in_clear: tuple[str, ...]  # transmitters of frames on the air where one of the canaries can be read
    ports: frozenset[str]  # of the fabric, where the station's canary was seen
    delivered: bool  # both canaries of the wired host came to the access point


def is_what_was_sent(seen: Decrypted) -> Judgement:
    """WLAN-03: the encrypted frames hold the canaries, by the session's own AES keys, and no frame shows one in clear."""
    who = seen.station
    if seen.in_clear:
        places = ", ".join(seen.in_clear)
        return failed(
            Warrant.WITNESSED,
            f"the canaries of {who}'s session can be read on the air, in frames of {places}",
            f"{who} のセッションの目印が電波上で読み取れます（送信元 {places}）",
        )
    if wrong := _proves_nothing(seen) or _weak(seen):
        return wrong
    if not seen.ports:
        return error(f"the canary of {who} arrived nowhere", f"{who} の目印がどこにも到達していません")
    if not (seen.sent and seen.sent_to_all):
        places = ", ".join(sorted(seen.ports))
        return failed(
            Warrant.WITNESSED,
            f"what {who} sent was seen at {places}, but is not in the frames that its keys open: it went another way",
            f"{who} が送った通信は {places} で観測されましたが、セッション鍵で復号したフレームに含まれず、別の経路を通っています",
        )
    if not seen.delivered:
        return error(
            f"what was sent to {who} did not come to the access point",
            f"{who} 宛ての通信がアクセスポイントに届いていません",
        )
    return _enough(seen)


def _proves_nothing(seen: Decrypted) -> Judgement | None:
    who = seen.station
    if not seen.read_openly:
        return error(
            f"the canary of {who} was not found on the open network either, where it was sent in clear",
            f"{who} の目印は、平文で送った暗号なしのネットワークでも見つかりません",
        )
    if not seen.associations:
        return error(
            f"no association of {who} was heard: there is no session to open",
            f"{who} の接続要求を観測できず、復号の対象がありません",
        )
    if not seen.accepted:
        return error(
            f"no Access-Accept with keys for {who} crossed the access point's cable",
            f"{who} の鍵を渡すAccess-Acceptを観測できません",
        )
    if not seen.handshakes:
        return error(
            f"the keys that the authentication server gave for {who} explain no handshake on the air (AKM {seen.akm or '-'})",
            f"認証サーバが渡した {who} の鍵は、電波上のどのハンドシェイクとも一致しません（AKM {seen.akm or '-'}）",
        )
    if seen.by_wrong_key:
        return error(
            f"a wrong key opens frames of {who} too: the decryption proves nothing",
            f"誤った鍵でも {who} のフレームが復号でき、復号は証拠になりません",
        )
    return None


def _weak(seen: Decrypted) -> Judgement | None:
    weak = sorted({seen.pairwise, seen.group} - AES)
    if not weak:
        return None
    names, names_ja = ", ".join(name or "no cipher" for name in weak), "、".join(name or "暗号なし" for name in weak)
    return failed(
        Warrant.WITNESSED,
        f"the session of {seen.station} is protected with {names}, which is not AES",
        f"{seen.station} のセッションがAESでない暗号（{names_ja}）で保護されています",
    )


def _enough(seen: Decrypted) -> Judgement:
    counts = (seen.sent, seen.sent_to_all, seen.received, seen.for_group)
    if min(counts) < LEAST:
        return error(
            f"too few frames of {seen.station} hold the canaries: {seen.sent} and {seen.sent_to_all} from it, "
            f"{seen.received} to it, {seen.for_group} for the group",
            f"{seen.station} の目印を含むフレームが不足しています（送信 {seen.sent}・{seen.sent_to_all}、受信 {seen.received}、"
            f"グループ {seen.for_group}）",
        )
    return passed(
        Warrant.WITNESSED,
        f"the keys of {seen.station}'s own session (AKM {seen.akm}, handshake verified) open its frames: the canaries are in "
        f"{seen.sent + seen.sent_to_all} unicast frames from it and {seen.received} to it ({seen.pairwise}) and in "
        f"{seen.for_group} group frames ({seen.group}); no frame on the air shows one in clear, a key with a wrong bit opens none",
        f"{seen.station} 自身のセッション鍵（AKM {seen.akm}、ハンドシェイク検証済み）で復号したところ、目印は送信 "
        f"{seen.sent + seen.sent_to_all} 件・受信 {seen.received} 件のユニキャスト（{seen.pairwise}）とグループ {seen.for_group} 件"
        f"（{seen.group}）のフレームに含まれ、電波上に平文では現れません。1ビット異なる鍵では1件も復号できません",
    )
