"""The denied matrix: every zone pair x representative flows, minus what the plan allows. Bounded by what the plan has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lab.plan import Family, Plan, Protocol
from lab.record import Verdict
from lab.verify.judge import judge_denied, settle
from lab.verify.parameters import endpoints
from lab.verify.session import LabSession
from lab.verify.trip import Wish, allowed_flow

# what a terminal would try first: web, remote desktop, files, shell, names, time, old syslog, echo
REPRESENTATIVE: tuple[tuple[Protocol, int | None], ...] = (
    (Protocol.TCP, 443),
    (Protocol.TCP, 22),
    (Protocol.TCP, 80),
    (Protocol.TCP, 445),
    (Protocol.TCP, 3389),
    (Protocol.TCP, 53),
    (Protocol.UDP, 53),
    (Protocol.UDP, 123),
    (Protocol.UDP, 514),
    (Protocol.ICMP, None),
)
BRIEF: tuple[tuple[Protocol, int | None], ...] = ((Protocol.TCP, 443), (Protocol.ICMP, None))


def wishes(plan: Plan, source: str, target: str, families: Iterable[Family], *, quick: bool = False) -> list[Wish]:
    """From zone to zone. One sender tries every representative flow at every host, the others tcp/443 at every host.

    With `quick`: one sender, one target, tcp/443 and echo.
    """
    senders, targets = endpoints(plan, source), endpoints(plan, target)
    if quick:
        senders, targets = senders[-1:], targets[:1]
    made = []
    for family in families:
        for number, sender in enumerate(reversed(senders)):  # terminals come last in a zone: the likeliest to try
            for host in targets:
                for protocol, port in BRIEF if quick else REPRESENTATIVE if number == 0 else BRIEF[:1]:
                    wish = Wish(sender.name, host.name, family, protocol, port)
                    if allowed_flow(plan, wish) is None:
                        made.append(wish)
    return made


class Matrix:
    """The `matrix` fixture: `matrix("lg", "mn").is_denied()`."""

    def __init__(self, session: LabSession, controls: Sequence[str], *, quick: bool) -> None:
        if not controls:
            raise ValueError('a test that uses `matrix` says which control it judges: @control("ZONE-01")')
        self._session, self._controls, self._quick = session, controls, quick

    def is_denied(self, source: str, target: str, families: Iterable[Family] | None = None) -> list[Verdict]:
        """Every representative flow from zone to zone is stopped at every device on its way, each with its witness."""
        plan = self._session.plan
        todo = wishes(plan, source, target, families or plan.families, quick=self._quick)
        if not todo:
            raise ValueError(f"no flow from {source} to {target} is denied by this plan: nothing would be tested")
        verdicts = judge_denied(self._session, self._controls, todo)
        settle(verdicts)
        return verdicts
