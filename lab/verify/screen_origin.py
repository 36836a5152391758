"""Where a session with the My Number zone's desktop may come from: `origins(entry).takes_no_stranger()` (SCR-01, TW-01, S22)."""

from __future__ import annotations

import shlex
from base64 import b64decode, b64encode

from lab.pki import Account, accounts, onward, people, state_directory
from lab.plan import AllowedFlow, Family, Kind, Plan, target
from lab.reach.picture import colours
from lab.reach.view import View, open_view
from lab.record import Verdict
from lab.verdict.origins import Chained, chained, stranger
from lab.verify import rdp
from lab.verify.answer import exchange
from lab.verify.ask import to_service
from lab.verify.judge import give_all
from lab.verify.screen_run import DRAWN, OPENING, unused_code
from lab.verify.screen_words import DeskWords, moment, until
from lab.verify.session import LabSession
from lab.verify.store import Store

ASK = (
    "{{ printf %s {request} | base64 -d | timeout 8 socat -d -d -t 5 - TCP:{where} 2>/run/sanso-ask; }} | base64 -w 0; "
    "grep -q 'successfully connected' /run/sanso-ask; code=$?; rm -f /run/sanso-ask; exit $code"
)  # a connection that never stood is no silence
# As the person of the session, on its display: what a client there says at its end.
GO_ON = (
    "home=$(mktemp -d); chown {user} $home; timeout 25 setpriv --reuid {user} --regid {user} --clear-groups env HOME=$home"
    " DISPLAY={display} XAUTHORITY=/var/lib/desktop/home/{user}/.Xauthority"
    " xfreerdp /v:{where} /u:{account} /p:{factors} /sec:tls /cert:ignore 2>&1 | tail -n 3; rm -rf $home"
)
TOLD = 15.0  # seconds for a desktop's own word


