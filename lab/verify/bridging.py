"""Hosts with legs in two places: named, and no way between them (ZONE-08). What has one place stays in it (ZONE-09)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from lab.plan import AllowedFlow, Family, Host, Kind, Plan, Protocol
from lab.record import Attempt, Observation, Verdict, Warrant
from lab.verdict import Judgement, unrouted
from lab.verdict.judgement import error, failed, passed
from lab.verify.ask import two_legged
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.trip import mac_on

WATCHED = 0.2  # seconds
FORWARDING = ("/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding")
LOOK = (
    "ip -j address show && ip -j -4 route show table all && ip -j -6 route show table all"
    f" && cat {' '.join(FORWARDING)} 2>/dev/null; true"
)


class _Handed(dict[str, list[tuple[Observation, Observation]] | CheckError]):
    """Host -> each packet that it was handed for its other side, and its own answer beside it; or why there is none."""


class Places:
    """The `places` fixture: `places("mn-term").is_in_its_zone_alone()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, host: str) -> Standing:
        return Standing(self._session, self._controls, self._session.plan.host(host))


class Standing:
    """Where one host stands."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], host: Host) -> None:
        self._session, self._controls, self._host = session, controls, host

    def is_in_its_zone_alone(self) -> list[Verdict]:
        """Its running addresses are of the plan's segments for it, no route leads round its gateway, it forwards nothing."""
        judgement = _standing(self._session.plan, self._host, self._look())
        return self._given([(f"{self._host.name} stands in its own zone", judgement, ())])

    def forwards_nothing(self) -> list[Verdict]:
        """What it is handed on one side for a host on its other side is seen nowhere, while it answers itself."""
        session, host = self._session, self._host
        known = session.memory.of(_Handed)
        if host.name not in known:
            others = [one for one in two_legged(session.plan) if one.name != host.name]
            known.update(_handed(session, [host, *others]))
        handed = known[host.name]
        if isinstance(handed, CheckError):
            raise handed
        return self._given(
            [
                (_across_name(one.attempt, host), unrouted(one, answer, host=host.name), (one, answer))
                for one, answer in handed
            ]
        )

    def _look(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
        """(links with addresses, routes, forwarding switches) as they are now."""
        channel = self._session.channel(self._host.name)
        found = channel.run(LOOK)
        self._session.ran_command()
        text, decoder, parts = found.stdout.decode(), json.JSONDecoder(), []
        try:
            for _ in range(3):
                part, end = decoder.raw_decode(text.lstrip())
                parts.append(part)
                text = text.lstrip()[end:]
        except json.JSONDecodeError as wrong:
            raise CheckError(f"{self._host.name}: its addresses and routes can't be read: {wrong}") from wrong
        return parts[0], [*parts[1], *parts[2]], text.split()

    def _given(self, made: list[tuple[str, Judgement, tuple[Observation, ...]]]) -> list[Verdict]:
        return give_all(self._session, self._controls, made)


def _handed(
    session: LabSession, hosts: Iterable[Host]
) -> dict[str, list[tuple[Observation, Observation]] | CheckError]:
    """What became of the packets for each host's other side, all at once.

    Nothing ends such a packet's way: it is watched for as long as a forwarded one would have taken, many times over.
    """
    plan, made = session.plan, dict[str, tuple[list[Attempt], list[Attempt]] | CheckError]()
    for host in hosts:
        try:
            alive = [_alive(plan, host, family) for family in plan.families]
        except CheckError as error:
            made[host.name] = error
        else:
            made[host.name] = alive, [one for family in plan.families for one in _across(plan, host, family)]
    todo = [one for parts in made.values() if not isinstance(parts, CheckError) for part in parts for one in part]
    seen = iter(session.prober.observe(todo, wait=WATCHED))
    found: dict[str, list[tuple[Observation, Observation]] | CheckError] = {}
    for name, parts in made.items():
        if isinstance(parts, CheckError):
            found[name] = parts
            continue
        answers, crossed = ([next(seen) for _ in part] for part in parts)
        for one in (*answers, *crossed):
            session.saw(one)
        own = {one.attempt.family: one for one in answers}
        found[name] = [(one, own[one.attempt.family]) for one in crossed]
    return found


def _alive(plan: Plan, host: Host, family: Family) -> Attempt:
    """An allowed flow that this host answers itself."""
    for flow in plan.allowed:
        if flow.destination == host.name and flow.protocol is Protocol.TCP:
            return _attempt(plan, flow, family)
    raise CheckError(f"nobody may ask {host.name} anything, so nothing can show that it is alive")


def _across_name(attempt: Attempt, host: Host) -> str:
    return f"{attempt.family.value} {attempt.source} -> {attempt.destination} across {host.name}"


def _standing(plan: Plan, host: Host, look: tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]) -> Judgement:
    links, routes, forwarding = look
    if not forwarding:
        return error(f"{host.name}: its forwarding switches can't be read", f"{host.name}：転送設定を読み取れません")
    zones = {segment.name: segment.zone for segment in plan.segments}
    legs = {leg.segment for leg in host.legs}
    nets = {net: s.zone for s in plan.segments for net in s.networks}
    wrong: list[tuple[str, str]] = []
    stands: set[str] = set()
    for link in links:
        if link["ifname"] == "lo":
            continue
        if link["ifname"] not in legs:
            wrong.append(
                (f"an interface that isn't planned: {link['ifname']}", f"計画にないインターフェース {link['ifname']}")
            )
        for one in link.get("addr_info", ()):
            address = ip_address(one["local"])
            if address.is_link_local:
                continue
            zone = next((zone for net, zone in nets.items() if address.version == net.version and address in net), None)
            stands.add(zone or f"nowhere ({address})")
            if link["ifname"] in zones and zone != zones[link["ifname"]]:
                wrong.append(
                    (
                        f"{address} on {link['ifname']} is of {zone or 'no zone'}",
                        f"{link['ifname']} のアドレス {address} は{f'領域 {zone} のもの' if zone else 'どの領域のものでもない'}",
                    )
                )
    wrong += [
        (
            f"a route round its gateway: {r['dst']} by {r.get('gateway', r.get('dev'))}",
            f"ゲートウェイを迂回する経路（{r['dst']}、{r.get('gateway', r.get('dev'))} 経由）",
        )
        for r in routes
        if _astray(host, r)
    ]
    if host.kind is not Kind.ROUTER and any(value != "0" for value in forwarding):
        wrong.append(("it forwards packets (ip_forward)", "パケットを転送する設定（ip_forward）"))
    if wrong:
        told, told_ja = "; ".join(en for en, _ in wrong), "、".join(ja for _, ja in wrong)
        return failed(Warrant.INSPECTED, f"{host.name}: {told}", f"{host.name}：{told_ja}")
    names = ", ".join(sorted(stands))
    return passed(
        Warrant.INSPECTED,
        f"{host.name} has addresses of {names} only, no other interface, no route round its gateway, and forwards nothing",
        f"{host.name} のアドレスは {names} のもののみで、他のインターフェース・迂回経路はなく、転送もしません",
    )


def _astray(host: Host, route: dict[str, Any]) -> bool:
    """True for a route that the plan doesn't have: to another place, or by another neighbour."""
    if route.get("protocol") == "kernel" or route.get("type") in {"local", "multicast", "anycast", "broadcast"}:
        return False
    known = {
        ("default" if one.destination.prefixlen == 0 else str(one.destination).removesuffix("/32"), str(one.via))
        for one in host.routes
    }
    if str(route.get("dst", "")).startswith(("fe80:", "ff00:")):
        return False
    if route.get("dev") in {leg.segment for leg in host.legs if leg.tunnel}:
        return False  # into its own tunnel, beside the routes of the plan in a table of the daemon's
    dynamic = {leg.segment for leg in host.legs if leg.dynamic}
    if route.get("dev") in dynamic and str(route.get("gateway", "")).startswith("fe80:"):
        return False  # its router there, by the address that announcements come from
    return (route.get("dst"), route.get("gateway", "")) not in known


def _across(plan: Plan, host: Host, family: Family) -> list[Attempt]:
    """From a neighbour on each of its segments, handed to this host, for a neighbour on each of its others."""
    made = []
    for here in host.cables:
        for there in host.cables:
            if here.segment != there.segment:
                source = _neighbour(plan, host, here.segment)
                target = _neighbour(plan, host, there.segment)
                if source is None or target is None:
                    continue
                made.append(
                    Attempt(
                        source=source.name,
                        destination=target.name,
                        address=str(target.address(family, there.segment)),
                        family=family,
                        protocol=Protocol.TCP,
                        port=443,
                        intruder_segment=here.segment,
                        intruder_next_hop=mac_on(host, here.segment),
                        intruder_source=str(source.address(family, here.segment)),
                    )
                )
    return made


def _neighbour(plan: Plan, host: Host, segment: str) -> Host | None:
    for other in plan.hosts:
        if other.name != host.name and any(leg.segment == segment for leg in other.legs):
            return other
    return None


def _attempt(plan: Plan, flow: AllowedFlow, family: Family) -> Attempt:
    return Attempt(
        source=flow.source,
        destination=flow.destination,
        address=str(plan.host(flow.destination).address(family)),
        family=family,
        protocol=flow.protocol,
        port=flow.port,
    )


def unlisted_bridges(plan: Plan) -> list[str]:
    """Hosts of the plan that have legs in two zones and are neither firewall, router, relay, proxy nor a terminal with a tunnel."""
    zones = {segment.name: segment.zone for segment in plan.segments}
    listed = {"firewall", "carrier", "tc_relay", "proxy", "home_router", "telework_terminal"}
    return [
        host.name
        for host in plan.hosts
        if len({zones[leg.segment] for leg in host.legs}) > 1 and not listed & set(host.roles)
    ]
