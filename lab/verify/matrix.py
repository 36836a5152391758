"""The denied matrix: every zone pair x representative flows, minus what the plan allows. Bounded by what the plan has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lab.plan import Family, Plan
from lab.record import Verdict
from lab.verify.ask import unused_public
from lab.verify.judge import judge_denied, settle
from lab.verify.parameters import endpoints
from lab.verify.services import BRIEF, CORE, FAVOURITES, NAMES, OUTER, PUBLIC, REPRESENTATIVE, Services
from lab.verify.session import LabSession
from lab.verify.trip import Stand, Wish, allowed_flow, devices, stands

DNS_SERVERS = {"resolver", "authority"}  # roles


def wishes(plan: Plan, source: str, target: str, families: Iterable[Family], *, quick: bool = False) -> list[Wish]:
    """From zone to zone. One sender tries every representative flow at every host, the others tcp/443, and names at DNS servers.

    Between two zones of which none is MN, LG or IN: one TCP, one UDP and echo. With `quick`: one sender, one target, tcp/443
    and echo.
    """
    senders, targets = endpoints(plan, source), endpoints(plan, target)
    if quick:
        senders, targets = senders[-1:], targets[:1]
    core = {plan.place(source), plan.place(target)} & CORE
    services = BRIEF if quick else REPRESENTATIVE if core else OUTER
    made = []
    for family in families:
        for number, sender in enumerate(reversed(senders)):  # terminals come last in a zone: the likeliest to try
            for host in targets:
                names = NAMES if DNS_SERVERS & set(host.roles) and not quick else ()
                for protocol, port in services if number == 0 else (*services[:1], *names):
                    wish = Wish(sender.name, host.name, family, protocol, port)
                    if allowed_flow(plan, wish) is None and devices(plan, wish):
                        made.append(wish)
    return made


def coming(plan: Plan, pairs: Iterable[tuple[str, str]], *, quick: bool) -> Iterator[Stand]:
    """What `Matrix.is_denied` will try for these pairs of zones, in order."""
    for source, target in pairs:
        for wish in wishes(plan, source, target, plan.families, quick=quick):
            yield from stands(plan, wish)


class Matrix:
    """The `matrix` fixture: `matrix("lg", "mn").is_denied()`."""

    def __init__(self, session: LabSession, controls: Sequence[str], *, quick: bool) -> None:
        if not controls:
            raise ValueError('a test that uses `matrix` says which control it judges: @control("ZONE-01")')
        self._session, self._controls, self._quick = session, controls, quick

    def is_denied(self, source: str, target: str, families: Iterable[Family] | None = None) -> list[Verdict]:
        """Every representative flow from zone to zone is stopped at every device on its way, each with its witness."""
        plan = self._session.plan
        return self._judged(wishes(plan, source, target, families or plan.families, quick=self._quick))

    def has_no(self, services: Services, source: str, target: str) -> list[Verdict]:
        """These services from zone to zone, both families: from the likeliest host all, from every other one the favourites."""
        plan = self._session.plan
        *others, likeliest = endpoints(plan, source)
        senders = [(likeliest, services), *((host, [one for one in services if one in FAVOURITES]) for host in others)]
        todo = [
            Wish(sender.name, host.name, family, protocol, port)
            for family in plan.families
            for sender, its in (senders[:1] if self._quick else senders)
            for host in (endpoints(plan, target)[:1] if self._quick else endpoints(plan, target))
            for protocol, port in its
        ]
        return self._judged([wish for wish in todo if allowed_flow(plan, wish) is None and devices(plan, wish)])

    def reaches_nobody_public(self, source: str) -> list[Verdict]:
        """From every host of the zone to a public address that nobody has: stopped at every firewall on the way out."""
        plan = self._session.plan
        senders = endpoints(plan, source)[-1:] if self._quick else endpoints(plan, source)
        return self._judged(
            [
                Wish(host.name, "a public address", family, protocol, port, at=target)
                for family in plan.families
                if (target := unused_public(plan, family)) is not None
                for host in senders
                for protocol, port in (BRIEF if self._quick else PUBLIC)
            ]
        )

    def _judged(self, todo: list[Wish]) -> list[Verdict]:
        if not todo:
            raise ValueError("no flow of these is denied by this plan: nothing would be tested")
        verdicts = judge_denied(self._session, self._controls, todo)
        settle(verdicts)
        return verdicts
