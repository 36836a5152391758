"""Whether a segment is what its documents say: who is plugged in where, and whose frames come in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lab.plan import Plan
from lab.record import Warrant
from lab.verdict.discovery.differing import differs
from lab.verdict.discovery.model import Discovered, Entry, Fabric, kind_of
from lab.verdict.flaw import Flaw
from lab.verdict.judgement import Judgement, passed


def segment_documented(plan: Plan, segment: str, fabric: Fabric, hosts: dict[str, Discovered]) -> Judgement:
    """Whether on a segment every planned host is plugged in where the documents say, and nothing else is."""
    links = {link["ifname"]: link for link in fabric.links}
    if kind_of(links.get(segment)) != "bridge":
        return differs(segment, [Flaw("there is no bridge for this segment", "このセグメントのブリッジがない")])
    legs = {host.name: leg for host in plan.hosts for leg in host.legs if leg.segment == segment}
    ends = {
        int(link["ifindex"]): (name, own["ifindex"])
        for name in legs
        if name in hosts
        for own in hosts[name].links
        if own["ifname"] == segment and (link := _far_end(own, fabric.links)) is not None
    }
    ports = [link for link in fabric.links if link.get("master") == segment]
    wrong: list[Flaw] = []
    for port in ports:
        name = str(port.get("ifalias") or port["ifname"])
        host, behind = ends.get(int(port["ifindex"]), ("", 0))
        if not host or port.get("link_index") != behind:
            wrong.append(
                Flaw(f"port {name} leads to no host of the documents", f"ポート {name} の先に構成図の機器がない")
            )
        elif port.get("ifalias") != f"{host}.{segment}":
            wrong.append(Flaw(f"behind port {name} is {host}", f"ポート {name} の先は {host}"))
        else:
            wrong += _strangers(fabric, port, name, {legs[host].mac, *plan.behind(host, segment)})
    plugged = {ends[int(port["ifindex"])][0] for port in ports if int(port["ifindex"]) in ends}
    wrong += [Flaw(f"{name} is not plugged in", f"{name} が接続されていない") for name in legs if name not in plugged]
    if wrong:
        return differs(segment, wrong)
    return passed(
        Warrant.INSPECTED,
        f"{segment}: {len(ports)} ports, each with its host at both ends of the cable: {', '.join(legs)}; nothing else",
        f"{segment}：ポート {len(ports)} 個、両端とも構成図どおりの機器が接続され、他の接続はありません：{'、'.join(legs)}",
    )


def _strangers(fabric: Fabric, port: Entry, name: str, known: Collection[str]) -> Iterator[Flaw]:
    for entry in fabric.learned:
        if entry["ifname"] == port["ifname"] and entry["mac"] not in known:
            yield Flaw(
                f"frames of {entry['mac']} came in at port {name}",
                f"ポート {name} から {entry['mac']} のフレームが届いた",
            )


def _far_end(own: Entry, links: Iterable[Entry]) -> Entry | None:
    """The fabric's end of a host's cable: each end names the other's number, whatever names and aliases say."""
    return next(
        (
            link
            for link in links
            if link["ifindex"] == own.get("link_index") and link.get("link_index") == own["ifindex"]
        ),
        None,
    )
