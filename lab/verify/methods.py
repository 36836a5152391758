"""What a RADIUS server must not speak: passwords in any EAP method, old TLS, suites without authentication (RAD-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from lab.plan import AllowedFlow
from lab.record import Verdict
from lab.verdict.access import shut_out
from lab.verify.decisions import Decisions
from lab.verify.eapol import LET_IN, PAP, Credentials, Exchange, Supplicant
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.spoilt import Spoilt, right_terminal
from lab.verify.weak_radius import ADDRESS, PASSWORD, PORT, SECRET, USER, weak_radius

NO_METHOD = "No mutually acceptable types found"
UNAUTHENTICATED = (
    "ALL:!AESGCM:!AESCCM:!CHACHA20:!ARIA:!aNULL:@SECLEVEL=0"  # OpenSSL: what there is but for modern suites
)
_AGAIN = 2
OLD = ("tls_disable_tlsv1_0", "tls_disable_tlsv1_1", "tls_disable_tlsv1_2", "tls_disable_tlsv1_3")


def only(version: str) -> str:
    """The supplicant's words for offering one version of TLS alone; `version`: the last part of its switch."""
    return 'phase1="' + " ".join(f"{switch}={int(not switch.endswith(version))}" for switch in OLD) + '"'


class Methods:
    """The `eap_methods` fixture: `eap_methods(flow).take_no_password()`; `flow`: who asks which server."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, flow: AllowedFlow) -> ServersMethods:
        return ServersMethods(self._session, self._controls, flow)


class ServersMethods:
    """One network access server and one of the servers that it asks."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], flow: AllowedFlow) -> None:
        self._session, self._controls = session, controls
        self._supplicant = Supplicant(session, flow)

    def take_no_password(self) -> list[Verdict]:
        """PAP, and MD5, GTC, MSCHAPv2, PWD, PEAP and TTLS with a password that the weak server beside it takes."""

        def spoilt(method: str, *more: str) -> Credentials:
            return Credentials(USER, None, method, (f'password="{PASSWORD}"', *more))

        return self._judged((
            Spoilt("a correct password without EAP", "EAPによらない正しいパスワード", spoilt(PAP), "no EAP"),
            Spoilt("EAP-MD5 with a correct password", "正しいパスワードのEAP-MD5", spoilt("MD5"), NO_METHOD),
            Spoilt("EAP-GTC with a correct password", "正しいパスワードのEAP-GTC", spoilt("GTC"), NO_METHOD),
            Spoilt("EAP-MSCHAPv2 with a correct password", "正しいパスワードのEAP-MSCHAPv2", spoilt("MSCHAPV2"), NO_METHOD),
            Spoilt("EAP-PWD with a correct password", "正しいパスワードのEAP-PWD", spoilt("PWD"), NO_METHOD),
            Spoilt("PEAP with MSCHAPv2 and a correct password", "正しいパスワードのPEAP（MSCHAPv2）",
                   spoilt("PEAP", 'phase2="auth=MSCHAPV2"'), NO_METHOD),
            Spoilt("TTLS with PAP and a correct password", "正しいパスワードのTTLS（PAP）",
                   spoilt("TTLS", 'phase2="auth=PAP"'), NO_METHOD),
        ))  # fmt: skip

    def speak_modern_tls_alone(self) -> list[Verdict]:
        """TLS 1.0, TLS 1.1 and all suites of TLS 1.2 without authenticated encryption, with the right certificate."""
        right = right_terminal(self._session)
        low = 'openssl_ciphers="ALL:@SECLEVEL=0"'
        cbc = f'openssl_ciphers="{UNAUTHENTICATED}"'

        def offer(en: str, version: str, ciphers: str, reason: str) -> Spoilt:
            return Spoilt(f"{en} with the right certificate", f"正しい証明書の {en}",
                          replace(right, more=(only(version), ciphers)), reason)  # fmt: skip

        return self._judged((
            offer("TLS 1.0", "tlsv1_0", low, "protocol"),
            offer("TLS 1.1", "tlsv1_1", low, "protocol"),
            offer("TLS 1.2 with every CBC suite", "tlsv1_2", cbc, "handshake failure"),
        ))  # fmt: skip

    def _judged(self, spoilt: Sequence[Spoilt]) -> list[Verdict]:
        supplicant = self._supplicant
        shown = [one.shown for one in spoilt]
        with weak_radius(self._session, supplicant.host):
            able = self._able(shown)
        for one, exchange in zip(spoilt, able, strict=True):
            if exchange.ended != LET_IN:
                raise CheckError(
                    f"the supplicant of {supplicant.host} can't do {one.en}: the weak server didn't let it in either "
                    f"({exchange.told!r}), so a refusal shows nothing"
                )
        decisions = Decisions(self._session, supplicant.server)
        good = right_terminal(self._session)
        made = supplicant.tried([good, *shown, good])
        lines = decisions.awaited([exchange.station for exchange in made])
        self._session.keep(supplicant.server, f"decisions-{'-'.join(self._controls)}.log", lines)
        first, *between, last = made
        judged = []
        for one, exchange in zip(spoilt, between, strict=True):
            said = [line for line in lines if exchange.station in line]
            judgement = shut_out(
                one.en,
                one.ja,
                ended=exchange.ended,
                said=said,
                reason=one.reason,
                good=first.ended == last.ended == LET_IN,
            )
            judged.append((f"{one.en} at {supplicant.server} by {supplicant.client}", judgement, ()))
        return give_all(self._session, self._controls, judged)

    def _able(self, shown: Sequence[Credentials]) -> list[Exchange]:
        """What the weak server says to each. One that it refuses is tried again: EAP-PWD fails now and then by itself."""
        ask = partial(self._supplicant.tried, address=ADDRESS, port=PORT, secret=SECRET, known=False)
        able = ask(shown)
        for _ in range(_AGAIN):
            failed = [number for number, exchange in enumerate(able) if exchange.ended != LET_IN]
            if not failed:
                break
            for number, exchange in zip(failed, ask([shown[number] for number in failed]), strict=True):
                able[number] = exchange
        return able
