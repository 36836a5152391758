"""Each authentication server, asked in the access point's name for a terminal on a network: what it decides, grants and records.

On the air a station is answered by the server that the access point happens to ask; here each of them is.
"""

from __future__ import annotations

from dataclasses import dataclass

from lab.pki import Purpose, Trial, host_stem, terminals, trial_stem
from lab.pki.register import read
from lab.pki.revocation import number
from lab.pki.store import load
from lab.plan import AllowedFlow
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.access import shut_out
from lab.verdict.access_records import Event, recorded
from lab.verdict.kept import granted_in_time
from lab.verify.datagram import exchanged
from lab.verify.decisions import Decisions
from lab.verify.eapol import LET_IN, Credentials, Supplicant, called
from lab.verify.handed_on import POINTS_SECRET
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.radius_packet import START, STOP, accounting
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of
from lab.verify.wireless.hosts import OnAir, Station, staff

ACCOUNTING = 1813


@dataclass(frozen=True, slots=True)
class Asked:
    """A terminal's network, and the flow by which its access point asks one server."""

    station: Station
    flow: AllowedFlow


class NetworkServers:
    """The `network_servers` fixture: `network_servers(asked).refuses_other_zones_terminals()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, asked: Asked) -> NetworkServer:
        return NetworkServer(self._session, self._controls, asked)


class NetworkServer:
    """One server that decides for one network."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], asked: Asked) -> None:
        self._session, self._controls, self._station = session, controls, asked.station
        self._ssid, self._flow = asked.station.ssid, asked.flow
        self._keys, self._supplicant = keys_of(session), Supplicant(session, asked.flow)
        self._server = asked.flow.destination
        self._network = called(self._ssid)

    def refuses_other_zones_terminals(self) -> list[Verdict]:
        """Sound, registered terminals of other zones, between two times of the network's own."""
        others = [one for one in staff(self._session.plan) if one.ssid != self._ssid]
        if not others:
            raise CheckError("this plan has one staff network alone: no other zone's terminal can be tried")
        decisions, right = Decisions(self._session, self._server), self._shown(self._station)
        made = self._supplicant.tried([right, *map(self._shown, others), right], network=self._network)
        lines = decisions.awaited([one.station for one in made])
        first, *between, last = made
        judged = []
        for one, exchange in zip(others, between, strict=True):
            en, ja = f"{one.host.name}'s certificate, of another zone,", f"別領域の端末 {one.host.name} の証明書"
            judgement = shut_out(
                f"{en} on {self._ssid.name} at {self._server}", f"{self._server} での{ja}（{self._ssid.name}）",
                ended=exchange.ended, said=[line for line in lines if exchange.station in line],
                reason="is not taken on the network", good=first.ended == last.ended == LET_IN,
            )  # fmt: skip
            judged.append((f"{en} on {self._ssid.name} at {self._server}", judgement, ()))
        return give_all(self._session, self._controls, judged)

    def grants_sessions_that_end(self) -> list[Verdict]:
        """The time that it tells the access point with its consent."""
        exchange = self._supplicant.tried([self._shown(self._station)], network=self._network)[0]
        judgement = granted_in_time(
            self._station.host.name,
            self._server,
            let_in=exchange.ended == LET_IN,
            seconds=exchange.seconds,
        )
        return self._give(f"time that {self._server} grants on {self._ssid.name}", judgement)

    def records_who_came_and_went(self) -> list[Verdict]:
        """Let in and refused; then the access point tells it of a session that begins and ends, with what it gave for that."""
        name, serial = self._station.host.name, self._serial()
        right, stranger = self._shown(self._station), self._stranger()
        decisions = Decisions(self._session, self._server)
        came, refused = self._supplicant.tried([right, stranger], network=self._network)
        given = bytes.fromhex(came.given.get("Class", ""))
        for status in (START, STOP):
            self._tell(status, right.identity, came.station, given)
        lines = decisions.awaited([f"accounting: Stop identity={right.identity}", refused.station])
        where = {"ap": self._network}
        whole = {"serial": serial, "station": came.station, "segment": self._ssid.segment, **where}
        shown = load(trial_stem(self._keys, Trial.UNREGISTERED))
        no = {"serial": number(shown.certificate) if shown else "", "station": refused.station, "reason": "", **where}
        at, at_ja = f"at {self._server}", f"{self._server} での"
        events = (
            (came, Event(f"{name} is let in {at}", f"{at_ja} {name} の接続許可", "let in:", whole)),
            (came, Event(f"the session of {name} begins {at}", f"{at_ja} {name} のセッション開始", "accounting: Start", whole)),
            (came, Event(f"the session of {name} ends {at}", f"{at_ja} {name} のセッション終了", "accounting: Stop", whole)),
            (refused, Event(f"a stranger is refused on {self._ssid.name} {at}", f"{at_ja} {self._ssid.name} への部外者の拒否",
                            "refused:", no)),
        )  # fmt: skip
        return give_all(
            self._session,
            self._controls,
            [
                (event.what, recorded(event, [line for line in lines if one.station in line]), ())
                for one, event in events
            ],
        )

    def _shown(self, station: Station) -> Credentials:
        known = {terminal.host: terminal.identity for terminal in terminals(self._session.plan)}
        name = station.host.name
        return Credentials(known[name], host_stem(self._keys, Purpose.TERMINAL, name))

    def _stranger(self) -> Credentials:
        domain = self._shown(self._station).identity.partition("@")[2]
        return Credentials(f"trial-{Trial.UNREGISTERED}@{domain}", trial_stem(self._keys, Trial.UNREGISTERED))

    def _serial(self) -> str:
        name = self._station.host.name
        serial = next((line.serial for line in read(self._keys) if line.host == name), None)
        if serial is None:
            raise CheckError(f"{name} is not in the asset register of lab {self._session.plan.lab}")
        return serial

    def _tell(self, status: int, identity: str, station: str, given: bytes) -> None:
        """An Accounting-Request of the access point itself. CheckError if nobody answers."""
        point = OnAir(self._session, self._flow.source)
        secret = point.run(f"cat {POINTS_SECRET}").strip().encode()
        packet = accounting(status, identity, station, self._network, given, secret)
        if not exchanged(self._session, point.name, self._supplicant.address, ACCOUNTING, packet):
            raise CheckError(f"{self._server} doesn't answer when {point.name} tells it of a session")

    def _give(self, subject: str, judgement: Judgement) -> list[Verdict]:
        return give_all(self._session, self._controls, [(subject, judgement, ())])
