"""Kernel settings of a host's own network namespace, derived from its place in the plan.

`net.*` keys are given at creation (/proc/sys is read-only inside a container) and set again by the wiring helper, in
this order: turning forwarding changes others.
"""

from __future__ import annotations

from lab.plan import Family, Host, Kind, Plan

_EVERY = ("all", "default")  # `default` is what an interface starts with: none exists yet at creation


def host_sysctls(plan: Plan, host: Host) -> dict[str, str]:
    """Every sysctl of `host`, in the order they are set. What the plan says of its own wins."""
    forward = "1" if host.kind is Kind.ROUTER else "0"
    settings = {"net.ipv4.ip_forward": forward}
    several = len(host.legs) > 1
    for scope in _EVERY:
        settings |= {
            f"net.ipv4.conf.{scope}.rp_filter": "0",  # anti-spoofing is a rule that counts and logs
            f"net.ipv4.conf.{scope}.accept_redirects": "0",
            f"net.ipv4.conf.{scope}.send_redirects": "0",
            f"net.ipv4.conf.{scope}.accept_source_route": "0",
            # with several NICs a host would answer for one's address on another
            f"net.ipv4.conf.{scope}.arp_ignore": "1" if several else "0",
            f"net.ipv4.conf.{scope}.arp_announce": "2" if several else "0",
        }
    six = Family.IPV6 in plan.families
    for scope in _EVERY:
        settings[f"net.ipv6.conf.{scope}.disable_ipv6"] = "0" if six else "1"
    if six:
        settings |= {f"net.ipv6.conf.{scope}.forwarding": forward for scope in _EVERY}
        for scope in _EVERY:
            settings |= {
                f"net.ipv6.conf.{scope}.accept_ra": "0",
                f"net.ipv6.conf.{scope}.autoconf": "0",
                f"net.ipv6.conf.{scope}.use_tempaddr": "0",
                f"net.ipv6.conf.{scope}.accept_redirects": "0",
                f"net.ipv6.conf.{scope}.accept_source_route": "0",
                f"net.ipv6.conf.{scope}.accept_dad": "0",  # two seconds without a usable address
            }
    return {**settings, **host.sysctls}


FABRIC_SYSCTLS = {
    "net.ipv6.conf.all.disable_ipv6": "1",  # bridges never speak
    "net.ipv6.conf.default.disable_ipv6": "1",
    "net.ipv4.conf.all.arp_ignore": "8",
    "net.ipv4.ip_forward": "0",
}
# The engine machine's rules would see the lab's frames. The keys exist only where br_netfilter is loaded.
BRIDGE_NF = {f"net.bridge.bridge-nf-call-{table}": "0" for table in ("iptables", "ip6tables", "arptables")}


def as_path(key: str) -> str:
    """A sysctl's file below /proc/sys: interface names with dots do not occur here."""
    return key.replace(".", "/")
