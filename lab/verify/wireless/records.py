"""Who came and went, as the central log has it, and the review of that (WLAN-09)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lab.pki import Trial, trial_stem
from lab.pki.register import read
from lab.pki.revocation import number
from lab.pki.store import load
from lab.record import Verdict
from lab.verdict.access_records import Event, found, recorded, reviewed_lately
from lab.verify.decisions import Decisions
from lab.verify.eapol import Credentials
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.reviews import RECORDS, left, made_now
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station
from lab.verify.wireless.joining import Attempts, servers

REVIEW = "/usr/local/sbin/review-access"


class Records:
    """The `access_records` fixture: `access_records(network).tell_who_came_and_went()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> NetworkRecords:
        return NetworkRecords(self._session, self._controls, station)

    def are_reviewed(self) -> list[Verdict]:
        """The review that runs by itself has left a record lately."""
        judgement = reviewed_lately(left(self._session, RECORDS), datetime.now(UTC))
        return give_all(self._session, self._controls, [("review of the wireless access log", judgement, ())])


class NetworkRecords:
    """One network, its terminal, and somebody who is refused there."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], one: Station) -> None:
        self._session, self._controls, self._one = session, controls, one
        self._attempts = Attempts(session, (), one)
        self._keys = keys_of(session)

    def tell_who_came_and_went(self) -> list[Verdict]:
        """Let in, refused, gone: each line says certificate, station, access point and segment."""
        name, mac = self._one.host.name, _spelt(self._one.host.mac)
        serial = next((line.serial for line in read(self._keys) if line.host == name), None)
        stranger = load(trial_stem(self._keys, Trial.UNREGISTERED))
        if serial is None or stranger is None:
            raise CheckError(f"{name} is not in the asset register of lab {self._session.plan.lab}")
        decisions = Decisions(self._session, servers(self._session.plan)[0])
        station = OnAir(self._session, name)
        station.join()
        station.awaits(CONNECTED)
        station.join()  # the first session ends with this
        station.awaits(CONNECTED)
        identity = f"trial-{Trial.UNREGISTERED}@{self._attempts.domain}"
        other = self._attempts.tried(Credentials(identity, trial_stem(self._keys, Trial.UNREGISTERED)))
        where = {"ap": f"{_spelt(self._one.ssid.bssid)}:{self._one.ssid.name}"}
        whole = {"serial": serial, "station": mac, "segment": self._one.ssid.segment, **where}
        lines = decisions.awaited([f"accounting: Stop identity={self._attempts.right.identity}", other.station])
        network = self._one.ssid.name
        refused = {"serial": number(stranger.certificate), "station": other.station, "reason": "", **where}
        events = (
            (mac, Event(f"{name} is let in", f"{name} の接続許可", "let in:", whole)),
            (mac, Event(f"the session of {name} begins", f"{name} のセッション開始", "accounting: Start", whole)),
            (mac, Event(f"the session of {name} ends", f"{name} のセッション終了", "accounting: Stop", {**whole, "cause": ""})),
            (other.station, Event(f"a stranger is refused on {network}", f"{network} での部外者の拒否", "refused:", refused)),
        )  # fmt: skip
        judged = [
            (event.what, recorded(event, [line for line in lines if about in line]), ()) for about, event in events
        ]
        return give_all(self._session, self._controls, judged)

    def show_a_copied_certificate(self) -> list[Verdict]:
        """The terminal's own certificate on another machine, which the server lets in: the next review names that machine."""
        before = self._reviewed()
        decisions = Decisions(self._session, servers(self._session.plan)[0])
        other = self._attempts.tried(self._attempts.right)
        decisions.awaited([other.station])
        judgement = found(
            f"a copy of {self._one.host.name}'s certificate was used", f"{self._one.host.name} の証明書の複製の使用",
            other.station, before, self._reviewed(),
        )  # fmt: skip
        return give_all(self._session, self._controls, [(f"review of {self._one.ssid.name}", judgement, ())])

    def _reviewed(self) -> dict[str, Any]:
        return made_now(self._session, REVIEW, self._one.ssid.name)


def _spelt(mac: str) -> str:
    """As the servers write it."""
    return mac.upper().replace(":", "-")
