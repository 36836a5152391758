"""The designated relay of specific communication type 2: its one service and nothing else (TC-05, S39)."""

from __future__ import annotations

from collections.abc import Sequence

from lab.plan import AllowedFlow, Protocol
from lab.record import Application, Attempt, Verdict, Warrant
from lab.verdict import Judgement, refused
from lab.verdict.judgement import failed, passed
from lab.verify.ask import literal, to_service
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

OWN_WORDS = frozenset({400, 403, 405, 421})  # a 404 could be the far side's


class Relays:
    """The `relay` fixture: `relay(entry).serves_its_service()`. `entry`: a registered flow to a relay."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, entry: AllowedFlow) -> Relay:
        return Relay(self._session, self._controls, entry)


class Relay:
    """One registered way through a relay."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], entry: AllowedFlow) -> None:
        self._session, self._controls, self._entry = session, controls, entry
        onward = [flow.destination for flow in session.plan.allowed if flow.source == entry.destination]
        if len(onward) != 1:
            raise CheckError(f"{entry.destination} is to have one service behind it, and has {len(onward)}")
        self._service = onward[0]

    def serves_its_service(self) -> list[Verdict]:
        """Through the relay the registered service itself answers: its page names it."""
        seen, who = self._ask(), self._entry.destination
        own = f"host: {self._service}" in str(seen.detail.get("body_start", "")) or self._service in str(
            seen.detail.get("body_start", "")
        )
        judgement = (
            passed(
                Warrant.WITNESSED,
                f"{self._service} answered through {who}",
                f"{self._service} が {who} を経由して応答しました",
            )
            if seen.ok and own
            else failed(
                Warrant.WITNESSED,
                f"{self._service} did not answer through {who}: {seen.detail}",
                f"{self._service} が {who} を経由して応答しません：{seen.detail}",
            )
        )
        return self._given([("the registered service", judgement, (seen,))])

    def takes_nobody_elsewhere(self) -> list[Verdict]:
        """Another name, an absolute address, CONNECT: refused by the relay's own word, while its service answers."""
        good = self._ask()
        made = [
            (what, refused(seen, good, what_en=what, what_ja=ja, words=OWN_WORDS), (seen, good))
            for what, ja, seen in self._abuses()
        ]
        return self._given(made)

    def _abuses(self) -> list[tuple[str, str, Application]]:
        plan = self._session.plan
        made = []
        for host in plan.hosts:
            if plan.place(host.zone) == "internet" and "web_app" in host.roles and host.name != self._service:
                name, at = host.names[0], literal(host.address(plan.families[0]), 443)
                made += [
                    (f"a request for {host.name} by name", f"{host.name} 宛の要求（Host）", self._ask(host=name)),
                    (
                        f"a request for {host.name} by name, in SNI too",
                        f"{host.name} 宛の要求（SNIとHost）",
                        self._ask(host=name, server=name),
                    ),
                    (
                        f"an absolute address of {host.name}",
                        f"{host.name} の絶対URI",
                        self._ask(target=f"https://{name}/", host=name),
                    ),
                    (
                        f"CONNECT to {host.name}",
                        f"{host.name} へのCONNECT",
                        self._ask(method="CONNECT", target=at, host=at),
                    ),
                ]
        return made

    def _ask(
        self, *, method: str = "GET", target: str | None = None, host: str | None = None, server: str = ""
    ) -> Application:
        """`server`: another name than the relay's own in SNI; whose certificate is shown then doesn't matter."""
        seen = self._session.prober.https(
            self._attempt(),
            server_name=server or self._session.plan.host(self._entry.destination).names[0],
            ca_pem=None if server else self._session.root_pem(),
            method=method,
            target=target,
            host=host,
        )
        self._session.saw(seen)
        return seen

    def _attempt(self) -> Attempt:
        port = self._entry.port or 0
        return to_service(self._session.plan, self._entry.source, self._entry.destination, Protocol.TCP, port)

    def _given(self, made: Sequence[tuple[str, Judgement, tuple[Application, ...]]]) -> list[Verdict]:
        who = f"{self._entry.source} -> {self._entry.destination}"
        told = ((f"{who}: {what}", judgement, seen) for what, judgement, seen in made)
        return give_all(self._session, self._controls, told)
