"""Two stations of one network that must not reach each other by way of the access point (WLAN-13)."""

from __future__ import annotations

from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


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
            f"同一SSIDの端末どうしが通信できます: {', '.join(seen.answered)}",
        )
    deaf = sorted({seen.one, seen.other} - set(seen.served))
    if deaf:
        return error(
            f"{', '.join(deaf)} did not reach the server either: silence shows nothing",
            f"{', '.join(deaf)} はサーバにも到達できず、無応答は証拠になりません",
        )
    mute = sorted({seen.one, seen.other} - set(seen.answering))
    if mute:
        return error(
            f"{', '.join(mute)} did not answer the server either: that it answers no station shows nothing",
            f"{', '.join(mute)} はサーバにも応答せず、無応答は証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"none of {len(seen.asked)} attempts between {seen.one} and {seen.other} was answered; both reached the server meanwhile"
        " and answered it",
        f"{seen.one} と {seen.other} の間の試行 {len(seen.asked)} 件はすべて無応答で、その間、"
        "両端末ともサーバとは双方向に通信できました",
    )
