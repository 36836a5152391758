"""The wiring helper's way: look at every namespace first, refuse what is not ours, then link, then configure.

stdin: {"ports": [...], "spared": "", "segments": [...], "fabric_sysctls": {...}, "hosts": [...]}; a host is
{"name", "closed", "sysctls", "legs", "tunnels", "routes"}.
stdout: {"made": links made, "changed": settings corrected}
A second run makes only what is missing and corrects what differs.
"""

from __future__ import annotations

import json
import sys

from pyroute2 import IPRoute

from lab.engine.helper.closed import await_closed
from lab.engine.helper.fabric import Fabric, set_sysctls
from lab.engine.helper.host import HostSide
from lab.engine.helper.namespace import RefusedError


def main() -> int:
    """Wire what stdin names; exit code."""
    task = json.load(sys.stdin)
    try:
        with IPRoute() as route:
            fabric = Fabric(route)
            set_sysctls(task["fabric_sysctls"])
            hosts = [HostSide(host) for host in task["hosts"]]
            for host in hosts:
                host.refuse_foreign(fabric)
                host.set_sysctls()
                if host.task["closed"] and host.lacks_links(fabric):
                    await_closed(host.name, host.descriptor, host.task["closed"])
            fabric.ensure_bridges(task["segments"])
            fabric.drop_foreign(set(task["ports"]), task["spared"])
            for host in hosts:
                host.connect(fabric)
                host.configure()
            answer = {"made": fabric.made, "changed": sum(host.changed for host in hosts)}
    except RefusedError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
