"""The nouns of the messages: packets, ports, rules. Sentences stand where they are decided."""

from __future__ import annotations

from collections.abc import Iterable

from lab.record import Application, Attempt, Observation, Shape, Sighting
from lab.verdict.craft_words import craft_text, craft_text_ja

Seen = Observation | Application
MANY = 4


def service(attempt: Attempt) -> str:
    """tcp/443, icmp echo; of a crafted packet that is neither: ip/47, icmp."""
    shape = attempt.craft.shape if attempt.craft else None
    if attempt.craft is not None and shape in {Shape.PROTOCOL, Shape.TUNNEL}:
        return f"ip/{attempt.craft.number}"
    if shape is Shape.ERROR:
        return attempt.protocol.value
    return f"{attempt.protocol} echo" if attempt.port is None else f"{attempt.protocol}/{attempt.port}"


def packet(attempt: Attempt) -> str:
    """ipv4 tcp/443 lg-term -> mn-app (10.10.0.10), and from where it really came."""
    notes = [attempt.address]
    if attempt.craft is not None and (odd := craft_text(attempt.craft, attempt.family)):
        notes.append(odd)
    if attempt.source_port is not None:
        notes.append(f"from source port {attempt.source_port}")
    if attempt.intruder_segment is not None:
        claimed = f" as {attempt.intruder_source}" if attempt.intruder_source else ""
        card = f" with MAC {attempt.intruder_mac}" if attempt.intruder_mac else ""
        notes.append(f"sent by an intruder on {attempt.intruder_segment}{claimed}{card}")
    return f"{attempt.family} {service(attempt)} {attempt.source} -> {attempt.destination} ({'; '.join(notes)})"


def packet_ja(attempt: Attempt) -> str:
    """The same in Japanese."""
    notes = [attempt.address]
    if attempt.craft is not None and (odd := craft_text_ja(attempt.craft, attempt.family)):
        notes.append(odd)
    if attempt.source_port is not None:
        notes.append(f"送信元ポート {attempt.source_port}")
    if attempt.intruder_segment is not None:
        claimed = f" {attempt.intruder_source} を名乗って" if attempt.intruder_source else ""
        card = f"（MAC {attempt.intruder_mac}）" if attempt.intruder_mac else ""
        notes.append(f"{attempt.intruder_segment} 上の侵入者{card}が{claimed}送信")
    return f"{attempt.family} {service(attempt)} {attempt.source} -> {attempt.destination}（{'、'.join(notes)}）"


ANSWERS_JA = {
    "none": "なし",
    "connected": "接続成立",
    "refused": "接続拒否",
    "replied": "応答あり",
    "unreachable": "到達不能",
    "unreachable: no route": "到達不能（経路なし）",
    "error": "エラー",
    "error: the source's own firewall refused to send": "エラー（送信元自身のファイアウォールが送信を拒否）",
    "error: the source refused to send": "エラー（送信元が送信を拒否）",
}


def answer_ja(answer: str) -> str:
    """What came back, in Japanese: "connected" -> 接続成立. Details after a colon are the system's own words and stay."""
    if answer in ANSWERS_JA:
        return ANSWERS_JA[answer]
    word, mark, detail = answer.partition(": ")
    return ANSWERS_JA.get(word, word) + (f"（{detail}）" if mark else "")


def ports(sightings: Iterable[Sighting]) -> str:
    """juki-net.juki-net/to, ... in the order of seeing, the first few."""
    names = list(dict.fromkeys(f"{s.port}/{s.direction}" for s in sightings))
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return ", ".join(names[:MANY]) + more


def ports_ja(sightings: Iterable[Sighting]) -> str:
    """The same in Japanese."""
    names = list(dict.fromkeys(f"{s.port}/{s.direction}" for s in sightings))
    more = f"、ほか {len(names) - MANY} か所" if len(names) > MANY else ""
    return "、".join(names[:MANY]) + more


def way(sightings: Iterable[Sighting]) -> str:
    """lg-term.lg/from > fw-lg.lg/to > ..."""
    return _steps(sightings) or "nowhere"


def way_ja(sightings: Iterable[Sighting]) -> str:
    """The same in Japanese."""
    return _steps(sightings) or "なし"


def _steps(sightings: Iterable[Sighting]) -> str:
    return " > ".join(f"{s.port}/{s.direction}" for s in sightings)


def host_of(port: str) -> str:
    """The host of a fabric port HOST.SEGMENT."""
    return port.split(".", 1)[0]


def segment_of(port: str) -> str:
    """The segment of a fabric port HOST.SEGMENT."""
    return port.split(".", 1)[1]


def segment_at(place: str) -> str:
    """The segment of a place HOST.SEGMENT/from or /to."""
    return place.partition("/")[0].partition(".")[2]
