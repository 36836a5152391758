"""The hosts on the air during a run: what a station is told, and what its supplicant and the access point say."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from lab.plan import AirHost, Plan, Ssid
from lab.reach import TreeFile
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.shared import SharedChannel

PATIENCE = 90.0  # seconds for one command; under emulation, on a busy machine, a handshake takes its time
CONNECTED = "CTRL-EVENT-CONNECTED"
POINT = "ap"
POINTS_LOG = "/var/log/hostapd.log"
PAUSE = 0.5  # seconds between two looks at a log; each is a command under emulation


@dataclass(frozen=True, slots=True)
class Station:
    """One station and its network."""

    host: AirHost
    ssid: Ssid


def staff(plan: Plan) -> tuple[Station, ...]:
    """The stations of staff, each with its network, in the plan's order."""
    return tuple(one for one in on_air(plan) if one.ssid.staff)


def visitors(plan: Plan) -> tuple[Station, ...]:
    """The stations of visitors, as above."""
    return tuple(one for one in on_air(plan) if not one.ssid.staff)


def on_air(plan: Plan) -> tuple[Station, ...]:
    """All of them."""
    known = {ssid.name: ssid for ssid in (plan.air.ssids if plan.air else ())}
    hosts = plan.air.hosts if plan.air else ()
    return tuple(Station(one, known[one.ssid]) for one in hosts if one.ssid)


def on_its_segment(plan: Plan, one: Station) -> str:
    """The fabric's port where what this station sends must come in."""
    assert plan.air is not None
    return f"{plan.air.container}.{one.ssid.segment}/from"


class OnAir:
    """One host of the guest, or a wired one beside it, asked over its channel."""

    def __init__(self, session: LabSession, name: str) -> None:
        self.name = name
        self.channel: SharedChannel = session.channel(name)

    def run(self, line: str, *, stdin: bytes = b"") -> str:
        """What a shell line prints. CheckError with its words if it fails."""
        done = self.channel.run(line, stdin=stdin, timeout=PATIENCE)
        if done.rc:
            said = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise CheckError(f"{self.name}: `{line}` failed: {said}")
        return done.stdout.decode(errors="replace")

    def put(self, files: Mapping[str, bytes]) -> None:
        """Lay files down, readable by root alone."""
        self.channel.put_tree([TreeFile(path, content, 0o600) for path, content in files.items()])

    def status(self) -> dict[str, str]:
        """What its supplicant says of itself: "wpa_state", "ssid", "key_mgmt", ..."""
        lines = self.run("wpa_cli -p /run/wpa -i wlan status").splitlines()
        return dict(line.partition("=")[::2] for line in lines if "=" in line)

    def said(self) -> str:
        """The supplicant's log since its last start."""
        return self.run("cat /var/log/wpa.log 2>/dev/null || true")

    def join(self, configuration: str = "") -> None:
        """Start its supplicant afresh, with another configuration if one is named: nothing of before is left."""
        self.run(f": > /var/log/wpa.log; /usr/local/sbin/station restart {configuration}")

    def come_back(self) -> None:
        """Leave and come back with all that its supplicant keeps, a cached key too. Its log starts afresh."""
        self.run(
            ": > /var/log/wpa.log; wpa_cli -p /run/wpa -i wlan disconnect && wpa_cli -p /run/wpa -i wlan reconnect"
        )

    def connected(self, seconds: int) -> bool:
        """Whether it is let in within so many seconds."""
        try:
            self.awaits(CONNECTED, seconds=seconds)
        except CheckError:
            return False
        return True

    def awaits(self, *words: str, seconds: int = 60) -> str:
        """Wait until its supplicant's log has one of these; the log. CheckError if none comes."""
        pattern = "|".join(words)
        wait = f"timeout {seconds} sh -c 'until grep -qE \"{pattern}\" /var/log/wpa.log; do usleep 50000; done'"
        done = self.channel.run(wait, timeout=seconds + PATIENCE)
        said = self.said()
        if done.rc:
            last = " / ".join(said.splitlines()[-3:])
            raise CheckError(f"{self.name}: none of {', '.join(words)} within {seconds} s; its last words: {last}")
        return said


@contextmanager
def point_silent(session: LabSession, station: OnAir) -> Iterator[None]:
    """The real access point silent while the block runs; it is back afterwards, and the station joins its own network again."""
    point = OnAir(session, POINT)
    point.run("/usr/local/sbin/access-point stop")
    try:
        yield
    finally:
        point.run("/usr/local/sbin/access-point start")
        station.join()


class PointsLog:
    """What the access point logs from the moment that this is made."""

    def __init__(self, session: LabSession) -> None:
        self._point = OnAir(session, POINT)
        self._since = int(self._point.run(f"stat -c %s {POINTS_LOG}"))

    def lines(self) -> list[str]:
        """All of it so far."""
        return self._point.run(f"tail -c +{self._since + 1} {POINTS_LOG}").splitlines()

    def awaited(self, words: Collection[str], *, seconds: float) -> list[str]:
        """The lines, once each of the words stands in one of them, or those there are at the deadline."""
        until = time.monotonic() + seconds
        while True:
            found = self.lines()
            if all(any(word in line for line in found) for word in words) or time.monotonic() > until:
                return found
            time.sleep(PAUSE)