class Origins:
    """The `origins` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, entry: AllowedFlow) -> Origin:
        """A registered way from a terminal to the gateway before a desktop."""
        return Origin(self._session, self._controls, entry)


class Origin:
    """One gateway, and the terminal that is registered for it."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], entry: AllowedFlow) -> None:
        self._session, self._controls, self._entry = session, controls, entry
        self._keys = state_directory(session.plan.lab) / "pki"
        self._account = next(
            one
            for one in accounts(session.plan)
            if one.terminal == entry.source and one.desk in onward(session.plan, entry.destination)
        )

    def takes_no_stranger(self) -> list[Verdict]:
        """The gateway itself, past every firewall: by itself, by its neighbours that aren't registered, and by the terminal."""
        session, entry = self._session, self._entry
        made = []
        assert entry.port is not None  # screens are TCP
        for family in entry.families:
            address = str(target(session.plan, entry, family))
            where = f"[{address}]:{entry.port}" if ":" in address else f"{address}:{entry.port}"
            line = ASK.format(request=shlex.quote(b64encode(rdp.request()).decode()), where=where)
            attempt = to_service(session.plan, entry.source, entry.destination, entry.protocol, entry.port, family)
            answered = exchange(session, attempt, entry.application)
            session.saw(answered)
            for host in strangers(session.plan, entry, family):
                heard = b64decode(session.channel(host).run(line).check(0).stdout)
                judged = stranger(entry.destination, heard, registered=answered.ok)
                made.append((f"{entry.destination}: {family} request of a stranger, {host}", judged, (answered,)))
        return give_all(session, self._controls, made)

    def leads_on_from_no(self, desk: str) -> list[Verdict]:
        """A telework session on `desk` goes on to this gateway's desktop with the right factors: refused (S22)."""
        first = next(one for one in accounts(self._session.plan) if one.desk == desk)
        with self._session.channel(first.terminal).alone(), self._session.channel(desk).alone():
            judged = chained(desk, self._account.desk, self._chain(first))
        return give_all(
            self._session,
            self._controls,
            [(f"{self._account.desk}: by way of a telework session on {desk}", judged, ())],
        )

    def _chain(self, first: Account) -> Chained:
        session, second = self._session, self._account
        here, there = DeskWords(session, first), DeskWords(session, second)
        marks, since = (here.mark(), there.mark()), there.now()
        with open_view(session.channel(first.terminal), first.desk, self._factors(first)) as view:
            began = _drawn(view, here, marks[0])
            display = here.display() if began else ":0"
            factors = self._factors(second)
            gateway = target(session.plan, self._entry, self._entry.families[0])
            own = session.plan.host(first.desk).address(self._entry.families[0])
            self._client(first, display, str(own), first.user, "-")
            able = until(lambda: here.refused(marks[0]), TOLD)
            words = self._client(first, display, str(gateway), second.user, factors)
            opened = there.let_in(marks[1])
        terminal = session.channel(second.terminal)
        with terminal.alone(), open_view(terminal, second.desk, factors) as view:
            good = view.until(lambda: there.let_in(marks[1]), OPENING) if not opened else ""
        taken = self._taken(first, since) if good else ""
        for one in (first, second):
            session.channel(one.desk).run(f"pkill -u {one.user}")
        text = f"== the client on {first.desk}\n{words}\n== {first.desk}\n{able}\n== {second.desk}\n{opened or good}\n{taken}\n"
        session.sink.emit("host-file", host=second.desk, name="chained-session.txt", content=text)
        return Chained(began, able, opened, taken, words.splitlines()[-1] if words else "the client said nothing", good)

    def _factors(self, account: Account) -> str:
        code = unused_code(self._session, self._keys, account)
        return people.password(self._keys, account.user) + code

    def _client(self, first: Account, display: str, address: str, account: str, factors: str) -> str:
        where = f"[{address}]" if ":" in address else address
        line = GO_ON.format(
            user=first.user, display=display, where=shlex.quote(f"{where}:{self._entry.port}"), account=account,
            factors=shlex.quote(factors),
        )  # fmt: skip
        said = self._session.channel(first.desk).run(line).check(0, 1).stdout.decode(errors="replace")
        return said.replace(factors, "...").strip() if len(factors) > 1 else said.strip()

    def _taken(self, first: Account, since: str) -> str:
        """The gateway's line of a connection from the first desktop. That of the terminal's, which came later, is waited for."""
        store, name = Store(self._session), self._entry.destination
        desk = [f"address={interface.ip} " for interface in self._session.plan.host(first.desk).legs[0].addresses]

        def lines() -> list[str]:
            said = store.lines(name, f"account={self._account.user} ")
            return [line for line in said if moment(line) >= since and " screen session start " in line]

        until(lambda: any(all(one not in line for one in desk) for line in lines()), TOLD)
        return next((line for line in lines() if any(one in line for one in desk)), "")


def strangers(plan: Plan, entry: AllowedFlow, family: Family) -> tuple[str, ...]:
    """Hosts that reach a gateway past every firewall and aren't registered for it: itself, and its neighbours but routers."""
    gateway = plan.host(entry.destination)
    segments = {leg.segment for leg in gateway.cables}
    registered = {flow.source for flow in plan.allowed if (flow.destination, flow.port) == (gateway.name, entry.port)}
    version = 4 if family is Family.IPV4 else 6
    near = [
        host.name
        for host in plan.hosts
        if host.kind is Kind.ENDPOINT and host.name not in registered | {gateway.name}
        and any(leg.segment in segments and any(one.version == version for one in leg.addresses) for leg in host.cables)
    ]  # fmt: skip
    return (gateway.name, *near)


def _drawn(view: View, words: DeskWords, mark: int) -> bool:
    def drawn() -> bool:
        picture = view.picture()
        return bool(picture) and colours(picture) >= DRAWN and bool(words.let_in(mark))

    return view.until(drawn, OPENING)
