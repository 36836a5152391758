"""Who gives time to whom: the daemons as they run, and every address that must not answer a zone."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

import tenacity

from lab.errors import LabError
from lab.plan import AllowedFlow, Family, Kind, Plan, Protocol
from lab.record import Verdict
from lab.verdict import clock
from lab.verify.ask import unused_public
from lab.verify.border import has_way
from lab.verify.judge import give, judge_stands, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.trip import Stand, Wish, allowed_flow, devices, stands

NTP = 123
DEADLINE = 10.0  # seconds for a client's first answers: it asks four times, two seconds apart
# read in one go: the daemon's own word (-a: also of sources whose name nobody knows yet), then what the kernel says of it
READ = (
    "pid=$(pidof chronyd) || exit 3; chronyc -n -c sources -a || exit 4; "
    "echo --; grep -E '^Cap(Eff|Inh|Bnd)' /proc/$pid/status && tr '\\0' '\\n' </proc/$pid/cmdline"
)
NOT_RUNNING = 3
ALLOWED, VERDICTS = "208 ", ("208 ", "209 ")  # "Access allowed", "Access denied" (chrony's candm.h)


class Clocks:
    """The `clock` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def follows_its_own_source(self, client: AllowedFlow) -> list[Verdict]:
        """The client's daemon has exactly its planned source and has had answers from it (waits ten seconds for the first)."""
        server = self._session.plan.host(client.destination)
        planned = [str(server.address(family, client.to_leg)) for family in client.families]

        @tenacity.retry(
            retry=tenacity.retry_if_result(lambda seen: _still_asking(seen, planned)),
            wait=tenacity.wait_fixed(0.1),
            stop=tenacity.stop_after_delay(DEADLINE),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        def look() -> clock.Daemon:
            return self._daemon(client.source)

        return self._given(client.source, f"{client.source} follows its zone's clock", look(), planned)

    def follows_nobody(self, server: str) -> list[Verdict]:
        """The firewall's own daemon takes time from nowhere."""
        return self._given(server, f"{server} follows no other zone", self._daemon(server), [])

    def answers_its_own_zones_alone(self, server: str) -> list[Verdict]:
        """The firewall's daemon itself refuses everybody but its own zones: whatever the rules let in, it would not answer."""
        plan, own = self._session.plan, dict[str, str]()
        for flow in plan.allowed:
            if flow.application == "ntp" and flow.destination == server:
                own |= {str(plan.host(flow.source).address(family)): flow.source for family in flow.families}
        near = {
            network
            for segment in plan.segments
            for network in segment.networks
            if any(ip_address(address) in network for address in own)
        }
        foreign = {
            str(interface.ip): host.name
            for host in plan.hosts
            for leg in host.legs
            for interface in leg.addresses
            if host.name != server and not any(interface.ip in network for network in near)
        } | {str(address): "a public address" for family in plan.families if (address := unused_public(plan, family))}
        answered = self._answered(server, [*own, *foreign])
        judgement = clock.answers(server, answered, own=own, foreign=foreign)
        subject = f"{server} gives its time to its own zones alone"
        verdicts = [give(self._session, control, subject, judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _answered(self, server: str, addresses: Sequence[str]) -> list[str]:
        """Which of these addresses the daemon would answer, by its own word. Raises CheckError."""
        told = self._session.channel(server).run(["chronyc", "-n", "-m", *(f"accheck {one}" for one in addresses)])
        lines = [line for line in told.stdout.decode().splitlines() if line.startswith(VERDICTS)]
        if len(lines) != len(addresses):
            raise CheckError(
                f"{server}: its time daemon doesn't say whom it answers: {told.stdout.decode().strip()[-200:]}"
            )
        return [address for address, line in zip(addresses, lines, strict=True) if line.startswith(ALLOWED)]

    def no_other_source_answers(self, zone: str) -> list[Verdict]:
        """From one host of the zone, UDP 123 to every address of every firewall but its own: dropped there, with witness."""
        plan = self._session.plan
        source = [host.name for host in plan.hosts if host.zone == zone and host.kind is Kind.ENDPOINT][-1]
        todo = [stand for family in plan.families for stand in _others(plan, source, family)]
        verdicts = judge_stands(self._session, self._controls, todo)
        settle(verdicts)
        return verdicts

    def _given(self, host: str, subject: str, seen: clock.Daemon, planned: list[str]) -> list[Verdict]:
        judgement = clock.follows(host, seen, planned)
        verdicts = [give(self._session, control, subject, judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _daemon(self, host: str) -> clock.Daemon:
        """The time daemon of a host as it runs now. Raises CheckError if it runs and doesn't say."""
        read = self._session.channel(host).run(READ)
        if read.rc == NOT_RUNNING:
            return clock.Daemon(running=False)
        told, separator, kernel = read.stdout.decode().partition("--\n")
        if read.rc or not separator:
            raise CheckError(f"{host}: its time daemon can't be asked: {read.stderr.decode().strip() or told.strip()}")
        lines = kernel.splitlines()
        masks = [int(line.split()[1], 16) for line in lines if line.startswith("Cap")]
        mask = 0
        for one in masks:
            mask |= one
        options = tuple(line for line in lines if not line.startswith("Cap"))
        return clock.Daemon(running=True, sources=clock.sources(told), capabilities=mask, options=options)


def _still_asking(seen: clock.Daemon, planned: list[str]) -> bool:
    return seen.running and any(source.address in planned and not source.reach for source in seen.sources)


def _others(plan: Plan, source: str, family: Family) -> list[Stand]:
    """Every device on the way to every address that must not answer. What anti-spoofing would end first is left out."""
    found = []
    for device in (host for host in plan.hosts if host.kind is Kind.ROUTER):
        for leg in device.cables:
            wish = Wish(source, device.name, family, Protocol.UDP, NTP, leg.segment)
            try:
                way = devices(plan, wish)
            except LabError:
                continue  # no route: the source's own kernel sends nothing
            if way and allowed_flow(plan, wish) is None:
                last_speaks = has_way(plan, wish)
                found += [stand for stand in stands(plan, wish) if stand.device != device.name or last_speaks]
    return found
