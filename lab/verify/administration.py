"""The way by which people administer a host: what its SSH server offers, beside what the same scanner sees of a weak one."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, replace

from lab.plan import AllowedFlow
from lab.reach import Channel
from lab.record import State, Verdict
from lab.verdict.judgement import Judgement
from lab.verdict.offer import SshOffer, algorithms, authentication, weaknesses
from lab.verify.ahead import Question
from lab.verify.ask import literal
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.ssh import read_offer, weak_offer

PLANTED = {"key exchange", "cipher", "MAC", "authentication"}  # what the weak server is made weak in

EXCEPTIONS = "grep -ihrE '^[[:space:]]*Match[[:space:]]' /etc/ssh/sshd_config /etc/ssh/sshd_config.d"

Offers = tuple[SshOffer, SshOffer, str]  # the host's own server, the weak one, and the host where that one stood


class WeakServer:
    """A server that is weak on purpose, started once in a run, on the first host that is asked: the scanner must see it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[SshOffer, str] | None = None

    def seen_from(self, host: str, channel: Channel) -> tuple[SshOffer, str]:
        """What the scanner saw, and where. CheckError if it doesn't start here."""
        with self._lock:
            if self._seen is None:
                self._seen = weak_offer(channel), host
            return self._seen


class Administration:
    """The `administration` fixture: `administration(host).offers_only_the_baseline()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, host: str) -> SshServer:
        return SshServer(self._session, self._controls, host)

    def over(self, flow: AllowedFlow) -> SshServer:
        """A server that is reached over the network, asked as its client reaches it."""
        return SshServer(self._session, self._controls, flow.destination, flow)


class SshServer:
    """One host's SSH server."""

    def __init__(
        self, session: LabSession, controls: tuple[str, ...], host: str, flow: AllowedFlow | None = None
    ) -> None:
        self._session, self._controls, self._host, self._flow = session, controls, host, flow

    def offers_only_the_baseline(self) -> list[Verdict]:
        """One verdict per list of its KEXINIT and one for the ways to log in.

        Raises CheckError if no server answers, or if the scanner doesn't see the weak server's weakness.
        """
        offer, weak, beside = self._offers()
        profile = self._session.catalogue.crypto.ssh
        seen = weaknesses(weak, profile)
        if blind := PLANTED - set(seen):
            raise CheckError(f"the scanner doesn't see what is wrong with a weak server on {beside}: {sorted(blind)}")
        judged = {**algorithms(offer, profile), "authentication": authentication(offer, profile)}
        where = f"{self._host} port {self._flow.port}" if self._flow else self._host
        verdicts = [
            give(self._session, control, f"SSH {what} of {where}", _with(judgement, weak, seen.get(what), beside))
            for what, judgement in judged.items()
            for control in self._controls
        ]
        settle(verdicts)
        return verdicts

    def _offers(self) -> Offers:
        offers = self._session.ahead.answer(OFFERS, self._host) if self._flow is None else self._reached(self._flow)
        content = json.dumps(asdict(offers[0]), indent=2)
        self._session.sink.emit(
            "host-file",
            host=self._host,
            name="ssh-offer.json" if self._flow is None else f"ssh-offer-to-{self._flow.source}.json",
            content=content,
        )
        return offers

    def _reached(self, flow: AllowedFlow) -> Offers:
        channel, plan = self._session.channel(flow.source), self._session.plan
        address = plan.host(flow.destination).address(plan.families[0])
        with channel.alone():
            offer = read_offer(channel, ("socat", "-", f"TCP:{literal(address, flow.port or 0)}"))
            return offer, weak_offer(channel), flow.source


def _ask(weak: WeakServer, host: str, channel: Channel) -> Offers:
    found = channel.run(EXCEPTIONS)
    if found.rc not in (0, 1):  # grep's: lines, no lines
        raise CheckError(f"{host}: its SSH server's files can't be read: {found.stderr.decode().strip()}")
    lines = tuple(line.strip() for line in found.stdout.decode(errors="replace").splitlines())
    return replace(read_offer(channel), exceptions=lines), *weak.seen_from(host, channel)


OFFERS = Question("SSH offers", "ssh", _ask, prepare=lambda _lab: WeakServer())


def _with(judgement: Judgement, weak: SshOffer, shown: Judgement | None, where: str) -> Judgement:
    """The same judgement; a pass also says what the scanner saw of the weak server."""
    if judgement.state is not State.PASS or shown is None:
        return judgement
    return Judgement(
        judgement.state,
        judgement.warrant,
        f"{judgement.message_en} (of a weak {weak.banner} on {where} the same scanner saw: {shown.message_en})",
        f"{judgement.message_ja}（同じスキャナーは、{where} 上の弱いサーバの問題を検出しています：{shown.message_ja}）",
    )
