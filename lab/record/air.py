"""Frames on the air (IEEE 802.11) as a listener heard them; never what they mean."""

from __future__ import annotations

from lab.record.model import Record


class Rsn(Record):
    """The RSN element of a beacon, a probe response or an association request (IEEE 802.11-2020, 9.4.2.24)."""

    group: str  # cipher suites by their names: "CCMP-128", "TKIP", ...; an unknown one in hex
    pairwise: tuple[str, ...]
    akm: tuple[str, ...]  # "802.1X-SHA256", "PSK", ...
    mfp_required: bool
    mfp_capable: bool
    group_management: str = ""  # "" where the element doesn't say it


class AirFrame(Record):
    """One frame, as its header and elements tell it."""

    at_us: int  # microseconds since 1970, by the listener's clock
    kind: str  # "beacon", "association-request", "association-response", "deauthentication", "data", "management", ...
    receiver: str  # MAC addresses
    transmitter: str  # "" where the frame has none
    bssid: str
    size: int  # bytes, radiotap header left out
    protected: bool  # the header says that the body is encrypted
    eapol: bool = False  # a data frame in clear that carries a key or EAP message
    ssid: str | None = None
    rsn: Rsn | None = None
    wpa1: bool = False  # it has the element of the first WPA, which came before RSN
    beacons_protected: bool = (
        False  # a beacon or probe response says that its network's beacons are signed (9.4.2.26, bit 84)
    )
    status: int | None = None  # of a response (9.4.1.9)
    reason: int | None = None  # of a deauthentication or disassociation (9.4.1.7)
    needles: tuple[int, ...] = ()  # how often each text that was looked for stands in it


class AirCapture(Record):
    """All that was heard for a while."""

    frames: tuple[AirFrame, ...]

    def readable(self, needle: int) -> int:
        """How often that text stands in all frames together."""
        return sum(frame.needles[needle] for frame in self.frames)
