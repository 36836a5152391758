"""The `sessions` fixture: a session ends with the rule that allowed it (ZONE-11, case Z9)."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from lab.plan import AllowedFlow
from lab.probe import Carrying
from lab.record import Event, Observation, Train, Verdict
from lab.verdict import was_cut
from lab.verify.happenings import LOAD, RULES, Happening, make_happen
from lab.verify.judge import give, settle
from lab.verify.orphans import cut
from lab.verify.session import LabSession
from lab.verify.trip import Stand, Wish, devices, stands
from lab.verify.witness import alive

WITHIN = 1.0  # seconds after its rule has gone that a session may still live
_KEPT = "/root/rules.kept"


class Sessions:
    """The `sessions` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def without_a_rule_are_cut(self, device: str) -> list[Verdict]:
        """Sessions that the state table knows and no rule allows end with what a firewall does at the end of each load."""
        made = cut(self._session, device)
        return self._given(made.event, made.trains, made.alive, within=0.0)

    def end_with_their_rule(self, entry: AllowedFlow) -> list[Verdict]:
        """A real session over a registered flow: its rule is taken out of the file and the file is loaded."""
        line = f' accept comment "{entry.id}"'
        remove = f"sed -i {shlex.quote(f'/{line}$/d')} {RULES} && {LOAD}"
        proof = f"nft list ruleset | grep -c {shlex.quote(line)} | sed 's/^/accepting rules: /'"
        return self._real(entry, "its rule is taken out", remove, proof)

    def end_at_the_isolation_switch(self, entry: AllowedFlow) -> list[Verdict]:
        """A real session over a registered flow, when the operator closes the whole firewall."""
        return self._real(entry, "the firewall is closed", f"{LOAD} close", "nft list tables | xargs")

    def _real(self, entry: AllowedFlow, what: str, command: str, proof: str) -> list[Verdict]:
        session, plan = self._session, self._session.plan
        session.require_untouched()
        verdicts: list[Verdict] = []
        for family in entry.families:
            wish = Wish(entry.source, entry.destination, family, entry.protocol, entry.port)
            for device, near in devices(plan, wish):
                stand = stands(plan, wish, by=devices(plan, wish)[0][0])[0]
                happening = Happening(what, command, proof=proof, packets=(near, 10))
                before = alive(session, [stand])
                event, trains = self._cut(stand, device, happening)
                session.disturbed(device)
                verdicts += self._given(event, trains, (before, alive(session, [stand])), within=WITHIN)
        settle(verdicts)
        return verdicts

    def _cut(self, stand: Stand, device: str, happening: Happening) -> tuple[Event, list[Train]]:
        """The rules' file and what is loaded are put back byte for byte, whatever happened."""
        session = self._session
        name = session.plan.host(stand.wish.destination).names[0]
        carrying = [Carrying(stand.attempt, "https", name, session.root_pem())]
        channel = session.channel(device)
        channel.run(f"cp -p {RULES} {_KEPT}").check()
        try:
            with session.prober.train(carrying, interval=0.005, tail=WITHIN + 2.5) as trains:
                event = make_happen(channel, device, happening)
        finally:
            channel.run(f"mv {_KEPT} {RULES} && {LOAD}").check()
        return event, trains

    def _given(
        self,
        event: Event,
        trains: Sequence[Train],
        alive: tuple[list[Observation], list[Observation]],
        *,
        within: float,
    ) -> list[Verdict]:
        session = self._session
        verdicts = []
        for train in (one.model_copy(update={"event": event}) for one in trains):
            session.saw_train(train)
            attempt = train.attempt
            subject = f"{event.device}: {attempt.family} {train.carrier} {attempt.source} -> {attempt.destination}, {event.what}"
            judgement = was_cut(train, alive, plan=session.plan, within=within)
            verdicts += [give(session, control, subject, judgement, (train,)) for control in self._controls]
        settle(verdicts)
        return verdicts
