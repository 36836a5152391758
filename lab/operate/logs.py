"""A host's logs, read from the central log (or the container's own output where there is no log client)."""

from __future__ import annotations

from collections.abc import Iterator

from lab.engine import connect
from lab.errors import LabError
from lab.operate.choose import choose
from lab.operate.inside import host_of
from lab.reach import open_channel

STORE = "/var/log/sanso"


def logs(name: str | None, host: str, *, lines: int, follow: bool) -> Iterator[str]:
    """Lines, oldest first. With `follow` it goes on until the caller stops. Raises LabError if there are none."""
    with connect() as engine:
        lab = choose(engine, name)
        wanted = lab.plan.host(host_of(lab, host))
        servers = [one.name for one in lab.plan.hosts if "log_server" in one.roles]
        if "log_client" not in wanted.roles or not servers:
            yield from engine.output(lab.container(host), lines=lines)
            return
        channel = open_channel(engine, lab, servers[0])
        path = f"{STORE}/{wanted.name}.log"
        try:
            if channel.run(["test", "-e", path]).rc:
                raise LabError(f"{servers[0]} has no log of {host} yet", fix=f"lab exec {servers[0]} -- ls -l {STORE}")
            if not follow:
                text = channel.run(["tail", "-n", str(lines), path]).stdout.decode(errors="replace")
                yield from text.splitlines()
                return
            with channel.stream(["tail", "-n", str(lines), "-F", path]) as stream:
                yield from stream
        finally:
            channel.close()
