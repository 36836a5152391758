"""One UDP datagram made here, sent by a host of the lab, and what comes back to it."""

from __future__ import annotations

import base64

from lab.verify.marks import CheckError
from lab.verify.session import LabSession

WAIT, WAIT_EMULATED = 0.5, 1.0  # seconds for an answer; a server that gives one takes a hundredth of one
_TIME = 90  # seconds for a command under emulation


def exchanged(session: LabSession, host: str, address: str, port: int, packet: bytes) -> bytes:
    """Send it and return the answer; b"" if none came. CheckError if the host can't send."""
    family, literal = ("UDP6", f"[{address}]") if ":" in address else ("UDP4", address)
    wait = WAIT_EMULATED if session.plan.on_air(host) else WAIT
    line = f"base64 -d | timeout 20 socat -t {wait} - {family}:{literal}:{port} | base64 -w0"
    done = session.channel(host).run(line, stdin=base64.b64encode(packet), timeout=_TIME)
    if done.stderr.strip():
        raise CheckError(f"{host} can't send: {done.stderr.decode(errors='replace').strip()}")
    return base64.b64decode(done.stdout)
