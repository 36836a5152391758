"""Terminals that a RADIUS server must refuse, each for one reason of its own, tried beside the right one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.pki import Purpose, Trial, host_stem, state_directory, terminals, trial_stem
from lab.plan import AllowedFlow
from lab.record import Verdict
from lab.verdict.access import shut_out
from lab.verify.decisions import Decisions
from lab.verify.eapol import LET_IN, Credentials, Supplicant
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

NOT_OURS = "unable to get local issuer certificate"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Credentials with one flaw, and the server's words for it."""

    en: str
    ja: str
    shown: Credentials
    reason: str


class Terminals:
    """The `terminal_access` fixture: `terminal_access(flow).is_refused_to_revoked_ones()`; `flow`: who asks which server."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, flow: AllowedFlow) -> TerminalAccess:
        return TerminalAccess(self._session, self._controls, flow)


class TerminalAccess:
    """One network access server and one of the servers that it asks."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], flow: AllowedFlow) -> None:
        self._session, self._controls = session, controls
        self._supplicant = Supplicant(session, flow)

    def is_refused_to_revoked_ones(self) -> list[Verdict]:
        """A certificate that is revoked, out of its time, damaged, odd, or of somebody else who calls himself the lab's CA."""
        name, keys = self._right().identity, self._keys()
        outside = f"{name.partition('@')[0]}@example.com"
        return self._judged((
            Spoilt("a revoked certificate", "失効した証明書の端末",
                   Credentials(name, trial_stem(keys, Trial.REVOKED)), "certificate revoked"),
            Spoilt("an expired certificate", "期限切れの証明書の端末",
                   Credentials(name, trial_stem(keys, Trial.EXPIRED)), "certificate has expired"),
            Spoilt("a certificate whose time has not come", "有効期間前の証明書の端末",
                   Credentials(name, trial_stem(keys, Trial.NOT_YET)), "certificate is not yet valid"),
            Spoilt("a certificate with one bit turned over", "署名の1ビットを変えた証明書の端末",
                   Credentials(name, trial_stem(keys, Trial.FLIPPED)), "certificate signature failure"),
            Spoilt("a certificate with an unknown critical extension", "未知の重要な拡張を持つ証明書の端末",
                   Credentials(name, trial_stem(keys, Trial.CRITICAL)), "unhandled critical extension"),
            Spoilt("a certificate with a name that its CA may not give", "発行CAの名前制約に反する証明書の端末",
                   Credentials(outside, trial_stem(keys, Trial.OUTSIDE)), "permitted subtree violation"),
            Spoilt("a certificate of a stranger's CA of the same name", "同名の別の認証局の証明書の端末",
                   Credentials(name, trial_stem(keys, Trial.STRANGER)), NOT_OURS),
        ))  # fmt: skip

    def is_tied_to_registered_assets(self) -> list[Verdict]:
        """A sound certificate of the wrong machine: unregistered, of another class, for another use, under another name."""
        plan, keys, right = self._session.plan, self._keys(), self._right()
        name, domain = right.identity, right.identity.partition("@")[2]
        other = f"trial-{Trial.OTHER_CLASS}@{domain}"  # registered, and somebody else
        stranger = f"trial-{Trial.UNREGISTERED}@{domain}"
        host = self._supplicant.host  # one with certificates of its own
        server = plan.host(host).names[0]
        return self._judged((
            Spoilt("an unregistered asset", "台帳にない端末",
                   Credentials(stranger, trial_stem(keys, Trial.UNREGISTERED)), "is not in the asset register"),
            Spoilt("a registered asset of another class", "別の区分の登録端末",
                   Credentials(other, trial_stem(keys, Trial.OTHER_CLASS)), "is not taken by"),
            Spoilt("another's identity with the own certificate", "自身の証明書で他者の名前を名乗る端末",
                   Credentials(other, right.stem), f"Certificate CN ({name}) does not match specified value ({other})"),
            Spoilt("a certificate of the terminals' CA for servers", "端末用認証局のサーバ用途の証明書",
                   Credentials(name, trial_stem(keys, Trial.WRONG_USAGE)), "unsuitable certificate purpose"),
            Spoilt("the certificate of a server of the lab", "ラボのサーバの証明書",
                   Credentials(server, host_stem(keys, Purpose.SERVER, host)), NOT_OURS),
            Spoilt("the certificate of a log sender of the lab", "ラボのログ送信用の証明書",
                   Credentials(server, host_stem(keys, Purpose.CLIENT, host)), NOT_OURS),
        ))  # fmt: skip

    def _judged(self, spoilt: Sequence[Spoilt]) -> list[Verdict]:
        supplicant = self._supplicant
        decisions = Decisions(self._session, supplicant.server)
        good = self._right()
        made = supplicant.tried([good, *(one.shown for one in spoilt), good])
        lines = decisions.awaited([exchange.station for exchange in made])
        self._session.keep(supplicant.server, f"decisions-{'-'.join(self._controls)}.log", lines)
        first, *between, last = made
        let_in = first.ended == last.ended == LET_IN
        judged = []
        for one, exchange in zip(spoilt, between, strict=True):
            # the line about a name that doesn't fit doesn't say whose attempt it was
            named = one.reason.startswith("Certificate CN")
            said = [line for line in lines if exchange.station in line or (named and one.reason in line)]
            judgement = shut_out(
                f"{one.en} ({one.shown.identity})",
                one.ja,
                ended=exchange.ended,
                said=said,
                reason=one.reason,
                good=let_in,
            )
            judged.append((f"{one.en} at {supplicant.server} by {supplicant.client}", judgement, ()))
        return give_all(self._session, self._controls, judged)

    def _right(self) -> Credentials:
        return right_terminal(self._session)

    def _keys(self) -> Path:
        return keys_of(self._session)


def keys_of(session: LabSession) -> Path:
    """The folder of the lab's keys. CheckError if it is on another machine: nothing can be shown to the server then."""
    folder = state_directory(session.plan.lab) / "pki"
    if not (folder / "register.json").is_file():
        raise CheckError(f"the keys of lab {session.plan.lab} are not on this machine: run it where the lab was built")
    return folder


def right_terminal(session: LabSession) -> Credentials:
    """What the first terminal of the plan shows, which has to be let in."""
    known = terminals(session.plan)
    if not known:
        raise CheckError("this plan has no terminal with a certificate")
    return Credentials(known[0].identity, host_stem(keys_of(session), Purpose.TERMINAL, known[0].host))
