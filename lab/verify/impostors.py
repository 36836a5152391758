"""Senders that the log store must refuse, tried with one client; the right certificate goes through the same client."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from lab.pki import Purpose
from lab.plan import AllowedFlow, target
from lab.record import Verdict
from lab.verdict.refusal import filed, refused
from lab.verify.ask import literal
from lab.verify.judge import give, settle
from lab.verify.lent import lent, unlisted
from lab.verify.session import LabSession
from lab.verify.store import Store, awaited

DEADLINE = 10.0
OWN = "/etc/sanso/log_client/client"
SERVER = "/etc/nginx/tls/server"
STRANGER = "/run/sanso-stranger"
LENT = "/run/sanso-lent.pem"


@dataclass(frozen=True, slots=True)
class Impostor:
    """What a sender shows, and the store's word for refusing it."""

    what: str
    what_ja: str
    credentials: str  # openssl's words
    reason: str


IMPOSTORS = (
    Impostor("without a certificate", "証明書なし", "", "peer did not provide a certificate"),
    Impostor("with a server's certificate", "サーバ証明書",
             f"-cert {SERVER}.pem -cert_chain {SERVER}.pem -key {SERVER}.key",
             "certificate invalid: key purpose OID does not match"),
    Impostor("with a certificate of its own making", "自作の証明書", f"-cert {STRANGER}.pem -key {STRANGER}.key",
             "certificate invalid: signer not found"),
    Impostor("with a sound certificate of a name that is not listed", "一覧にない名前の正しい証明書",
             f"-cert {LENT} -cert_chain {LENT} -key {LENT}",
             "peer name not authorized"),
)  # fmt: skip
GOOD = f"-cert {OWN}.pem -cert_chain {OWN}.pem -key {OWN}.key"
# the stranger's certificate has the sender's right name: what is refused is who signed it
MAKE = (
    "umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 "
    "-subj /CN={name} -keyout {stem}.key -out {stem}.pem 2>/dev/null"
)
SEND = (
    "printf '<13>1 - {claim} sanso-check - - - %s\\n' {word} |"
    " timeout 5 openssl s_client -quiet -no_ign_eof -connect {store} {credentials}"
)


class Impostors:
    """The `impostors` fixture: `impostors.are_refused(flow)`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls, self._store = session, controls, Store(session)

    def are_refused(self, flow: AllowedFlow) -> list[Verdict]:
        """From this flow's sender: no certificate, a server's, a stranger's, another name's: refused; its own: taken.

        CheckError without the lab's keys on this machine: there is no certificate of another name then.
        """
        plan, host = self._session.plan, flow.source
        other = lent(self._session, Purpose.CLIENT, unlisted(self._session, "sender", plan.host(host).names[0]))
        store = literal(target(plan, flow, flow.families[0]), flow.port or 0)
        words = {each: f"sanso-{secrets.token_hex(8)}" for each in IMPOSTORS}
        good = f"sanso-{secrets.token_hex(8)}"
        since = self._store.mark()
        lines = [f"umask 077; cat >{LENT}", MAKE.format(name=plan.host(host).names[0], stem=STRANGER)]
        claim = next(name for name in self._senders() if name != host)
        lines += [
            SEND.format(claim=claim, word=words[each], store=store, credentials=each.credentials) for each in IMPOSTORS
        ]
        lines.append(SEND.format(claim=claim, word=good, store=store, credentials=GOOD))
        lines.append(f"rm -f {STRANGER}.key {STRANGER}.pem {LENT}")
        first, *more = lines  # the first alone reads what comes with it
        script = "; ".join([f"({first}) 2>/dev/null", *(f"({line}) </dev/null >/dev/null 2>&1" for line in more)])
        self._session.channel(host).run(script, stdin=other.encode())
        taken = self._appears(good)
        said = self._refusals(since)
        verdicts = []
        for each in IMPOSTORS:
            kept = self._store.holding(words[each])
            who, who_ja = f"{host} {each.what}", f"{host}（{each.what_ja}）"
            judgement = refused(who, who_ja, said=said, reason=each.reason, kept=kept, good=bool(taken))
            subject = f"{host} {each.what} is refused"
            verdicts += [give(self._session, control, subject, judgement) for control in self._controls]
        judgement = filed(host, claim=claim, own=self._store.file(host), files=taken)
        subject = f"{host} writes into its own file alone"
        verdicts += [give(self._session, control, subject, judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _senders(self) -> list[str]:
        return [flow.source for flow in self._session.plan.allowed if flow.application == "syslog-tls"]

    def _appears(self, word: str) -> list[str]:
        """The store's files that have the word, once there is one, or at the deadline."""
        return awaited(lambda: self._store.holding(word), bool, DEADLINE)

    def _refusals(self, since: int) -> list[str]:
        """The store's words, once all that are awaited are there, or at the deadline."""
        return awaited(
            lambda: self._store.said(since),
            lambda said: all(any(each.reason in line for line in said) for each in IMPOSTORS),
            DEADLINE,
        )
