"""Kernel settings of a network namespace: the plan's for a host, the engine's own for the fabric.

`net.*` keys are given at creation (/proc/sys is read-only inside a container) and set again by the wiring helper, in
order: turning forwarding on or off changes others.
"""

from __future__ import annotations

from lab.plan import Host, Kind

_FORWARDING = ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding", "net.ipv6.conf.default.forwarding")

FABRIC_SYSCTLS = {
    "net.ipv6.conf.all.disable_ipv6": "1",  # bridges never speak
    "net.ipv6.conf.default.disable_ipv6": "1",
    "net.ipv4.conf.all.arp_ignore": "8",
    "net.ipv4.ip_forward": "0",
}
# The engine machine's rules would see the lab's frames. The keys exist only where br_netfilter is loaded.
BRIDGE_NF = {f"net.bridge.bridge-nf-call-{table}": "0" for table in ("iptables", "ip6tables", "arptables")}


def host_sysctls(host: Host) -> dict[str, str]:
    """Every sysctl of `host`, forwarding first; a fresh namespace forwards where the engine's machine does."""
    settings = {"net.ipv4.ip_forward": "1" if host.kind is Kind.ROUTER else "0", **host.sysctls}
    first = {key: settings.pop(key) for key in _FORWARDING if key in settings}
    return first | settings


def as_path(key: str) -> str:
    """A sysctl's file below /proc/sys."""
    return key.replace(".", "/")
