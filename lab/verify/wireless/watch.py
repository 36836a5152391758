"""Attacks that are staged for the sensor: an access point with a network's name, one with its BSSID too, a flood.

When an attack began is what a listener heard of it, or the attacker's own word, not the sensor's; all are on one clock.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial

from lab.plan import AirHost
from lab.plan.air import SENSOR
from lab.probe.air import Listener, read_capture
from lab.record import Verdict
from lab.record.air import AirCapture, AirFrame
from lab.verdict.watched import IN_TIME, Alarm, Flooded, Staged, noticed, stays
from lab.verify.decisions import News
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.wireless.attacks import attacker, farewells
from lab.verify.wireless.heard import server_of
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station
from lab.verify.wireless.openly import open_network
from lab.verify.wireless.twin import TWIN, posing

FOREIGN_SERVER = ("own_ip_addr=127.0.0.1", "auth_server_addr=127.0.0.1", "auth_server_shared_secret=none")
ARRIVES = 3 * IN_TIME  # seconds that an alarm may need to be in the store on a busy machine; when it was given is in it
DEAUTHENTICATION = "deauthentication"
INTERVAL = 102_400  # microseconds between two beacons of an access point
_ALARM = re.compile(r"(?P<at>\S+) .* alarm=(?P<kind>\S+) (?P<about>.*) since=\S+$")
_WATCHING = "timeout 60 sh -c 'until grep -q ^watching /var/log/sensor.log; do usleep 50000; done'"
_ASK = "ping -c 3 -i 0.3 -W 5 {address} >/dev/null 2>&1"


class Sensors:
    """The `sensor` fixture: `sensor(network).notices_impostors()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Watch:
        return Watch(self._session, self._controls, station)


class Watch:
    """One staff network under attack. Every method gives a verdict for each control of the test."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], station: Station) -> None:
        self._session, self._controls, self._station = session, controls, station
        self._ssid = station.ssid
        self._twin, self._sensor = _one(session, TWIN), _sensor(session)

    def notices_impostors(self) -> list[Verdict]:
        """An access point that calls itself this network, under its own BSSID and then under the network's."""
        name, made = self._ssid.name, []
        for what, what_ja, kind, bssid in (
            (f"an access point that calls itself {name}", f"{name} を名乗るアクセスポイント", "impostor-ap", self._twin.mac),
            (f"a clone of {name} with its BSSID", f"BSSIDまで {name} を装うアクセスポイント", "bssid-clone", self._ssid.bssid),
        ):  # fmt: skip
            posed = posing(self._session, self._ssid, f"bssid={bssid}", *FOREIGN_SERVER)
            others = int(bssid == self._ssid.bssid)  # the real one's beacons have that BSSID too
            staged = self._staged(what, what_ja, kind, bssid, posed, partial(_beacons, others=others))
            made.append((f"{what} is noticed", noticed(staged), ()))
        self._rejoin()
        return give_all(self._session, self._controls, made)

    def survives_a_flood(self) -> list[Verdict]:
        """Farewells in the access point's name: the station stays, a client of an open network goes, the sensor notices."""
        name, station = self._ssid.name, OnAir(self._session, self._station.host.name)
        what, what_ja = f"a flood of deauthentications on {name}", f"{name} への認証解除の大量送信"
        with open_network(self._session) as (_, client), attacker(self._session) as host:
            mac = client.run("cat /sys/class/net/wlan/address").strip()
            heard: list[AirCapture] = []
            self._rejoin()
            already = len(station.said())

            @contextmanager
            def flood() -> Iterator[None]:
                farewells(host, self._station.host.mac, self._ssid.bssid)
                farewells(host, mac, self._twin.mac)
                yield

            staged = self._staged(what, what_ja, f"{DEAUTHENTICATION}-flood", self._ssid.bssid, flood(),
                                  lambda frames: [one for one in frames if one.kind == DEAUTHENTICATION], heard)  # fmt: skip
            address = server_of(self._session.plan, self._station).legs[0].addresses[0].ip
            flooded = Flooded(
                station=station.name,
                frames=staged.frames,
                events=station.said()[already:],
                state=station.status().get("wpa_state", ""),
                answered=station.channel.run(_ASK.format(address=address), timeout=60).rc == 0,
                control_frames=_count(heard[0], lambda frame: (frame.kind, frame.receiver) == (DEAUTHENTICATION, mac)),
                control_fell=_fell(client),
            )
        self._rejoin()
        made = [(f"{station.name} under {what}", stays(flooded), ()), (f"{what} is noticed", noticed(staged), ())]
        return give_all(self._session, self._controls, made)

    def _staged(
        self,
        what: str,
        what_ja: str,
        kind: str,
        bssid: str,
        attack: AbstractContextManager[object],
        belongs: Callable[[list[AirFrame]], list[AirFrame]],
        keep: list[AirCapture] | None = None,
    ) -> Staged:
        """Listen, look that the sensor is quiet while the station joins, attack until it isn't or its time is over."""
        # one that starts slowly is waited for, one that doesn't start is judged by what it says
        OnAir(self._session, self._sensor.name).channel.run(_WATCHING, timeout=120)
        news = News(self._session, self._sensor.name)
        self._rejoin()
        before = [one for one in _alarms(news.lines()) if (one.kind, _bssid(one)) == (kind, bssid)]
        first = News(self._session, self._sensor.name)
        with Listener(self._session.channel("air")) as listener:
            with attack as twin:
                began = _enabled(twin) if isinstance(twin, OnAir) else None
                lines = first.awaited_until(
                    lambda lines: any((one.kind, _bssid(one)) == (kind, bssid) for one in _alarms(lines)),
                    seconds=ARRIVES,
                )
            raw = listener.stop()
        safe = f"{kind}-{self._ssid.name}"
        self._session.sink.emit("capture", name=f"air-{safe}.pcap", content=base64.b64encode(raw).decode())
        self._session.sink.emit("host-file", host=self._sensor.name, name=f"{safe}.log", content="\n".join(lines))
        capture = read_capture(raw)
        if keep is not None:
            keep.append(capture)
        since = (began or 0) * 1e6
        frames = belongs([frame for frame in capture.frames if frame.bssid == bssid and frame.at_us >= since])
        return Staged(
            what=what,
            what_ja=what_ja,
            frames=len(frames),
            began=began or (frames[0].at_us / 1e6 if frames else None),
            before=before,
            raised=[one for one in _alarms(lines) if (one.kind, _bssid(one)) == (kind, bssid)],
        )

    def _rejoin(self) -> None:
        station = OnAir(self._session, self._station.host.name)
        station.join()
        station.awaits(CONNECTED)


def _enabled(twin: OnAir) -> float:
    """When its hostapd began to send, in seconds since 1970."""
    return float(twin.run("sed -n 's/^\\([0-9.]*\\): .*AP-ENABLED.*/\\1/p' /var/log/twin.log | head -n 1"))


def _beacons(frames: list[AirFrame], others: int) -> list[AirFrame]:
    """The beacons among them, less those that `others` access points send meanwhile by the standard's interval."""
    found = [frame for frame in frames if frame.kind == "beacon"]
    if not found or not others:
        return found
    theirs = int((found[-1].at_us - found[0].at_us) / INTERVAL) + 1
    return found[others * theirs :]


def _alarms(lines: list[str]) -> list[Alarm]:
    found = (_ALARM.search(line) for line in lines)
    return [Alarm(one["kind"], one["about"], datetime.fromisoformat(one["at"]).timestamp()) for one in found if one]


def _bssid(alarm: Alarm) -> str:
    return next((word.removeprefix("bssid=") for word in alarm.about.split() if word.startswith("bssid=")), "")


def _count(capture: AirCapture, belongs: Callable[[AirFrame], bool]) -> int:
    return sum(belongs(frame) for frame in capture.frames)


def _fell(client: OnAir) -> bool:
    """Whether the client of the open network was thrown out."""
    try:
        client.awaits("CTRL-EVENT-DISCONNECTED", seconds=15)
    except CheckError:
        return False
    return True


def _one(session: LabSession, name: str) -> AirHost:
    host = session.plan.on_air(name)
    if host is None:
        raise CheckError(f"{name} is on no air of this lab")
    return host


def _sensor(session: LabSession) -> AirHost:
    air = session.plan.air
    found = [one for one in (air.hosts if air else ()) if one.function == SENSOR]
    if not found:
        raise CheckError("this lab has no sensor on the air")
    return found[0]
