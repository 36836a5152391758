"""Stations that must not reach each other by way of the access point, on one network or on two (WLAN-13, WLAN-07)."""

from __future__ import annotations

from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.said_ja import frames_ja


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What two stations of one network got back, each from the other and from a server of their zone."""

    one: str
    other: str
    answered: tuple[str, ...]  # "ONE -> OTHER ipv4", ... that got an answer
    asked: tuple[str, ...]  # all that was tried between the two
    served: tuple[str, ...]  # stations that the server answered at the same time
    answering: tuple[str, ...]  # stations that answered the server at the same time


def apart(seen: Neighbours) -> Judgement:
    """Say whether they are kept apart; both must reach the server meanwhile."""
    if seen.answered:
        return failed(
            Warrant.WITNESSED,
            f"stations of one network reach each other: {', '.join(seen.answered)}",
            f"同一SSIDの端末どうしが通信できます：{'、'.join(seen.answered)}",
        )
    deaf = sorted({seen.one, seen.other} - set(seen.served))
    if deaf:
        return error(
            f"{', '.join(deaf)} did not reach the server either: silence shows nothing",
            f"{'、'.join(deaf)} はサーバにも到達できず、無応答は証拠になりません",
        )
    mute = sorted({seen.one, seen.other} - set(seen.answering))
    if mute:
        return error(
            f"{', '.join(mute)} did not answer the server either: that it answers no station shows nothing",
            f"{'、'.join(mute)} はサーバにも応答せず、無応答は証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"none of {len(seen.asked)} attempts between {seen.one} and {seen.other} was answered; both reached the server meanwhile"
        " and answered it",
        f"{seen.one} と {seen.other} の間の試行 {len(seen.asked)} 件はすべて無応答で、その間、"
        "両端末ともサーバとは双方向に通信できました",
    )


@dataclass(frozen=True, slots=True)
class Overheard:
    """What one station sent for another, and a capture at the other's interface."""

    sender: str
    listener: str
    sent: tuple[str, ...]  # "ARP", "mDNS", ...
    wide: tuple[str, ...]  # of them for more than the listener: an access point has to carry these on
    crossed: tuple[str, ...]  # of them seen where all that the sender's network carries comes in
    heard: tuple[str, ...]  # of them in the capture
    control: tuple[str, ...]  # what a wired host of the listener's segment sent: "to its address", "to everybody", ...
    control_heard: tuple[str, ...]  # of that in the capture


def unheard(seen: Overheard) -> Judgement:
    """Say whether nothing of it came, while the same capture had what a wired host sent."""
    if seen.heard:
        what = ", ".join(seen.heard)
        return failed(
            Warrant.WITNESSED,
            f"what {seen.sender} sends on the air came to {seen.listener}: {what}",
            f"{seen.sender} が送ったフレームが {seen.listener} に届きました：{frames_ja(seen.heard)}",
        )
    lost = [one for one in seen.wide if one not in seen.crossed]
    if lost or not seen.wide:
        return error(
            f"did not even cross the air: {', '.join(lost) or 'nothing was sent'}",
            f"電波区間を越えませんでした：{frames_ja(lost) or '送信なし'}",
        )
    deaf = [one for one in seen.control if one not in seen.control_heard]
    if deaf or not seen.control:
        return error(
            f"{seen.listener} did not hear a wired host either ({', '.join(deaf) or 'none spoke'}): silence shows nothing",
            f"{seen.listener} は有線ホストの送信（{frames_ja(deaf) or 'なし'}）も受信せず、不達は証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"of what {seen.sender} sent ({', '.join(seen.sent)}) nothing came to {seen.listener}, though what is for more than one "
        f"crossed the air; a wired host was heard there meanwhile ({', '.join(seen.control)})",
        f"{seen.sender} の送信（{frames_ja(seen.sent)}）は、同報分が電波を越えていますが、{seen.listener} には届きませんでした。"
        f"その間、有線ホストの送信（{frames_ja(seen.control)}）は受信しています",
    )
