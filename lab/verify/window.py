"""The `window` fixture: a firewall stays closed while something happens to it, under a train of packets (case Z11)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from lab.errors import LabError
from lab.plan import Family, Kind, Plan, Protocol
from lab.probe import Carrying, open_prober
from lab.probe.agent.intruder import INTRUDERS
from lab.record import Event, Observation, Train, Verdict
from lab.verdict import stayed_closed
from lab.verdict.window import got_through
from lab.verify.happenings import EVENTS, Happening, arrived, link_flap, make_happen, renamed
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import DEADLINE, LabSession
from lab.verify.trip import Stand, Wish, allowed_flow, devices, stands
from lab.verify.witness import alive

PORT = 443
BACK = 45.0  # seconds that a terminal may need to have its tunnel back
LONGEST = 20.0  # seconds that an event may take on a busy machine
_AGAIN = 300  # packets: more than half a second of four flows
_SLOW = 0.008  # seconds between packets where an event takes many
_NOW = "date +%s%N"
_STARTED = "cut -d ' ' -f 22 /proc/1/stat"


class Windows:
    """The `window` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, device: str) -> Window:
        return Window(self._session, self._controls, device)


class Window:
    """One firewall under a train."""

    def __init__(self, session: LabSession, controls: Sequence[str], device: str) -> None:
        self._session, self._controls, self._device = session, controls, device
        self._denied = {family: first_denied(session.plan, device, family) for family in session.plan.families}

    def stays_closed_while_rules_are_loaded(self) -> list[Verdict]:
        """The same rules three times, files that are refused for three reasons, the log reader killed."""
        return self._judged(EVENTS)

    def stays_closed_while_a_link_changes(self) -> list[Verdict]:
        """The leg behind it goes down and up; the leg in front of it comes up under a name that no rule knows."""
        near = next(iter(self._denied.values()))[1]
        far = next(leg.segment for leg in self._session.plan.host(self._device).cables if leg.segment != near)
        return self._judged((link_flap(far), renamed(near)))

    def stays_closed_while_it_starts_anew(self) -> list[Verdict]:
        """Its container stops, comes back closed, is wired again and loads its rules."""
        session, device = self._session, self._device
        session.require_untouched()
        before = self._alive()
        session.release_prober()
        with (
            open_prober(
                session.engine, session.lab, deadline=DEADLINE, without=(device,), numbers=session.numbers
            ) as prober,
            prober.train(self._carrying(), interval=_SLOW, seconds=2 * LONGEST) as trains,
        ):
            event = self._start_anew()
        session.lab.record_state()
        session.disturbed(device)
        verdicts = self._given(event, trains, (before, self._alive_again()))
        settle(verdicts)
        return verdicts

    def _judged(self, happenings: Sequence[Happening]) -> list[Verdict]:
        session, device = self._session, self._device
        session.require_untouched()
        verdicts: list[Verdict] = []
        near = next(iter(self._denied.values()))[1]
        for happening in happenings:
            before = self._alive()
            with self._mended(happening), session.prober.train(self._carrying(), seconds=LONGEST) as trains:
                event = make_happen(session.channel(device), device, replace(happening, packets=(near, 50)))
            session.disturbed(device)
            verdicts += self._given(event, trains, (before, self._alive()))
        settle(verdicts)
        return verdicts

    @contextmanager
    def _mended(self, happening: Happening) -> Iterator[None]:
        """Addresses and routes that went with a link are set again, whatever became of the event."""
        try:
            yield
        finally:
            if happening.mends:
                self._session.lab.wire()

    def _start_anew(self) -> Event:
        """What `lab up` does with a host that was started anew. All hosts have one clock: the kernel's."""
        session, device = self._session, self._device
        channel, clock = session.channel(device), session.channel(self._neighbour())
        started = channel.run(_STARTED).check().stdout.decode().strip()
        session.lab.restart_host(device)
        began = int(clock.run(_NOW).check().stdout)  # from here on it is up: without links, closed, wired, loaded
        session.lab.repair([drift for drift in session.lab.drift() if drift.host == device], spared=INTRUDERS)
        near = next(iter(self._denied.values()))[1]
        if channel.run(
            arrived(near, _AGAIN)
        ).rc:  # the senders look for it for a second, as for any neighbour that was away
            raise CheckError(f"{device}: no packets came in by {near} after it was wired again")
        ended = int(clock.run(_NOW).check().stdout)
        again = channel.run(_STARTED).check().stdout.decode().strip()
        return Event(
            device=device,
            what="it starts anew and is wired",
            began_ns=began,
            ended_ns=ended,
            before=f"started at {started}",
            after=f"started at {again}",
            happened=started != again,
        )

    def _neighbour(self) -> str:
        """Another host, whose clock is the same kernel's."""
        return next(host.name for host in self._session.plan.hosts if host.name != self._device)

    def _alive(self) -> list[Observation]:
        """Allowed flows through the device, right now."""
        return alive(self._session, (stand for stand, _ in self._denied.values()))

    def _alive_again(self) -> list[Observation]:
        """The same, once all that was allowed gets through again: a tunnel comes back a while after its gateway."""
        until = time.monotonic() + BACK
        while True:
            seen = self._alive()
            families = {one.attempt.family for one in seen if got_through(one)}
            if families == set(self._session.plan.families) or time.monotonic() > until:
                return seen
            time.sleep(1)  # between two rounds of probes, each of which is judged and kept; the deadline is above

    def _carrying(self) -> list[Carrying]:
        return [Carrying(stand.attempt, carrier) for stand, _ in self._denied.values() for carrier in ("udp", "syn")]

    def _given(
        self, event: Event, trains: Sequence[Train], alive: tuple[list[Observation], list[Observation]]
    ) -> list[Verdict]:
        session = self._session
        verdicts = []
        for train in (one.model_copy(update={"event": event}) for one in trains):
            session.saw_train(train)
            subject = f"{self._device}: {train.attempt.family} {train.carrier} while {event.what}"
            judgement = stayed_closed(train, alive, plan=session.plan)
            verdicts += [give(session, control, subject, judgement, (train,)) for control in self._controls]
        return verdicts


def first_denied(plan: Plan, device: str, family: Family) -> tuple[Stand, str]:
    """A tcp/443 that the plan doesn't allow and that comes to this device first, and the segment that it comes in by.

    CheckError if nobody's packets come to it.
    """
    ends = [host.name for host in reversed(plan.hosts) if host.kind is Kind.ENDPOINT]
    ends.sort(key=lambda name: "log_server" in plan.host(name).roles)  # a terminal is what stands in front of a border
    tunnels = {segment.name for segment in plan.segments if segment.tunnel}  # no intruder stands in one
    for source in ends:
        for target in ends:
            if source == target:
                continue
            wish = Wish(source, target, family, Protocol.TCP, PORT)
            try:
                way = devices(plan, wish)
            except LabError:
                continue
            if way and way[0][0] == device and way[0][1] not in tunnels and allowed_flow(plan, wish) is None:
                return stands(plan, wish, by=device)[0], way[0][1]
    raise CheckError(f"no host's packets come to {device} first")
