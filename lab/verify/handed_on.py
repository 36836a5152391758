"""An access point that hands on what comes to one of its ports, from its own address: whoever sends there asks in its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lab.plan import Family
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

PORT = 18140
POINTS_SECRET = "/etc/hostapd/secret.key"  # noqa: S105 - a path
_SAID, _PID = "/run/handed-on.log", "/run/handed-on.pid"
_START = f"""
setsid socat -T 30 UDP4-LISTEN:{PORT},bind={{own}},reuseaddr,fork UDP4:{{there}} >{_SAID} 2>&1 </dev/null &
echo $! >{_PID}
timeout 30 sh -c 'until ss -Hlun | grep -q ":{PORT} "; do usleep 20000; done' || {{{{ tail -n 3 {_SAID} >&2; exit 1; }}}}
"""
_STOP = f"kill -- -$(cat {_PID}); rm -f {_SAID} {_PID}"  # the whole group: there is a process for each sender
_TIME = 90  # seconds; it is emulated


@contextmanager
def handed_on(session: LabSession, point: str, address: str, port: int) -> Iterator[tuple[str, int]]:
    """The address and port where it takes what is for `address` and `port`, while the block runs. CheckError if it doesn't."""
    there, channel = session.plan.on_air(point), session.channel(point)
    if there is None:
        raise CheckError(f"{point} is on no air of this lab")
    own = str(there.address(Family.IPV4))
    with channel.alone():
        try:
            started = channel.run(_START.format(own=own, there=f"{address}:{port}"), timeout=_TIME)
            if started.rc:
                said = (started.stderr or started.stdout).decode(errors="replace").strip()
                raise CheckError(f"{point} does not hand on what is for {address}: {said[-300:]}")
            yield own, PORT
        finally:
            channel.run(_STOP, timeout=_TIME)
