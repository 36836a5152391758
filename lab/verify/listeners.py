"""What listens on a host beyond loopback, against what the plan expects. Read from the kernel, not from a tool's words."""

from __future__ import annotations

from testinfra.host import Host as TestinfraHost

from lab.plan import Plan
from lab.verify.marks import CheckError

Listener = tuple[str, int]
TABLES = ("tcp", "tcp6", "udp", "udp6")
LISTEN = {"tcp": "0A", "udp": "07"}  # TCP_LISTEN; an unconnected UDP socket
LOOPBACK = ("7F", "00000000000000000000000001000000")  # 127/8 (last byte first), ::1

# Sockets that a role's programs hold for others than the plan's services. A terminal's are a client's, for answers: its rules
# let in none but its gateway's and a DHCP server's (TW-12). A home router serves the home, which is nobody's zone.
_OWN: dict[str, set[Listener]] = {
    "telework_terminal": {("udp", 68), ("udp", 500), ("udp", 546), ("udp", 4500)},
    "home_router": {("tcp", 53), ("udp", 53), ("udp", 67), ("udp", 547)},
}


class Listeners:
    """The `listeners` fixture: `assert listeners(host) == listeners.planned(host, plan)`."""

    def __call__(self, host: TestinfraHost) -> set[Listener]:
        """(protocol, port) of every socket that the host's namespace listens on, loopback left out.

        Raises CheckError if the kernel's tables can't be read: no answer is not "nothing listens".
        """
        found = set()
        read = host.run(f"cd /proc/net && grep -H '' {' '.join(TABLES)}")
        lines = [line.partition(":") for line in read.stdout.splitlines()]
        for table in TABLES:
            heads = [line for name, _, line in lines if name == table]
            if read.rc or not heads or "local_address" not in heads[0]:
                raise CheckError(
                    f"{host.backend.get_hostname()}: /proc/net/{table} can't be read: {read.stderr.strip()}"
                )
            protocol = table.removesuffix("6")
            for line in heads[1:]:
                _, local, _, state, *_ = line.split()
                address, _, port = local.partition(":")
                if state == LISTEN[protocol] and not _loopback(address):
                    found.add((protocol, int(port, 16)))
        return found

    @staticmethod
    def planned(host: TestinfraHost, plan: Plan) -> set[Listener]:
        """(protocol, port) of every service that the plan has on this host, and of what its roles hold beside."""
        name = host.backend.get_hostname()
        served = {(service.protocol.value, service.port) for service in plan.services if service.host == name}
        return served.union(*(_OWN.get(role, set()) for role in plan.host(name).roles))


def _loopback(address: str) -> bool:
    four = 8  # hexadecimal digits of an IPv4 address
    return address == LOOPBACK[1] or (len(address) == four and address.endswith(LOOPBACK[0]))
