"""The program that watches a RADIUS server's CRL: its service is woken, and says in the central log what it watches (RAD-02)."""

from __future__ import annotations

from lab.verify.decisions import Decisions
from lab.verify.session import LabSession

NAME = "crl-watch"
WATCH = f"/etc/sanso/radius_server/{NAME}"
# it tells, and sleeps for an hour: whoever ends that sleep hears now what the process that runs would say then
_SLEEP = f'pkill -x -P "$(s6-svstat -o pid /etc/sanso/services/{NAME})" sleep'
_WAKE = f"timeout 5 sh -c 'until {_SLEEP}; do sleep 0.05; done'"


def woken(session: LabSession, server: str, file: str) -> list[str]:
    """What the running service says in the central log once it is woken; its lines, none if it runs or says nothing.

    `file`: which one the server reads; a line about it is awaited, others are there too.
    """
    log = Decisions(session, server)
    if session.channel(server).run(_WAKE).rc:
        return []
    return [line for line in log.awaited([f" {file} "]) if NAME in line]
