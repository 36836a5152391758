"""What listens on a host beyond loopback, against what the plan expects."""

from __future__ import annotations

from ipaddress import ip_address

from testinfra.host import Host as TestinfraHost

from lab.plan import Plan

Listener = tuple[str, int]


class Listeners:
    """The `listeners` fixture: `assert listeners(host) == listeners.planned(host, plan)`."""

    def __call__(self, host: TestinfraHost) -> set[Listener]:
        """(protocol, port) of every socket that the host's namespace listens on, loopback left out."""
        found = set()
        for spec in host.socket.get_listening_sockets():
            protocol, _, rest = spec.partition("://")
            if protocol not in ("tcp", "udp"):
                continue
            address, _, port = rest.rpartition(":")
            if not _loopback(address.strip("[]")):
                found.add((protocol, int(port)))
        return found

    @staticmethod
    def planned(host: TestinfraHost, plan: Plan) -> set[Listener]:
        """(protocol, port) of every service that the plan has on this host."""
        name = host.backend.get_hostname()
        return {(service.protocol.value, service.port) for service in plan.services if service.host == name}


def _loopback(address: str) -> bool:
    bare = address.partition("%")[0]
    return bare not in ("", "*") and ip_address(bare).is_loopback
