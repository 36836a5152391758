"""What a terminal's own link carries: every frame that it sends there is of the tunnel, or gets it an address (VPN-03, VPN-16)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

# DHCP and DHCPv6 (RFC 2131, RFC 8415), ARP, router and neighbour discovery (RFC 4861), who listens to which group (RFC 3810)
ADDRESSING = frozenset({
    "arp", "udp 255.255.255.255:67", "udp ff02::1:2:547", "icmpv6 133", "icmpv6 135", "icmpv6 136", "icmpv6 143",
})  # fmt: skip
LEAST = 20  # frames of the tunnel


@dataclass(frozen=True, slots=True)
class Carried:
    """What was heard of a terminal while it had something to say."""

    terminal: str
    link: str  # the segment of its own link
    frames: Mapping[str, int]  # kind of packet (lab.probe.agent.kinds) -> frames that it sent there
    tunnel: Collection[str]  # kinds that are its tunnel: IKE and ESP in UDP to its gateway
    others: Collection[str]  # kinds that get it an address from this network's own router
    tried: int  # pieces of the text that it sent, or packets that its programs tried to send
    inside: bool | None  # the text arrived behind the gateway; None: nothing could arrive in that state
    outside: Collection[str]  # ports outside of the tunnel where the text was readable
    readable: bool  # another text, sent in clear on the same link, was read there


def tunnel_alone(seen: Carried) -> Judgement:
    """Say whether nothing but the tunnel left: of every single frame, not only of those that a check sent."""
    if seen.outside:
        return failed(
            Warrant.WITNESSED,
            f"what {seen.terminal} sends can be read outside of its tunnel, at {', '.join(sorted(seen.outside))}",
            f"{seen.terminal} の通信がトンネルの外側（{'、'.join(sorted(seen.outside))}）で読み取れます",
        )
    known = ADDRESSING | set(seen.tunnel) | set(seen.others)
    strange = {kind: count for kind, count in seen.frames.items() if kind not in known}
    if strange:
        listed = ", ".join(f"{count} × {kind}" for kind, count in sorted(strange.items()))
        return failed(
            Warrant.WITNESSED,
            f"{seen.terminal} sent on {seen.link} what is neither its tunnel nor gets it an address: {listed}",
            f"{seen.terminal} が {seen.link} にトンネル・アドレス取得以外の通信を送出しました：{listed}",
        )
    if not seen.readable:
        return error(
            f"a text in clear on {seen.link} was not read there either: the recording shows nothing",
            f"{seen.link} の平文も観測できず、記録は証拠になりません",
        )
    through = sum(seen.frames.get(kind, 0) for kind in seen.tunnel)
    if not seen.tried or seen.inside is False or through < LEAST:
        return error(
            f"{seen.terminal}: {seen.tried} tried, {through} frames of the tunnel,"
            f" {'nothing' if seen.inside is False else 'something'} arrived behind the gateway: nothing is shown",
            f"{seen.terminal}：送信の試行 {seen.tried} 件、トンネルのフレーム {through} 件で、判定できません",
        )
    listed = ", ".join(f"{count} × {kind}" for kind, count in sorted(seen.frames.items()))
    return passed(
        Warrant.WITNESSED,
        f"{seen.terminal}: all frames that it sent on {seen.link}: {listed}; {seen.tried} tried meanwhile, readable nowhere"
        " outside of the tunnel; a text in clear on the same link was read",
        f"{seen.terminal} が {seen.link} に送出した全フレーム：{listed}。その間の送信試行 {seen.tried} 件はトンネルの外では"
        "読み取れず、同じ回線の平文は読み取れました",
    )
