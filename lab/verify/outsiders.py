"""The `outsiders` fixture: a client on the Internet that must not get into the VPN, and the right one by the same tool."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.pki import Purpose, host_stem, issuing_stem, state_directory, terminals, trial_stem
from lab.pki.trial import identity as trial_identity
from lab.plan import target
from lab.probe.outsider import Entry, Outsider, outsider
from lab.record import Verdict
from lab.verdict.entry import Asked, Tried, no_new_keys, not_let_in
from lab.verdict.inner import Sealed, stays_out
from lab.verdict.loaded import Loaded, takes_the_plans_proof_alone
from lab.verdict.logins import DUPLICATE, SecondLogin, alarmed, told
from lab.verify.decisions import Decisions, News
from lab.verify.eapol import radius_flow
from lab.verify.entries import (
    ALGORITHMS,
    ALGORITHMS_BY_IPV6,
    CERTIFICATES,
    GOOD,
    NO_EXCHANGE,
    PROOFS,
    SECOND,
    WEAK_EXCHANGE,
    Attempted,
)
from lab.verify.forger import Forger
from lab.verify.judge import give_all
from lab.verify.loaded import loaded, where_from
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.store import Store
from lab.verify.trip import mac_on
from lab.verify.tunnel_events import AWAIT_UP, PATIENT

_NUMBER = 66  # host number of the client on the gateway's outer segment
_LOADED = "loaded"  # kept beside the accounts: what the gateway has loaded
_END = "swanctl --terminate --ike telework --force >/dev/null 2>&1"
_KILL = "kill -KILL $(pidof charon)"  # without a word to the gateway
_SECOND, _SEALED = "second login", "sealed by hand"  # what is kept of them, beside the accounts


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one attempt: the client's account, the gateway's and the RADIUS server's lines."""

    entry: Entry
    gateway: tuple[str, ...]
    radius: tuple[str, ...]


class _Entries(dict[str, dict[str, Any]]):
    """Gateway -> every attempt to get into its VPN, and what became of it."""


