"""Access and what it rests on: a terminal that comes back, one whose time is over, one whose certificate was revoked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from cryptography import x509

from lab.pki import Purpose, host_stem, issuing_stem
from lab.pki.place import crl_file
from lab.pki.revocation import load_crl, sign
from lab.pki.store import certificate_pem, load
from lab.reach import TreeFile
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.kept import Cut, asked_anew, cut_off, ends_in_time
from lab.verify.decisions import Decisions
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.shared import SharedChannel
from lab.verify.spoilt import keys_of
from lab.verify.wireless.canaries import arrives
from lab.verify.wireless.hosts import CONNECTED, POINT, OnAir, Station, on_its_segment
from lab.verify.wireless.joining import FAILURE, servers

ENDED = "CTRL-EVENT-DISCONNECTED"
TRUST = "/etc/sanso/radius_server/trust.pem"
RESTART = "/usr/lib/sanso/service restart freeradius"


class Kept:
    """The `kept_access` fixture: `kept_access(network).needs_the_server_each_time()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Access:
        return Access(self._session, self._controls, station)


class Access:
    """One network and its terminal."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], one: Station) -> None:
        self._session, self._controls, self._one = session, controls, one
        self._station, self._name = OnAir(session, one.host.name), one.host.name
        self._mac = one.host.mac.upper().replace(":", "-")

    def needs_the_server_each_time(self) -> list[Verdict]:
        """It leaves and comes back with the key that it kept: the server must be asked all the same."""
        self._joined()
        kept = self._one.ssid.bssid in self._station.run("wpa_cli -p /run/wpa -i wlan pmksa")
        decisions = Decisions(self._session, servers(self._session.plan)[0])
        self._station.come_back()
        log = self._station.awaits(CONNECTED)
        judgement = asked_anew(self._name, kept=kept, log=log, said=self._about(decisions, awaited=True))
        return self._give(f"{self._name} comes back to {self._one.ssid.name}", judgement)

    def has_to_be_proved_again(self) -> list[Verdict]:
        """How long a session lasts without a new proof, as the access point's own timer has it."""
        self._joined()
        told = self._point("sta {}")
        period = told.get("dot1xAuthReAuthPeriod", "")
        judgement = ends_in_time(
            self._name,
            enabled=told.get("dot1xAuthReAuthEnabled") == "TRUE",
            seconds=int(period) if period.isdecimal() else None,
        )
        return self._give(f"time of {self._name} on {self._one.ssid.name}", judgement)

    def ends_with_the_certificate(self) -> list[Verdict]:
        """Revoked while its session is open: at the next proof, which is asked for at once, it is cut off and stays out."""
        self._joined()
        before = self._arrives()
        decisions = Decisions(self._session, servers(self._session.plan)[0])
        with self._revoked():
            self._station.run(": > /var/log/wpa.log")
            self._point("raw EAPOL_REAUTH {}")
            ended = self._says(ENDED)
            self._station.join()
            log = self._station.awaits(CONNECTED, FAILURE)
            after, back = self._arrives(), CONNECTED in log
            said = self._about(decisions, awaited=True)
        self._station.join()
        restored = self._station.connected(seconds=60)
        seen = Cut(self._name, before=before, ended=ended, after=after, back=back, said=tuple(said), restored=restored)
        return self._give(f"revocation of {self._name} on {self._one.ssid.name}", cut_off(seen))

    def _joined(self) -> None:
        self._station.join()
        self._station.awaits(CONNECTED)

    def _says(self, words: str) -> bool:
        try:
            self._station.awaits(words)
        except CheckError:
            return False
        return True

    def _arrives(self) -> bool:
        return on_its_segment(self._session.plan, self._one) in arrives(self._session, [self._one])[self._name]

    def _about(self, decisions: Decisions, *, awaited: bool) -> list[str]:
        lines = decisions.awaited([self._mac]) if awaited else decisions.lines()
        return [line for line in lines if self._mac in line]

    def _point(self, command: str) -> dict[str, str]:
        """Ask hostapd about this station; its answer's lines, KEY=VALUE."""
        line = f"hostapd_cli -p /run/hostapd -i {self._one.ssid.interface} {command.format(self._one.host.mac)}"
        told = OnAir(self._session, POINT).run(line)
        return dict(text.partition("=")[::2] for text in told.splitlines() if "=" in text)

    @contextmanager
    def _revoked(self) -> Iterator[None]:
        """Its certificate on the CRL of every server while the block runs; the lab's decisions are left as they are."""
        keys = keys_of(self._session)
        issuing, own = load(issuing_stem(keys, Purpose.TERMINAL)), load(host_stem(keys, Purpose.TERMINAL, self._name))
        published = load_crl(crl_file(keys, Purpose.TERMINAL))
        if issuing is None or own is None or published is None:
            raise CheckError(
                f"the keys of lab {self._session.plan.lab} are not whole: `lab up --reconverge` makes them anew"
            )
        serials = [one.serial_number for one in published if isinstance(one, x509.RevokedCertificate)]
        crl = sign(issuing, [*serials, own.certificate.serial_number], datetime.now(UTC).replace(microsecond=0))
        with ExitStack() as stack:
            for server in servers(self._session.plan):
                channel = self._session.channel(server)
                stack.callback(_trusts, channel, channel.run(["cat", TRUST]).check().stdout)
                _trusts(channel, certificate_pem(issuing.certificate) + crl)
            yield

    def _give(self, subject: str, judgement: Judgement) -> list[Verdict]:
        return give_all(self._session, self._controls, [(subject, judgement, ())])


def _trusts(channel: SharedChannel, content: bytes) -> None:
    """Give a server another CA and CRL, and have it read them."""
    channel.put_tree([TreeFile(TRUST, content)])
    channel.run(RESTART, timeout=60).check()
