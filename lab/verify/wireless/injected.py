"""Management frames in an access point's name or a station's, from a radio that is neither: beside them an open network falls."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.probe.air import Listener, craft, read_capture
from lab.probe.air.elements import Suites
from lab.record import Verdict
from lab.record.air import AirFrame
from lab.verdict.injected import MOVED, Injected, stays_in
from lab.verdict.watched import DISCONNECTED
from lab.verify.judge import give_all
from lab.verify.screen_words import until
from lab.verify.session import LabSession
from lab.verify.wireless.attacks import INTERFACE, REASON, TIMES, attacker
from lab.verify.wireless.heard import ENTERPRISE, SUITE_B_192, server_of
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station
from lab.verify.wireless.openly import ACCESS_POINT, ADDRESSES, SSID, open_network

CHANNEL, OTHER = 6, 11
SOON = 20  # seconds until a client that gives way must have
_ASK = "ping -c 3 -i 0.3 -W 5 {address} >/dev/null 2>&1"


@dataclass(frozen=True, slots=True)
class Target:
    """One network and a station on it. `suites`: None where it is open."""

    station: str  # MAC addresses
    bssid: str
    ssid: str
    suites: Suites | None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of frame: how it is made, `mark` in it where it has room, and which of a capture are it."""

    en: str
    ja: str
    made: Callable[[Target, bytes], bytes]
    kind: str  # as AirFrame has it
    by_station: bool = False  # in the station's name, to the access point

    def heard(self, frames: Sequence[AirFrame], target: Target) -> int:
        """How many of these frames are it. A true beacon has no mark."""
        sender, receiver = target.bssid, "" if self.kind == "beacon" else target.station
        if self.by_station:
            sender, receiver = target.station, target.bssid
        return sum(
            (frame.kind, frame.transmitter) == (self.kind, sender)
            and (frame.receiver == receiver if receiver else any(frame.needles))
            for frame in frames
        )


DISASSOCIATION = Kind(
    "disassociation", "アソシエーション解除",
    lambda to, _: craft.disassociation(to.station, to.bssid, to.bssid, REASON), "disassociation",
)  # fmt: skip
AUTHENTICATION = Kind(
    "authentication in the station's name", "端末を装った認証",
    lambda to, _: craft.authentication(to.station, to.bssid), "authentication", by_station=True,
)  # fmt: skip
SWITCH = Kind(
    "beacons that announce another channel", "チャネル変更を通知するビーコン",
    lambda to, mark: craft.channel_switch(to.bssid, to.ssid, to.suites, CHANNEL, OTHER, mark), "beacon",
)  # fmt: skip


class Injections:
    """The `injection` fixture: `injection(network).parts_nobody()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Injection:
        return Injection(self._session, self._controls, station)


class Injection:
    """One staff network and its station, with frames of nobody's on the air."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], station: Station) -> None:
        self._session, self._controls, self._station = session, controls, station

    def parts_nobody(self) -> list[Verdict]:
        """Farewells in the access point's name, new beginnings in the station's: it stays connected."""
        return self._judged((DISASSOCIATION, AUTHENTICATION))

    def moves_nobody(self) -> list[Verdict]:
        """Beacons in the access point's name that announce another channel: the station stays on its own."""
        return self._judged((SWITCH,))

    def _judged(self, kinds: Sequence[Kind]) -> list[Verdict]:
        name = self._station.ssid.name
        made = [
            (f"{self._station.host.name} under {one.en} on {name}", stays_in(self._under(one)), ()) for one in kinds
        ]
        self._rejoined()
        return give_all(self._session, self._controls, made)

    def _under(self, kind: Kind) -> Injected:
        ssid, mark = self._station.ssid, secrets.token_bytes(16)
        mine = Target(self._station.host.mac, ssid.bssid, ssid.name, SUITE_B_192 if ssid.suite_b else ENTERPRISE)
        with open_network(self._session) as (point, client), attacker(self._session) as host:
            theirs = Target(_mac(client), _mac(point), SSID, None)
            station = self._rejoined()
            client.run(_ASK.format(address=ADDRESSES[ACCESS_POINT]))
            already, begun = len(station.said()), len(client.said())
            with Listener(self._session.channel("air")) as listener:
                for target in (mine, theirs):
                    craft.flood(host.channel, INTERFACE, kind.made(target, mark), TIMES)
                fell = self._gives_way(client, begun)
                raw = listener.stop()
            self._session.sink.emit(
                "capture", name=f"air-{kind.kind}-{ssid.name}.pcap", content=base64.b64encode(raw).decode()
            )
            frames = read_capture(raw, [mark]).frames
            address = server_of(self._session.plan, self._station).legs[0].addresses[0].ip
            return Injected(
                station=station.name,
                what=kind.en,
                what_ja=kind.ja,
                frames=kind.heard(frames, mine),
                answered=station.channel.run(_ASK.format(address=address), timeout=60).rc == 0,
                events=station.said()[already:],
                state=station.status().get("wpa_state", ""),
                control_frames=kind.heard(frames, theirs),
                control_fell=fell,
            )

    def _gives_way(self, client: OnAir, begun: int) -> bool:
        """Whether the client of the open network is cut off from its access point, or leaves it.

        `begun`: how much its supplicant had said before.
        """
        if client.channel.run(_ASK.format(address=ADDRESSES[ACCESS_POINT]), timeout=60).rc:
            return True
        return until(lambda: any(word in client.said()[begun:] for word in (DISCONNECTED, MOVED)), SOON)

    def _rejoined(self) -> OnAir:
        station = OnAir(self._session, self._station.host.name)
        station.join()
        station.awaits(CONNECTED)
        return station


def _mac(host: OnAir) -> str:
    return host.run("cat /sys/class/net/wlan/address").strip()
