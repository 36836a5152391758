"""The `crl` fixture: a RADIUS server's CRL, and what becomes of logins when it is over (RAD-02).

Nobody waits for a CRL to end: the server's own configuration is run a second time on its own host, on ports of its own, with a
CRL that says the same and was over a day ago. The watching program is given that one and one that ends in ten days. The server
itself goes on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from lab.pki import Purpose, crl_file, issuing_stem, revocation, store
from lab.plan import AllowedFlow
from lab.reach import TreeFile
from lab.record import Verdict
from lab.verdict.freshness import Rehearsal, Standing, raises_alarm, refuses_when_over, stands, warns_before, watches
from lab.verify.crl_watch import NAME, WATCH, woken
from lab.verify.decisions import Decisions
from lab.verify.eapol import Exchange, Supplicant, put_in_memory
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.radius_twin import FOLDER, OWN, PORTS, Twin
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of, right_terminal

LEAST_DAYS = 14  # from which on the log has an alarm
SOON = timedelta(days=10)  # within the time of the alarm
# the file that the server's own configuration names
_STANDING = f"""
file=$(sed -n 's/^ *ca_file = \\([^ ]*\\).*/\\1/p' {OWN}/radiusd.conf | sort -u)
printf '{{"file": "%s", "end": "%s", "changed": %s, "started": %s, "watched": "%s"}}' "$file" \
  "$(openssl crl -in "$file" -noout -nextupdate -dateopt iso_8601 | cut -d= -f2)" "$(stat -c %.3Z "$file")" \
  "$(stat -c %.3Z /run/radius_server/started)" \
  "$(s6-svstat -o up /etc/sanso/services/crl-watch 2>/dev/null)"
"""


class Crls:
    """The fixture itself: `crl(flow).is_watched_and_refuses_when_over()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, flow: AllowedFlow) -> Crl:
        return Crl(self._session, self._controls, flow)


class Crl:
    """The CRL of a server that a network access server asks."""

    def __init__(self, session: LabSession, controls: Sequence[str], flow: AllowedFlow) -> None:
        self._session, self._controls = session, controls
        self._supplicant = Supplicant(session, flow)
        self._server = self._supplicant.server
        self._channel = session.channel(self._server)
        self._twin = Twin(self._channel, self._server)

    def is_watched_and_refuses_when_over(self) -> list[Verdict]:
        """How it stands and what its watch says of it; the watch about others; the right terminal at the server's twin."""
        server, standing = self._server, self._standing()
        told = woken(self._session, server, standing.file)
        rehearsal = self._rehearsed()
        self._session.keep(server, "crl-over.log", [*told, *rehearsal.said, *rehearsal.told, *rehearsal.before])
        return give_all(
            self._session,
            self._controls,
            [
                (f"CRL of {server}", stands(server, standing, days=LEAST_DAYS), ()),
                (f"watch of {server} over its CRL", watches(server, standing.file, told), ()),
                (f"login at {server} with a CRL that is over", refuses_when_over(server, rehearsal), ()),
                (f"alarm of {server} about a CRL that is over", raises_alarm(server, rehearsal), ()),
                (f"alarm of {server} about a CRL that ends soon", warns_before(server, rehearsal), ()),
            ],
        )

    def _standing(self) -> Standing:
        told = self._channel.run(_STANDING)
        try:
            found = json.loads(told.stdout)
            end = datetime.fromisoformat(found["end"])
            changed, started = float(found["changed"]), float(found["started"])
        except (ValueError, KeyError, TypeError) as wrong:
            raise CheckError(f"{self._server}: its CRL can't be read: {told.stderr.decode().strip()}") from wrong
        return Standing(end, datetime.now(UTC), changed, started, found["watched"] == "true", found["file"])

    def _rehearsed(self) -> Rehearsal:
        with self._channel.alone(), self._twin.made():
            fresh = self._tried()
            past, soon = f"{FOLDER}/trust.pem", f"{FOLDER}/soon.pem"
            ends = {past: -timedelta(days=1), soon: SOON}
            put_in_memory(self._channel, [TreeFile(path, self._ending(end), 0o600) for path, end in ends.items()])
            log = Decisions(self._session, self._server)
            over = self._tried()
            for path in ends:
                self._channel.run([WATCH, path])
            lines = log.awaited([over.station, past, soon])
        said = tuple(line for line in lines if over.station in line)
        told, before = (tuple(line for line in lines if NAME in line and path in line) for path in (past, soon))
        return Rehearsal(fresh.ended, over.ended, said, told, before)

    def _tried(self) -> Exchange:
        """The right terminal at the twin, started with the CRL that is there now. CheckError if it doesn't start."""
        with self._twin.running():
            good = right_terminal(self._session)
            return self._supplicant.tried([good], port=PORTS[self._supplicant.port])[0]

    def _ending(self, end: timedelta) -> bytes:
        """What the server trusts, with a CRL that says the same and ends so long after now. CheckError without the CA's key."""
        keys = keys_of(self._session)
        issuer, there = (
            store.load(issuing_stem(keys, Purpose.TERMINAL)),
            revocation.load_crl(crl_file(keys, Purpose.TERMINAL)),
        )
        if issuer is None or there is None:
            raise CheckError(
                "the key of the terminals' authority is not on this machine: run it where the lab was built"
            )
        then = datetime.now(UTC).replace(microsecond=0) - revocation.LIFETIME + end
        made = revocation.sign(issuer, [one.serial_number for one in there], then)
        return store.certificate_pem(issuer.certificate) + made
