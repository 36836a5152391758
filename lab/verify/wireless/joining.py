"""Attempts to join a staff network over the air, each with one flaw, tried by a stranger beside the right credentials.

Every attempt has a MAC address of its own, so that the server's words about it are nobody else's.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.converge.air import SECURITY
from lab.pki import Purpose, Trial, host_stem, terminals, trial_stem
from lab.plan import AirHost, Plan, Ssid
from lab.record import Verdict
from lab.verdict.access import shut_out
from lab.verify.decisions import Decisions
from lab.verify.eapol import Credentials
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station, staff

STRANGER = "sta-rogue"
FOLDER = "/run/try"  # in the guest's memory, gone with it
LET_IN, REFUSED = "let in", "refused"
FAILURE = (
    "CTRL-EVENT-(EAP-FAILURE|SSID-TEMP-DISABLED)"  # the second where the access point sends it away before it hears
)
NO_METHOD = "No mutually acceptable types found"
NOT_OURS = "unable to get local issuer certificate"
SMALL_CURVE = "curve not allowed for this LOS"  # OpenSSL of a chain below its level of security
SMALLER_SUITE = "ECDHE-ECDSA-AES128-GCM-SHA256"
NO_SUITE = "handshake failure"  # no set of parameters that both take (RFC 5246, 7.2.2)
_TLS = (
    'ca_cert="/etc/wlan/ca.pem"\n    domain_match="{server}"\n    '
    'client_cert="{at}/client.pem"\n    private_key="{at}/client.key"'
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Credentials with one flaw, and the server's words for it."""

    en: str
    ja: str
    shown: Credentials
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How one attempt ended. `station`: its Calling-Station-Id."""

    station: str
    ended: str


class Joining:
    """The `joining` fixture: `joining(network).takes_no_password()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Attempts:
        return Attempts(self._session, self._controls, station)


class Attempts:
    """One staff network, and the right terminal for it."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], station: Station) -> None:
        self._session, self._controls, self._station = session, controls, station
        self._keys = keys_of(session)

    def takes_certificates_alone(self) -> list[Verdict]:
        """Passwords, and certificates that are not a registered terminal's: refused, by the server's own reason."""
        name, stranger = self.right.identity, f"trial-{Trial.UNREGISTERED}@{self.domain}"
        first = terminals(self._session.plan)[0].identity  # whose certificates with a flaw are made out to
        phase2 = ('password="correct horse battery staple"', 'phase2="auth=MSCHAPV2"')
        return self._judged((
            Attempt("PEAP with a password", "パスワードによるPEAP", Credentials(name, None, "PEAP", phase2), NO_METHOD),
            Attempt("a certificate of a stranger's CA of the same name", "同名の別の認証局の証明書の端末",
                    self._trial(Trial.STRANGER, name), NOT_OURS),
            Attempt("a revoked certificate", "失効した証明書の端末",
                    self._trial(Trial.REVOKED, first), "certificate revoked"),
            Attempt("an expired certificate", "期限切れの証明書の端末",
                    self._trial(Trial.EXPIRED, first), "certificate has expired"),
            Attempt("a server's certificate", "サーバ用の証明書の端末",
                    self._trial(Trial.WRONG_USAGE, first), "unsuitable certificate purpose"),
            Attempt("an unregistered asset", "台帳にない端末",
                    self._trial(Trial.UNREGISTERED, stranger), "is not in the asset register"),
        ))  # fmt: skip

    def takes_no_address_for_a_proof(self) -> list[Verdict]:
        """The right terminal's MAC address without its certificate; with the certificate any address will do."""
        own = OnAir(self._session, self._station.host.name)
        en, ja = "the terminal's MAC address and", "端末のMACアドレスを複製した、"
        unregistered = self._trial(Trial.UNREGISTERED, f"trial-{Trial.UNREGISTERED}@{self.domain}")
        attempts = (
            Attempt(f"{en} a stranger's certificate", f"{ja}別の認証局の証明書の端末",
                    self._trial(Trial.STRANGER, self.right.identity), NOT_OURS),
            Attempt(f"{en} an unregistered certificate", f"{ja}台帳にない端末",
                    unregistered, "is not in the asset register"),
        )  # fmt: skip
        own.run("/usr/local/sbin/station stop")  # two of one address would disturb each other
        try:
            return self._judged(attempts, mac=self._station.host.mac)
        finally:
            own.join()

    def takes_no_smaller_keys(self) -> list[Verdict]:
        """On a network in 192-bit mode: a sound certificate with a key of 128 bits, and the right one by a suite of 128 bits."""
        right = self.right
        smaller = Credentials(right.identity, right.stem, right.method, (f'openssl_ciphers="{SMALLER_SUITE}"',))
        return self._judged((
            Attempt("a certificate with a key on P-256", "P-256の鍵の証明書の端末",
                    self._trial(Trial.SMALL_KEY, f"trial-{Trial.SMALL_KEY}@{self.domain}"), SMALL_CURVE),
            Attempt(f"the right certificate by {SMALLER_SUITE}", f"正しい証明書で {SMALLER_SUITE} を用いる端末",
                    smaller, NO_SUITE),
        ))  # fmt: skip

    def refuses_other_zones_terminals(self) -> list[Verdict]:
        """A sound, registered terminal of another zone: refused on this network, not moved to another."""
        others = [one for one in staff(self._session.plan) if one.ssid != self._station.ssid]
        if not others:
            raise CheckError("this plan has one staff network alone: no other zone's terminal can be tried")
        return self._judged([
            Attempt(f"{one.host.name}'s certificate, of another zone", f"別領域の端末 {one.host.name} の証明書",
                    _of(self._session.plan, self._keys, one), "is not taken on the network")
            for one in others
        ])  # fmt: skip

    @property
    def right(self) -> Credentials:
        """What the right terminal shows."""
        return _of(self._session.plan, self._keys, self._station)

    def _trial(self, trial: Trial, identity: str) -> Credentials:
        return Credentials(identity, trial_stem(self._keys, trial))

    def _judged(self, attempts: Sequence[Attempt], mac: str = "") -> list[Verdict]:
        """Try them between two of the right terminal. `mac`: the address of those with a flaw; each has one of its own without."""
        decisions = Decisions(self._session, self.servers[0])
        right = self.right
        made = [self.tried(right), *(self.tried(one.shown, mac) for one in attempts), self.tried(right)]
        lines = decisions.awaited([one.station for one in made])
        first, *between, last = made
        good = first.ended == last.ended == LET_IN
        judged = []
        for one, ended in zip(attempts, between, strict=True):
            said = [line for line in lines if ended.station in line]
            judgement = shut_out(f"{one.en} on {self._ssid.name}", f"{self._ssid.name} での{one.ja}",
                                 ended=ended.ended, said=said, reason=one.reason, good=good)  # fmt: skip
            judged.append((f"{one.en} on {self._ssid.name}", judgement, ()))
        return give_all(self._session, self._controls, judged)

    @property
    def _ssid(self) -> Ssid:
        return self._station.ssid

    @property
    def server_name(self) -> str:
        """The name that the authentication server's certificate must have."""
        return self._session.plan.host(self.servers[0]).names[0]

    @property
    def domain(self) -> str:
        """Of every identity."""
        return self.right.identity.partition("@")[2]

    @property
    def servers(self) -> tuple[str, ...]:
        """The authentication servers that the access point asks, the first before the others."""
        return servers(self._session.plan)

    def _block(self, shown: Credentials) -> bytes:
        names = ";".join(self._session.plan.host(name).names[0] for name in self.servers)
        return network_block(self._ssid, shown, names).encode()

    def join_rightly(self, rogue: OnAir) -> None:
        """Let it in with the right terminal's credentials, under its own MAC address. CheckError if it isn't.

        On a network of visitors it takes none.
        """
        own = next(one.mac for one in _strangers(self._session.plan) if one.name == rogue.name)
        if self._ssid.staff:
            self._prepare(rogue, self.right, own)
        else:
            self._lay(rogue, {f"{FOLDER}/wpa.conf": open_block(self._ssid).encode()}, own)
        rogue.join(f"{FOLDER}/wpa.conf")
        rogue.awaits(CONNECTED)

    def _prepare(self, rogue: OnAir, shown: Credentials, mac: str = "") -> str:
        """Lay its files down and give it that MAC address, or one that it never had; in the server's spelling."""
        mac = mac or "02:" + ":".join(f"{byte:02x}" for byte in secrets.token_bytes(5))
        files = {f"{FOLDER}/wpa.conf": self._block(shown)}
        if shown.stem is not None:
            files |= {f"{FOLDER}/client{end}": shown.stem.with_suffix(end).read_bytes() for end in (".pem", ".key")}
        self._lay(rogue, files, mac)
        return mac.upper().replace(":", "-")

    def _lay(self, rogue: OnAir, files: dict[str, bytes], mac: str) -> None:
        rogue.put(files)
        rogue.run(
            f"/usr/local/sbin/station stop; ip link set wlan down; ip link set wlan address {mac}; ip link set wlan up"
        )

    def tried(self, shown: Credentials, mac: str = "") -> Ended:
        """One attempt of the stranger, under that MAC address or one that it never had."""
        rogue = OnAir(self._session, STRANGER)
        name = self._prepare(rogue, shown, mac)
        try:
            rogue.join(f"{FOLDER}/wpa.conf")
            said = rogue.awaits(CONNECTED, FAILURE)
        finally:
            rogue.run(f"/usr/local/sbin/station stop; rm -rf {FOLDER}")
        return Ended(name, LET_IN if CONNECTED in said else REFUSED)


def network_block(ssid: Ssid, shown: Credentials, server: str) -> str:
    """The supplicant's file for these credentials. It verifies the server by CA and name (`server`; several: `A;B`)."""
    tls = _TLS.format(server=server, at=FOLDER) if shown.stem is not None else 'ca_cert="/etc/wlan/ca.pem"'
    return _block(ssid, [f"eap={shown.method}", f'identity="{shown.identity}"', tls, *shown.more])


def open_block(ssid: Ssid) -> str:
    """The supplicant's file for a network that anybody may join, encrypted all the same (OWE, RFC 8110)."""
    return _block(ssid, [])


def _block(ssid: Ssid, more: Sequence[str]) -> str:
    words = SECURITY[ssid.security]
    lines = [
        f'ssid="{ssid.name}"',
        "scan_freq=2437",
        "proto=RSN",
        f"key_mgmt={words['key_mgmt']}",
        f"pairwise={words['pairwise']}",
        f"group={words['pairwise']}",
        f"group_mgmt={words['group_mgmt']}",
        "ieee80211w=2",
        *more,
    ]
    return "ctrl_interface=/run/wpa\nfast_reauth=0\nnetwork={\n    " + "\n    ".join(lines) + "\n}\n"


def _of(plan: Plan, keys: Path, station: Station) -> Credentials:
    known = {terminal.host: terminal.identity for terminal in terminals(plan)}
    return Credentials(known[station.host.name], host_stem(keys, Purpose.TERMINAL, station.host.name))


def _strangers(plan: Plan) -> list[AirHost]:
    return [one for one in (plan.air.hosts if plan.air else ()) if one.function == "stranger"]


def servers(plan: Plan) -> tuple[str, ...]:
    """The servers that the access point asks, in its order."""
    asked = (flow for flow in plan.every_flow if flow.application == "radius" and plan.on_air(flow.source))
    return tuple(dict.fromkeys(flow.destination for flow in asked))
