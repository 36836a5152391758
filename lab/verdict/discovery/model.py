"""A host and the fabric as they tell of themselves, and how their answers are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

Entry = dict[str, Any]  # as `ip -j` gives it


@dataclass(frozen=True, slots=True)
class Discovered:
    """One host as it tells of itself."""

    links: tuple[Entry, ...]  # `ip -j -d address`
    routes: tuple[Entry, ...]  # of all tables but the kernel's own table `local`, both families
    policies: tuple[Entry, ...]
    neighbours: tuple[Entry, ...]
    resolv_conf: str
    hosts: str
    hostname: str
    queues: tuple[Entry, ...]  # `tc -j qdisc`
    settings: Mapping[str, str]  # "ipv6/LEG/accept_ra" -> value


@dataclass(frozen=True, slots=True)
class Fabric:
    """The fabric as its own kernel tells of it."""

    links: tuple[Entry, ...]  # `ip -j -d link`
    learned: tuple[Entry, ...]  # {"mac", "ifname"} of what frames came in by


def kind_of(link: Entry | None) -> str:
    """The kernel's word for what sort of link it is; "" for one that isn't there."""
    return str((link or {}).get("linkinfo", {}).get("info_kind", ""))


def from_mac(mac: str, address: str) -> bool:
    """Whether a link-local address is the one that the kernel makes of this MAC address (RFC 4291, appendix A)."""
    parts = mac.split(":")
    if len(parts) != 6 or not ip_address(address).is_link_local:  # noqa: PLR2004 - octets of a MAC address
        return False
    first = f"{int(parts[0], 16) ^ 2:02x}"
    made = f"fe80::{first}{parts[1]}:{parts[2]}ff:fe{parts[3]}:{parts[4]}{parts[5]}"
    return ip_address(made) == ip_address(address)


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """(first word, another word) of each line of a file like resolv.conf, comments left out."""
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        yield from ((words[0], word) for word in words[1:])


def hosts_file(text: str) -> Iterator[tuple[str, list[str]]]:
    """(address, names) of each line of /etc/hosts."""
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if words:
            yield words[0], words[1:]
