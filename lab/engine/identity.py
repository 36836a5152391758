"""A host's own names: resolv.conf, hosts and hostname, so that nothing of the engine machine's shows through (OPS-16)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from lab.plan import Host, Plan, partners


@dataclass(frozen=True, slots=True)
class Identity:
    """The three files that the engine would fill from its own machine."""

    hostname: str
    resolv_conf: str
    hosts: str

    def arguments(self) -> tuple[str, str, str]:
        """What the image's `names` program is called with."""
        return self.resolv_conf, self.hosts, self.hostname

    def digests(self) -> tuple[str, str, str]:
        """SHA-256 (hex) of resolv.conf, hosts and hostname as the init writes them."""
        contents = (self.resolv_conf, self.hosts, f"{self.hostname}\n")
        first, second, third = (sha256(content.encode()).hexdigest() for content in contents)
        return first, second, third


def identity(plan: Plan, host: Host) -> Identity:
    """The identity of `host`: its zone's resolver or none, its own addresses and no others."""
    resolvers = _resolvers(plan, host)
    if resolvers:
        resolv_conf = "".join(f"nameserver {address}\n" for address in resolvers) + "options timeout:2 attempts:2\n"
    else:
        resolv_conf = "# no resolver in this zone\n"
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    for leg in host.legs:
        lines += [f"{interface.ip} {' '.join((*host.names, host.name))}" for interface in leg.addresses]
    lines += [f"{address} {' '.join(other.names)}" for address, other in partners(plan, host)]
    return Identity(host.name, resolv_conf, "".join(f"{line}\n" for line in lines))


def _resolvers(plan: Plan, host: Host) -> tuple[str, ...]:
    if host.resolver is None:
        return ()
    resolver = plan.host(host.resolver)
    near = {leg.segment for leg in host.legs}
    legs = [leg for leg in resolver.legs if leg.segment in near] or list(resolver.legs[:1])
    return tuple(str(interface.ip) for leg in legs for interface in leg.addresses)
