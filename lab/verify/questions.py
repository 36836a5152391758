"""Questions for a name nobody could guess, from a terminal in its tunnel and from the home that it is in: who hears of it."""

from __future__ import annotations

import secrets
import shlex
import struct
from collections.abc import Sequence

import tenacity

from lab.plan import Host
from lab.verdict.questions import Asked
from lab.verify.marks import CheckError
from lab.verify.names import DEADLINE, LABEL, QUERY_LOG
from lab.verify.session import LabSession

_RECURSION, _TXT, _IN = 0x0100, 16, 1  # flag that it is asked for; type and class (RFC 1035)
_ROUTER_LOG = "/var/log/dnsmasq.log"
_ASK = "file=$(mktemp) && cat > $file; for to in {places}; do timeout 2 socat -u OPEN:$file $to && echo sent; done; rm -f $file"


class Questions:
    """Of one terminal. `router`: the home's own resolver; `public`: a server that the router asks, on the Internet."""

    def __init__(self, session: LabSession, terminal: Host, router: Host, public: Host, segment: str) -> None:
        self._session, self._terminal = session, terminal
        self._logs = {router.name: _ROUTER_LOG, public.name: QUERY_LOG}
        self._router = router.name
        self._near = [str(router.address(family, segment)) for family in session.plan.families]
        self._every = [*self._near, *(str(public.address(family)) for family in session.plan.families)]
        self._domain = public.names[0].split(".", 1)[1]

    def asked(self) -> Asked:
        """The terminal asks every address of both; then somebody at home asks the router, which asks the public one."""
        mine, theirs = (f"{secrets.token_hex(10)}.{LABEL}.{self._domain}" for _ in range(2))
        sent = self._ask(self._terminal.name, mine, self._every)
        if not self._ask(self._router, theirs, self._near[:1]):
            raise CheckError(f"{self._router}: no question can be asked there")
        alive = self._awaited(theirs)
        heard = {name: self._line(name, mine) for name in self._logs}
        told = [f"{name}\t{line}" for found in (heard, alive) for name, line in found.items()]
        self._session.keep(self._router, "questions.log", told)
        return Asked(self._terminal.name, sent, len(self._every), heard, alive)

    def _ask(self, host: str, name: str, addresses: Sequence[str]) -> int:
        """How many questions, one to each address, the host's kernel took."""
        places = " ".join(shlex.quote(f"UDP6:[{one}]:53" if ":" in one else f"UDP4:{one}:53") for one in addresses)
        told = self._session.channel(host).run(_ASK.format(places=places), stdin=_query(name), timeout=20)
        return told.stdout.decode().split().count("sent")

    def _awaited(self, name: str) -> dict[str, str]:
        """Each resolver's line about it, once all have one, or at the deadline."""
        found: dict[str, str] = {}

        def look() -> bool:
            found.update({log: self._line(log, name) for log in self._logs})
            return all(found.values())

        tenacity.Retrying(
            stop=tenacity.stop_after_delay(DEADLINE),
            wait=tenacity.wait_fixed(0.05),
            retry=tenacity.retry_if_result(lambda whole: not whole),
            retry_error_callback=lambda _: False,
        )(look)
        return found

    def _line(self, host: str, name: str) -> str:
        """The host's own line about a name; "" if it has none. CheckError if its log can't be read."""
        word, log = shlex.quote(name.split(".", 1)[0]), self._logs[host]
        found = self._session.channel(host).run(f"grep -iF -m 1 {word} {log}")
        if found.rc not in (0, 1):
            raise CheckError(f"{host}: its log of questions can't be read: {found.stderr.decode().strip()}")
        return found.stdout.decode(errors="replace").strip()


def _query(name: str) -> bytes:
    """One question of its own number (RFC 1035, 4.1)."""
    labels = b"".join(bytes((len(label),)) + label.encode("ascii") for label in name.split("."))
    head = struct.pack("!HHHHHH", secrets.randbelow(1 << 16), _RECURSION, 1, 0, 0, 0)
    return head + labels + b"\0" + struct.pack("!HH", _TXT, _IN)
