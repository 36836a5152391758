"""The `sessions` fixture: a session ends with the rule that allowed it (ZONE-11, case Z9)."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Sequence

from lab.plan import AllowedFlow, Protocol
from lab.probe import Carrying
from lab.record import Attempt, Event, Observation, Train, Verdict
from lab.verdict import was_cut
from lab.verify.happenings import LOAD, RULES, Happening, make_happen
from lab.verify.judge import give, settle
from lab.verify.session import LabSession
from lab.verify.trip import Stand, Wish, devices, in_front_of, stands
from lab.verify.window import first_denied
from lab.verify.witness import controls_for

WITHIN = 1.0  # seconds after its rule has gone that a session may still live
_PLANTED = 20  # seconds that a planted entry lives whatever passes by it: this run may be killed
_KEPT = "/root/rules.kept"
_PORTS = (30000, 32000)  # source ports of planted sessions: no kernel gives them out by itself
_CARRIERS = ("udp", "data")


class Sessions:
    """The `sessions` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def without_a_rule_are_cut(self, device: str) -> list[Verdict]:
        """Sessions that the state table knows and no rule allows, as a rule leaves them that is taken out.

        They are planted into the firewall's own state table, so that no rule has to be touched: their packets pass as
        established until the firewall does what it does at the end of each load.
        """
        session = self._session
        denied = [first_denied(session.plan, device, family) for family in session.plan.families]
        carrying = [_planted(session, stand, near, device, carrier) for stand, near in denied for carrier in _CARRIERS]
        entries = [_entry(one) for one in carrying]
        near = denied[0][1]
        happening = Happening(
            "sessions that no rule allows are cut",
            f"{LOAD} cut",
            packets=(near, 50),
            codes=(0, 3),  # 3: it says itself that some are left; what counts is whether they get through
            proof=f"for entry in {' '.join(shlex.quote(e) for e in entries)}; do conntrack -G $entry >/dev/null 2>&1"
            " && echo tracked || echo gone; done | sort | uniq -c | xargs",
        )
        plant = " && ".join(
            f"conntrack -I {entry} -t {_PLANTED} -u ASSURED,SEEN_REPLY,FIXED_TIMEOUT"
            f"{' --state ESTABLISHED' if 'tcp' in entry else ''}"
            for entry in entries
        )
        channel = session.channel(device)
        stands = [stand for stand, _ in denied]
        before = self._alive(*stands)
        channel.run(plant).check()
        try:
            with session.prober.train(carrying, interval=0.004, tail=0.1) as trains:
                event = make_happen(channel, device, happening)
        finally:
            channel.run("; ".join(f"conntrack -D {entry}" for entry in entries))
        return self._given(event, trains, (before, self._alive(*stands)), within=0.0)

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
                before = self._alive(stand)
                event, trains = self._cut(stand, device, happening)
                session.disturbed(device)
                verdicts += self._given(event, trains, (before, self._alive(stand)), within=WITHIN)
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

    def _alive(self, *stands: Stand) -> list[Observation]:
        """Allowed flows, right now: for each stand those that speak for it."""
        plan = self._session.plan
        wanted = dict.fromkeys(attempt for stand in stands for attempt in controls_for(plan, stand))
        seen = self._session.prober.observe(list(wanted))
        for observation in seen:
            self._session.saw(observation)
        return seen

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


def _planted(session: LabSession, stand: Stand, near: str, device: str, carrier: str) -> Carrying:
    """An intruder's packets with the real source's address, of one session with ports of its own."""
    attempt = in_front_of(session.plan, stand.attempt, device, near)
    port = _PORTS[0] + secrets.randbelow(_PORTS[1] - _PORTS[0])
    protocol = Protocol.UDP if carrier == "udp" else Protocol.TCP
    return Carrying(attempt.model_copy(update={"source_port": port, "protocol": protocol}), carrier)


def _entry(carrying: Carrying) -> str:
    """The session as conntrack names it."""
    attempt: Attempt = carrying.attempt
    protocol = "udp" if carrying.carrier == "udp" else "tcp"
    return f"-p {protocol} -s {attempt.intruder_source} -d {attempt.address} --sport {attempt.source_port} --dport {attempt.port}"
