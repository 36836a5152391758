"""What a network says of itself on the air: all its beacons and probe responses."""

from __future__ import annotations

from dataclasses import dataclass

from lab.record.air import AirCapture, AirFrame, Rsn

TELLING = frozenset({"beacon", "probe-response"})


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
