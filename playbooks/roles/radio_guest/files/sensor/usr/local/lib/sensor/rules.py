"""What is wrong on the air: a network's name in other hands, an access point that is two, a flood of frames.

Each rule is a counting of frames of the last moments; none looks into what is encrypted.
"""

from __future__ import annotations

from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from frames import Frame

HOLD = 5_000_000  # microseconds after which an alarm that goes on is given again
SECOND = 1_000_000
FLOODS = {  # frames of one kind at one access point in a second that no office brings about
    "deauthentication": 10,
    "disassociation": 10,
    "authentication": 15,
    "association": 15,
    "eapol-start": 15,
}
BEACONS = 20  # as many intervals are looked at
CROWDED = 1.5  # so many beacons per interval are one access point's no more
BACKWARDS = 3  # a restarted access point's clock goes back once


class Alarm:
    """One alarm. `since`: microseconds, the first frame of what it is about."""

    __slots__ = ("about", "kind", "since")

    def __init__(self, kind: str, about: str, since: int) -> None:
        self.kind, self.about, self.since = kind, about, since


class Rules:
    """Judges frame after frame. `known`: BSSID -> name of the network that it may announce."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known, self._names = dict(known), set(known.values())
        self._counted: dict[tuple[str, str], deque[int]] = {}
        self._beacons: dict[str, deque[int]] = {}
        self._backwards: dict[str, deque[int]] = {}
        self._lasting: dict[
            str, tuple[int, int, int | None]
        ] = {}  # alarm -> when it began, was seen last, was given last

    def see(self, frame: Frame) -> Iterator[Alarm]:
        """The alarms that this frame gives."""
        if frame.kind in ("beacon", "probe-response"):
            yield from self._impostor(frame)
        if frame.kind == "beacon" and frame.bssid in self._known:
            yield from self._clone(frame)
        if frame.kind in FLOODS:
            yield from self._flood(frame)

    def _impostor(self, frame: Frame) -> Iterator[Alarm]:
        """A name of ours from a BSSID that isn't its, or a BSSID of ours with another name."""
        ours = frame.ssid in self._names or (frame.ssid and frame.bssid in self._known)
        if ours and self._known.get(frame.bssid) != frame.ssid:
            told = f'ssid="{frame.ssid}" bssid={frame.bssid} signal={_dbm(frame.signal)}'
            yield from self._given("impostor-ap", told, frame.at, key=f"{frame.bssid} {frame.ssid}")

    def _clone(self, frame: Frame) -> Iterator[Alarm]:
        """Two senders with one BSSID: its clock (TSF) runs back again and again, or it sends more than one beacon at a time."""
        seen = self._beacons.setdefault(frame.bssid, deque(maxlen=3 * BEACONS))
        back = self._backwards.setdefault(frame.bssid, deque(maxlen=BACKWARDS))
        if seen and frame.tsf < seen[-1]:
            back.append(frame.at)
            seen.clear()
        seen.append(frame.tsf)
        span = BEACONS * frame.interval
        while seen[0] < frame.tsf - span:
            seen.popleft()
        reason = ""
        if len(seen) > CROWDED * (BEACONS + 1):
            reason = f"beacons={len(seen)} intervals={BEACONS}"
        elif len(back) == BACKWARDS and back[0] > frame.at - 2 * span:
            reason = f"clock-ran-back={len(back)}"
        if reason:
            told = f'ssid="{frame.ssid}" bssid={frame.bssid} {reason}'
            yield from self._given("bssid-clone", told, frame.at, key=frame.bssid)

    def _flood(self, frame: Frame) -> Iterator[Alarm]:
        counted = self._counted.setdefault((frame.kind, frame.bssid), deque())
        counted.append(frame.at)
        while counted[0] <= frame.at - SECOND:
            counted.popleft()
        if len(counted) >= FLOODS[frame.kind]:
            told = f"bssid={frame.bssid} frames={len(counted)} seconds=1"
            yield from self._given(f"{frame.kind}-flood", told, counted[0], key=frame.bssid)
        if len(self._counted) > 1000:  # noqa: PLR2004 - made-up addresses must not fill the memory
            self._counted = {key: one for key, one in self._counted.items() if one[-1] > frame.at - SECOND}

    def _given(self, kind: str, about: str, at: int, *, key: str) -> Iterator[Alarm]:
        """Once when it begins, and again and again while it goes on."""
        name = f"{kind} {key}"
        began, last, given = self._lasting.get(name, (at, at, None))
        if last < at - HOLD:
            began = at
        again = given is None or given < at - HOLD
        self._lasting[name] = (began, at, at if again else given)
        if len(self._lasting) > 1000:  # noqa: PLR2004 - as above
            self._lasting = {key: one for key, one in self._lasting.items() if one[1] > at - HOLD}
        if again:
            yield Alarm(kind, about, began)


def _dbm(signal: int | None) -> str:
    return "?" if signal is None else f"{signal}dBm"
