"""What forwards, answers or steers packets beside the rules: traffic control, XDP programs, and settings of single interfaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lab.plan import Host, Kind
from lab.verdict.flaw import Flaw

Entry = Mapping[str, Any]
# queueing disciplines that kernels attach by themselves; whatever classifies, polices or redirects is none of them
PLAIN_QUEUES = {"noqueue", "pfifo_fast", "pfifo", "fq_codel", "fq", "mq"}
UNTOLD = "untold"


def steering(links: Iterable[Entry], queues: Iterable[Entry]) -> Iterator[Flaw]:
    """`links`: `ip -j -d address`; `queues`: `tc -j qdisc`. What of both could carry packets past the rules."""
    for queue in queues:
        kind = str(queue.get("kind"))
        if kind == UNTOLD:
            yield Flaw(
                "nobody can tell of its traffic control: there is no `tc`",
                "`tc` がなく、トラフィック制御を確認できない",
            )
        elif kind not in PLAIN_QUEUES:
            device = queue.get("dev")
            yield Flaw(f"traffic control ({kind}) on {device}", f"{device} にトラフィック制御（{kind}）")
    for link in links:
        if link.get("xdp"):
            yield Flaw(f"an XDP program on {link['ifname']}", f"{link['ifname']} にXDPプログラム")


def interface_settings(host: Host, found: Mapping[str, str]) -> Iterator[Flaw]:
    """`found`: "ipv6/LEG/accept_ra" -> value. An interface can forward or listen to routers where `all` and `default` say no.

    Asked of the legs that have addresses of their own: others are ports of a bridge.
    """
    wanted = _wanted(host)
    for leg in host.cables:
        if not leg.addresses:
            continue
        for (family, key), value in wanted.items():
            seen = found.get(f"{family}/{leg.segment}/{key}")
            if seen is None and family == "ipv6" and not _six(host):
                continue
            if seen != value:
                yield Flaw(
                    f"{family} {key} of {leg.segment} is {seen or 'not told'}, not {value}",
                    f"{leg.segment} の {family} {key} が {value} ではなく{f' {seen}' if seen else '不明'}",
                )


def _wanted(host: Host) -> dict[tuple[str, str], str]:
    """What the plan's settings make of each interface; without a word in it, nobody answers for others."""
    routes = "1" if host.kind is Kind.ROUTER else "0"
    wanted = {
        ("ipv4", "forwarding"): host.sysctls.get("net.ipv4.ip_forward", routes),
        ("ipv4", "proxy_arp"): "0",
        ("ipv6", "proxy_ndp"): "0",
        ("ipv6", "forwarding"): host.sysctls.get("net.ipv6.conf.default.forwarding", routes),
    }
    for family in ("ipv4", "ipv6"):
        for key in ("accept_ra", "accept_redirects"):
            value = host.sysctls.get(f"net.{family}.conf.default.{key}")
            if value is not None:
                wanted[family, key] = value
    return wanted


def _six(host: Host) -> bool:
    return host.sysctls.get("net.ipv6.conf.all.disable_ipv6", "0") == "0"