class Outsiders:
    """The fixture itself. All attempts are made once per run; each test judges its own."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, gateway: str) -> Gateway:
        return Gateway(self._session, self._controls, gateway)


class Gateway:
    """One gateway and the client that knocks at it, as `terminal` if it is the right one: without a name the first in the plan."""

    def __init__(self, session: LabSession, controls: Sequence[str], gateway: str, terminal: str = "") -> None:
        self._session, self._controls, self._plan = session, controls, session.plan
        self._gateway = session.plan.host(gateway)
        self._flow = next(
            one
            for one in self._plan.allowed
            if (one.destination, one.application) == (gateway, "ike") and terminal in ("", one.source)
        )
        self._terminal = self._plan.host(self._flow.source)
        self._radius = self._plan.host(radius_flow(self._plan, gateway).destination)
        self._keys = state_directory(self._plan.lab) / "pki"
        self._own = next(one.identity for one in terminals(self._plan) if one.host == self._terminal.name)
        self._segment = self._flow.to_leg or self._gateway.legs[0].segment
        self._networks = next(one.networks for one in self._plan.segments if one.name == self._segment)
        self._addresses = [str(one[_NUMBER]) for one in self._networks]  # of the client, one per family of the plan
        self._address = self._addresses[0]
        self._algorithms = (*ALGORITHMS, *(ALGORITHMS_BY_IPV6 if len(self._plan.families) > 1 else ()))

    def takes_no_other_proof(self) -> list[Verdict]:
        """A shared secret, a password, a certificate past RADIUS, IKEv1 in both modes."""
        return [*self._refused(PROOFS), *self._loads_the_plans_proof_alone()]

    def takes_no_bad_certificate(self) -> list[Verdict]:
        """Revoked, expired, a stranger's, a server's, of no registered asset, of another class, of somebody else."""
        return [*self._refused(CERTIFICATES), *self._loads_the_plans_proof_alone()]

    def takes_no_weak_algorithm(self) -> list[Verdict]:
        """Old ciphers, hashes and groups in IKE and ESP, each beside everything else there is; in ESP also none at all."""
        return [*self._refused(self._algorithms), *self._without_new_keys([WEAK_EXCHANGE])]

    def makes_no_key_without_an_exchange(self) -> list[Verdict]:
        """New ESP keys come from a key exchange of their own: asked for without one they are refused; with one they come."""
        return self._without_new_keys([NO_EXCHANGE])

    def tells_of_a_second_login(self) -> list[Verdict]:
        """The right terminal's identity comes in from elsewhere: the gateway says so, and whoever reads its log raises an alarm."""
        self._account(SECOND)
        seen: SecondLogin = self._session.memory.of(_Entries)[self._gateway.name][_SECOND]
        self._session.keep(self._gateway.name, "second-login.log", [*seen.returned, *seen.gateway, *seen.watch])
        subject = f"{self._gateway.name}: second login of {self._own}"
        made = [(subject, told(seen), ()), (f"{subject} raises an alarm", alarmed(seen), ())]
        return give_all(self._session, self._controls, made)

    def lets_a_client_speak_for_itself_alone(self) -> list[Verdict]:
        """Sealed by hand into its own tunnel: packets from a neighbour's address and an inner host's, and for a neighbour."""
        self._account(GOOD)
        made: list[tuple[Sealed, bool]] | LabError = self._session.memory.of(_Entries)[self._gateway.name][_SEALED]
        if isinstance(made, LabError):
            raise made
        return give_all(
            self._session,
            self._controls,
            [(f"sealed by a client: {one.what}", stays_out(one, arrived=arrived), ()) for one, arrived in made],
        )

    def _loads_the_plans_proof_alone(self) -> list[Verdict]:
        """What is loaded for identities that no attempt has."""
        self._account(GOOD)
        seen: Loaded = self._session.memory.of(_Entries)[self._gateway.name][_LOADED]
        subject = f"{self._gateway.name}: connections and shared keys as loaded"
        return give_all(self._session, self._controls, [(subject, takes_the_plans_proof_alone(seen), ())])

    def _without_new_keys(self, cases: Sequence[Attempted]) -> list[Verdict]:
        good = self._account(GOOD).entry.exchanged
        made = [(f"client {case.who}", no_new_keys(self._asked(case), good=good), ()) for case in cases]
        return give_all(self._session, self._controls, made)

    def _asked(self, case: Attempted) -> Asked:
        account = self._account(case)
        return Asked(
            case.who, case.who_ja, case.reason, account.entry.installed, account.entry.rekeyed, account.gateway
        )

    def _refused(self, cases: Sequence[Attempted]) -> list[Verdict]:
        good = self._account(GOOD).entry.installed
        made = [(f"client {case.who}", not_let_in(self._tried(case), good=good), ()) for case in cases]
        return give_all(self._session, self._controls, made)

    def _tried(self, case: Attempted) -> Tried:
        account = self._account(case)
        address = self._addresses[case.other_family]
        heard = [line for line in account.gateway if address in line]
        return Tried(
            case.who, case.who_ja, case.reason, account.entry.installed, bool(heard),
            _child(account.gateway, address), (*account.gateway, *account.radius),
        )  # fmt: skip

    def _account(self, case: Attempted) -> Account:
        known = self._session.memory.of(_Entries).setdefault(self._gateway.name, {})
        if not known:
            known.update(self._all())
        found: Account = known[case.who]
        return found

    def _all(self) -> dict[str, Any]:
        """Every attempt: the second login first, whose alarm no other may raise, the right client last.

        Then the terminal gets its place back.
        """
        session, found = self._session, dict[str, Any]()
        found[_LOADED] = loaded(self._gateway.name, session.channel(self._gateway.name))
        try:
            with self.plugged() as client:
                found[SECOND.who], found[_SECOND] = self._second(client)
                for case in (*PROOFS, *CERTIFICATES, *self._algorithms, WEAK_EXCHANGE, NO_EXCHANGE):
                    found[case.who] = self._one(client, case)
                self._back()  # so that it doesn't come back by itself meanwhile
                forger, problem = self._forged(client)
                self._back()
                found[GOOD.who] = self._one(client, GOOD)
                found[_SEALED] = problem or _told(forger)
        finally:
            self._back()
            self.forget()
        return found

    @contextmanager
    def plugged(self) -> Iterator[Outsider]:
        """The client on its cable while the block runs; the gateway has to `forget` it then. LabError if it can't be."""
        addresses = [f"{network[_NUMBER]}/{network.prefixlen}" for network in self._networks]
        card, session = mac_on(self._gateway, self._segment), self._session
        with outsider(session.engine, session.lab, segment=self._segment, next_hop=card, addresses=addresses) as client:
            yield client

    def _second(self, client: Outsider) -> tuple[Account, SecondLogin]:
        """The terminal starts anew where it was; then its identity comes in from elsewhere, beside its own tunnel."""
        session, ends = self._session, list[str]()
        returned, watch = Decisions(session, self._gateway.name), News(session, Store(session).host)
        self._back(_KILL)
        before = tuple(returned.awaited([DUPLICATE]))
        listing = session.channel(self._gateway.name)
        account = self._one(client, SECOND, lambda: ends.extend(where_from(listing, self._own)))
        if account.entry.installed:
            watch.awaited([f"came in from {self._address} "])
        lines = tuple(watch.lines())
        seen = SecondLogin(
            self._own, self._address, account.entry.installed, before, account.gateway, tuple(ends), lines
        )
        return account, seen

    def forget(self) -> None:
        """The gateway knows the client's card no longer: OPS-16 of the next run would find a stranger."""
        lines = (f"ip neighbour flush to {one} dev {self._segment}" for one in self._addresses)
        self._session.channel(self._gateway.name).run(" && ".join(lines)).check()

    def _one(self, client: Outsider, case: Attempted, meanwhile: Callable[[], object] | None = None) -> Account:
        gateway, server = Decisions(self._session, self._gateway.name), Decisions(self._session, self._radius.name)
        entry = client.tried(self.files(case), rekey=case.rekey, meanwhile=meanwhile)
        (server if case.by_radius else gateway).awaited([case.reason or DUPLICATE])
        return Account(entry, tuple(gateway.lines()), tuple(server.lines()))

    def files(self, case: Attempted) -> dict[str, str]:
        """What the client has below /etc/swanctl for that attempt. CheckError if the keys are not on this machine."""
        stem = host_stem(self._keys, Purpose.TERMINAL, self._terminal.name)
        own = self._own
        if case.trial is not None:
            stem = trial_stem(self._keys, case.trial)
            machine = next(one for one in terminals(self._plan) if one.host == self._terminal.name)
            own = trial_identity(case.trial, machine)
        names = {
            "own": own,
            "identity": case.identity.format(domain=own.partition("@")[2]) or own,
            "gateway": self._gateway.names[0],
            "radius": self._radius.names[0],
            "address": self.entrance(case.other_family),
            "word": secrets.token_hex(8),
        }
        return {
            "x509ca/root.pem": _text(self._keys / "root.pem"),
            "x509/issuer.pem": _text(Path(f"{issuing_stem(self._keys, Purpose.TERMINAL)}.pem")),
            "x509/own.pem": _text(Path(f"{stem}.pem")),
            "private/own.key": _text(Path(f"{stem}.key")),
            "swanctl.conf": case.configuration(**names),
        }

    def _forged(self, client: Outsider) -> tuple[Forger, LabError | None]:
        """What a client with the terminal's own certificate makes of its tunnel; why it couldn't. No attempt rests on it."""
        forger = Forger(self._session, self._terminal, self._gateway, self._radius)
        try:
            with client.held(self.files(replace(GOOD, own=forger.selectors))) as held:
                forger.send(client, held, self.entrance())
        except LabError as error:
            return forger, error
        return forger, None

    def entrance(self, other_family: bool = False) -> str:
        """The gateway's address for terminals, of the plan's first family or the other."""
        return str(target(self._plan, self._flow, self._plan.families[other_family]))

    def _back(self, lets_go: str = _END) -> None:
        """The terminal lets go of a tunnel that the gateway has ended for another, and makes a new one."""
        line = f'{PATIENT}was=$(spi); {lets_go}; awaited other spi "$was"'
        if self._session.channel(self._terminal.name).run(line, timeout=60).rc:
            raise CheckError(f"{self._terminal.name} did not get its tunnel back")
        self._session.channel(self._terminal.name).run(AWAIT_UP, timeout=60).check()


def _told(forger: Forger) -> list[tuple[Sealed, bool]] | LabError:
    try:
        return forger.told()
    except LabError as error:
        return error


def _text(path: Path) -> str:
    """A file of the lab's PKI. CheckError if it isn't on this machine."""
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise CheckError(
            f"{path} can't be read ({error.strerror}): run this on the machine that built the lab"
        ) from error


def _child(lines: Sequence[str], address: str) -> str:
    """The gateway's line of a CHILD_SA with whoever has that address."""
    come = [line for line in lines if "IKE_SA" in line and "established" in line and address in line]
    marks = {_mark(line) for line in come}
    return next(
        (line for line in lines if "CHILD_SA" in line and " established with" in line and _mark(line) in marks), ""
    )


def _mark(line: str) -> str:
    """How charon marks the lines of one connection: "telework|46"."""
    return line.partition("<")[2].partition(">")[0]
