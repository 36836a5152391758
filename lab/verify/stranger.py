"""A server's certificate shown as a client's: the log store must refuse it, and take the same host's own."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from lab.plan import AllowedFlow
from lab.record import Verdict, Warrant
from lab.verdict import Judgement
from lab.verdict.judgement import failed, passed
from lab.verdict.keys import public_of
from lab.verify.certificates import Certificates
from lab.verify.journal import Journal
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import ROOT_CERTIFICATE, LabSession
from lab.verify.store import Store

REFUSED = "certificate invalid: key purpose OID does not match"  # GnuTLS's word, in the store's own log


@dataclass(frozen=True, slots=True)
class Shown:
    """One attempt with one certificate: what the client said, and whether its message is in the store."""

    rc: int
    said: str
    word: str


class Strangers:
    """The `strangers` fixture: `strangers.with_a_servers_certificate_are_refused(flow)`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def with_a_servers_certificate_are_refused(self, flow: AllowedFlow) -> list[Verdict]:
        """From the flow's own source, with the keys that are there: its client certificate, then its server one.

        Raises CheckError if the client certificate doesn't get a message into the store: then nothing was shown.
        """
        server, client = self._pair(flow.source, "server"), self._pair(flow.source, "client")
        journal = Journal(self._session, tuple(self._controls))
        good = self._send(flow, *client)
        if good.rc or not journal.wait(flow.source, good.word):
            raise CheckError(f"{flow.source}: its own client certificate was not accepted either: {good.said}")
        store = Store(self._session)
        since = store.mark()
        bad = self._send(flow, *server)
        # an event that the host's log sender sends after all this is there, so what the refused one sent would be
        if not journal.wait(flow.source, self._event(flow.source)):
            raise CheckError(f"{flow.source}: its log sender brings nothing into the store, so silence proves nothing")
        told = store.awaited(since, (REFUSED,))
        judgement = _judged(flow, bad, store.holding(bad.word), told)
        subject = f"server certificate of {flow.source} as client at {flow.destination}:{flow.port}"
        verdicts = [give(self._session, control, subject, judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _pair(self, host: str, usage: str) -> tuple[str, str]:
        """The files of a certificate of that usage and of its key."""
        inventory = Certificates(self._session, self._controls).inventory(host)
        for chain, path in zip(inventory.chains, inventory.files, strict=True):
            key = next((one.path for one in inventory.keys if one.public == public_of(chain[0])), None)
            if key and Certificates.usage(chain[0]) == usage:
                return path, key
        raise CheckError(f"{host} has no {usage} certificate with its key")

    def _event(self, host: str) -> str:
        """Write an event on the host; the word to look for."""
        word = f"sanso-{secrets.token_hex(8)}"
        self._session.channel(host).run(["logger", "-t", "sanso-check", word]).check()
        return word

    def _send(self, flow: AllowedFlow, certificate: str, key: str) -> Shown:
        """One syslog message over a TLS connection with that certificate. TLS 1.2: a refusal ends the handshake itself."""
        plan = self._session.plan
        word = f"sanso-{secrets.token_hex(8)}"
        message = f"<13>1 - {flow.source} sanso-check - - - {word}"
        address = str(plan.host(flow.destination).address(flow.families[0]))
        target = f"[{address}]:{flow.port}" if ":" in address else f"{address}:{flow.port}"
        argv: Sequence[str] = (
            "timeout", "10", "openssl", "s_client", "-quiet", "-no_ign_eof", "-tls1_2", "-connect", target,
            "-cert", certificate, "-cert_chain", certificate, "-key", key, "-CAfile", ROOT_CERTIFICATE,
            "-verify_return_error", "-verify_hostname", plan.host(flow.destination).names[0],
        )  # fmt: skip
        line = f"printf %s {shlex.quote(f'{len(message)} {message}')} | {shlex.join(argv)} 2>&1"
        done = self._session.channel(flow.source).run(line)
        return Shown(done.rc, done.stdout.decode(errors="replace").strip(), word)


def _judged(flow: AllowedFlow, bad: Shown, arrived: Sequence[str], told: str) -> Judgement:
    store = flow.destination
    if arrived:
        return failed(
            Warrant.WITNESSED,
            f"{store} took a message from a client that showed a server's certificate: it stands in {', '.join(arrived)}",
            f"{store} はサーバ証明書を提示した送信者の記録を受け入れました：{'、'.join(arrived)}",
        )
    if not told:
        return failed(
            Warrant.WITNESSED,
            f"{store} did not say that it refuses a client that showed a server's certificate: {bad.said[-200:]!r}",
            f"{store} はサーバ証明書を提示した送信者との接続を拒否しませんでした：{bad.said[-200:]!r}",
        )
    return passed(
        Warrant.WITNESSED,
        f"refused by the store itself ({told!r}), its message is not there, and those sent before and "
        "after with the client certificate of the same host are",
        f"保管サーバが拒否し（ログ：{told!r}）、記録は届かず、"
        "前後に同じホストのクライアント証明書で送った記録は届きました",
    )
