"""What a TLS service accepts, against the crypto baseline. The scanner first shows that it can reach a weak server at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lab.plan import Family, Protocol, Service
from lab.record import Application, Attempt, State, Verdict, Warrant
from lab.verdict import Judgement
from lab.verdict.phrases_ja import failure_ja
from lab.verify.ask import to_service
from lab.verify.certificates import client_of
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.store import Store

# GnuTLS's words in the log store's own log; those for a connection that was merely closed are others
HANDSHAKE_REFUSED = ("No supported cipher suites have been found", "illegal or unsupported version was received")
EVERYTHING = "ALL:eNULL:@SECLEVEL=0"  # OpenSSL's default client would refuse a weak server by itself, and prove nothing


CBC = "ECDHE+AES+SHA1:ECDHE+SHA256:ECDHE+SHA384:!AESGCM:!CHACHA20:!AESCCM:@SECLEVEL=0"


@dataclass(frozen=True, slots=True)
class Offer:
    """One ClientHello: versions and cipher suites. `wanted`: the baseline has it (CRY-03, TLS 高セキュリティ型)."""

    name: str
    minimum: str
    maximum: str
    ciphers: str
    wanted: bool = False
    optional: bool = False  # the baseline has it, and a service may do without


OFFERS = (
    Offer("TLS 1.0", "TLSv1", "TLSv1", EVERYTHING),
    Offer("TLS 1.1", "TLSv1.1", "TLSv1.1", EVERYTHING),
    Offer("TLS 1.2 without forward secrecy", "TLSv1.2", "TLSv1.2", "kRSA:@SECLEVEL=0"),
    Offer("TLS 1.2 with CBC", "TLSv1.2", "TLSv1.2", CBC),
    Offer("TLS 1.2 without encryption or authentication", "TLSv1.2", "TLSv1.2", "eNULL:aNULL:@SECLEVEL=0"),
    Offer("TLS 1.2 with AEAD and forward secrecy", "TLSv1.2", "TLSv1.2", "ECDHE+AESGCM", wanted=True, optional=True),
    Offer("TLS 1.3", "TLSv1.3", "TLSv1.3", "", wanted=True),
)  # fmt: skip


class _Reached(dict[str, Application]):
    """Source -> TLS 1.0 of a weak server, seen from there."""


class Scanner:
    """The `scanner` fixture: `scanner(service).accepts_only_the_baseline()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, service: Service) -> Scan:
        return Scan(self._session, self._controls, service)


class Scan:
    """One service, asked by a host that may talk to it."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], service: Service) -> None:
        self._session, self._controls, self._service = session, controls, service

    def accepts_only_the_baseline(self) -> list[Verdict]:
        """One verdict per offer: what the baseline wants is accepted, what it forbids is refused by the *server*."""
        source = client_of(self._session.plan, self._service)
        reach = self._scanner_reaches_tls_1_0(source)
        verdicts = []
        for offer in OFFERS:
            seen = self._offer(self._attempt(source), offer)
            judgement = _judged(offer, seen, reach)
            subject = f"{offer.name} at {self._service.host}:{self._service.port}"
            verdicts += [give(self._session, control, subject, judgement, (seen, reach)) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _attempt(self, source: str) -> Attempt:
        return to_service(self._session.plan, source, self._service.host, Protocol.TCP, self._service.port)

    def _offer(self, attempt: Attempt, offer: Offer) -> Application:
        store = Store(self._session) if self._service.port == attempt.port and self._is_the_log_store() else None
        since = store.mark() if store else 0
        seen = self._session.prober.https(
            attempt,
            server_name=self._session.plan.host(self._service.host).names[0],
            ca_pem=None,
            path=None,
            minimum=offer.minimum,
            maximum=offer.maximum,
            ciphers=offer.ciphers or None,
        )
        if store and not seen.ok:  # rsyslog with GnuTLS sends no alert: it closes, and says why in its log
            said = store.awaited(since, HANDSHAKE_REFUSED)
            seen = seen.model_copy(update={"detail": {**seen.detail, "server_said": said}})
        self._session.saw(seen)
        return seen

    def _is_the_log_store(self) -> bool:
        return "log_server" in self._session.plan.host(self._service.host).roles

    def _scanner_reaches_tls_1_0(self, source: str) -> Application:
        """The positive control: the same offer of TLS 1.0, from the same namespace, to a weak server on its loopback.

        Once per source and run.
        """
        known = self._session.memory.of(_Reached)
        if source in known:
            return known[source]
        with self._session.channel(source).alone(), weak_server(self._session, source) as port:
            attempt = Attempt(
                source=source,
                destination=source,
                address="127.0.0.1",
                family=Family.IPV4,
                protocol=Protocol.TCP,
                port=port,
            )
            seen = self._offer(attempt, OFFERS[0])
        if not seen.ok:
            raise CheckError(f"the scanner itself can't speak TLS 1.0 from {source}: {seen.detail.get('error')}")
        known[source] = seen
        return seen


def _judged(offer: Offer, seen: Application, reach: Application) -> Judgement:
    got = (
        f"{seen.detail.get('tls')} {seen.detail.get('cipher')}" if seen.ok else str(seen.detail.get("error", "refused"))
    )
    got_ja = failure_ja(got)
    if not seen.ok and "no connection" in got:
        return Judgement(
            State.ERROR, None, f"the service did not answer at all: {got}", f"サービスに接続できません：{got_ja}"
        )
    if said := str(seen.detail.get("server_said") or ""):
        got, got_ja = f"{got}; its own log: {said!r}", f"{got_ja}、サーバのログ：{said!r}"
    if not seen.ok and "ALERT" not in got and not said:
        return Judgement(
            State.ERROR,
            None,
            f"the handshake ended without the server's own refusal: {got}",
            f"サーバの拒否応答がないままハンドシェイクが終了しました：{got_ja}",
        )
    if seen.ok == offer.wanted or offer.optional:
        done = "accepted" if seen.ok else "refused"
        ja = "受け入れました" if seen.ok else "拒否しました"
        control = reach.detail.get("tls")
        return Judgement(
            State.PASS,
            Warrant.WITNESSED,
            f"{done}: {got} (the same scanner got {control} from a weak server)",
            f"{ja}：{got_ja}（同じスキャナーは弱いサーバから {control} を得ています）",
        )
    if offer.wanted:
        return Judgement(
            State.FAIL,
            Warrant.WITNESSED,
            f"refused what the baseline wants: {got}",
            f"基準の方式を拒否しました：{got_ja}",
        )
    return Judgement(State.FAIL, Warrant.WITNESSED, f"accepted {got}", f"禁止されている方式を受け入れました：{got}")


@contextmanager
def weak_server(session: LabSession, host: str) -> Iterator[int]:
    """A TLS 1.0 server on the loopback of `host` for a moment; ends by itself after 20 seconds. Gives its port."""
    channel = session.channel(host)
    port = 4433 + secrets.randbelow(1000)
    folder = f"/run/sanso-weak-{port}"
    made = channel.run(
        f"umask 077 && mkdir {folder} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1"
        f" -subj /CN=weak -keyout {folder}/key -out {folder}/crt 2>/dev/null"
    )
    if made.rc:
        raise CheckError(f"{host}: the weak server got no certificate: {made.stderr.decode().strip()}")
    server = (
        f"timeout 20 openssl s_server -accept 127.0.0.1:{port} -cert {folder}/crt -key {folder}/key -tls1"
        f" -cipher {EVERYTHING} -naccept 1 -quiet"
    )
    try:
        up = channel.run(
            f"({server} </dev/null >{folder}/log 2>&1 &); timeout 5 sh -c 'until ss -Hltn sport = :{port} | grep -q .; do :; done'"
        )
        if up.rc:
            raise CheckError(
                f"{host}: the weak server did not start: {channel.run(['cat', f'{folder}/log']).stdout.decode()}"
            )
        yield port
    finally:
        channel.run(["rm", "-rf", folder])
