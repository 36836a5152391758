"""Which tests run beside questions to the hosts, and which only when every host has been left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lab.pki import Account, accounts
from lab.verify import administration, certificates, configuration, discover, false_stores, screens
from lab.verify.backups import Backup
from lab.verify.judge import Coming
from lab.verify.matrix import coming
from lab.verify.planned import of_application
from lab.verify.wireless import known, running

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lab.plan import Plan
    from lab.verify.ahead import Question
    from lab.verify.session import LabSession

# What these fixtures do to a host is over with each command; whoever has another leaves something there for a while.
PROBES = frozenset({"border", "flow", "limited", "matrix", "packets"})
HARMLESS = frozenset({"lab_session", "plan", "quick", "request", "ruleset"})
# what ends connections, tunnels or desktops' sessions, or counts them: nobody else's go on meanwhile
ALONE = frozenset({"hostile", "hours", "origins", "outsiders", "screen_review", "sessions", "tunnel"})
ERRANDS = frozenset({"backups", "screens"})  # what takes long, and is done beside the others
# parameters whose tests ask for `matrix(...).is_denied` in every family, and nothing else
DENIED = frozenset({"backup_border", "cloud_border", "internet_border", "lg_in_border", "lgwan_border", "my_number_border"}) | {
    "my_number_screen_border", "other_border", "peer_border", "peer_outside", "remote_border", "remote_my_number_border"
}  # fmt: skip
LAST = frozenset({"my_number_network"})  # what rests on the other tests' verdicts
LATE = frozenset({"logging_firewall"})  # packets that were denied early are in the log by the time it is asked
QUESTIONS: dict[str, Question[Any]] = {
    "administration": administration.OFFERS,
    "air": running.RADIO,
    "certificates": certificates.INVENTORIES,
    "configuration": configuration.RUNNING,
    "installed": configuration.SOFTWARE,
    "discovery": discover.NETWORK,
    "false_stores": false_stores.SENDERS,
    "posture": known.NETWORKS,
}


def _params(item: pytest.Item) -> Mapping[str, Any]:
    """A test's parameters: fixture -> value."""
    params: Mapping[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return params


def only_probes(item: pytest.Item) -> bool:
    """True for a test that may run while hosts are asked: it has a prober's fixture, and else only parameters."""
    names = frozenset(getattr(item, "fixturenames", ()))
    parameters = frozenset(getattr(getattr(item, "callspec", None), "params", ()))
    return bool(names & PROBES) and names <= PROBES | HARMLESS | (parameters - LATE)


def probes_first(items: list[pytest.Item], busy: Collection[str] = ()) -> None:
    """Put the tests that only probe before all others, each part in its own order; what takes long or rests on others is last.

    Of the others those about hosts that are `busy` with an errand come later. Disruptive ones stay at the end.
    """

    def part(item: pytest.Item) -> tuple[bool, ...]:
        names = frozenset(getattr(item, "fixturenames", ()))
        disruptive = item.get_closest_marker("lab_disruptive") is not None
        late = not only_probes(item)
        return disruptive, bool(names & LAST), bool(names & (ERRANDS | ALONE)), late, late and _about(item, busy)

    items.sort(key=part)


def _about(item: pytest.Item, hosts: Collection[str]) -> bool:
    """Whether a parameter of the test is one of these hosts, or a flow from or to one."""
    values = _params(item).values()
    return any(
        one in hosts
        for value in values
        for one in (value, getattr(value, "source", None), getattr(value, "destination", None))
        if isinstance(one, str)
    )


def desktops(plan: Plan, items: list[pytest.Item]) -> list[Account]:
    """Whose desktops these tests will try, in the plan's order."""
    wanted = {
        value
        for item in items
        if "screens" in getattr(item, "fixturenames", ())
        for value in _params(item).values()
        if isinstance(value, str)
    }
    return [one for one in accounts(plan) if one.desk in wanted] if wanted else []


def zone_pairs(items: list[pytest.Item]) -> list[tuple[str, str]]:
    """The pairs of zones that these tests will try with `matrix(...).is_denied`, in order."""
    found: dict[tuple[str, str], None] = {}
    for item in items:
        if "matrix" in getattr(item, "fixturenames", ()):
            for name, value in _params(item).items():
                if name in DENIED:
                    found[value] = None
    return list(found)


def firewalls(items: list[pytest.Item]) -> list[str]:
    """The firewalls that these tests will try with `packets(...)`, in order."""
    found: dict[str, None] = {}
    for item in items:
        if "packets" in getattr(item, "fixturenames", ()):
            for name, value in _params(item).items():
                if name.endswith("firewall"):
                    found[value] = None
    return list(found)


def begin_ahead(session: LabSession, items: list[pytest.Item], *, quick: bool) -> None:
    """Ask what the tests' fixtures will want to know, begin what takes long, and say which flows are tried later."""
    ahead = session.memory.of(Coming)
    ahead.stands = coming(session.plan, zone_pairs(items), quick=quick)
    ahead.packets_at = firewalls(items) if quick else ()
    wanted = {name for item in items for name in getattr(item, "fixturenames", ())}
    backups = (
        [Backup(session, (), flow) for flow in of_application(session.plan, "borg")] if "backups" in wanted else []
    )
    people = desktops(session.plan, items)
    busy = {host for backup in backups for host in backup.hosts}
    busy |= {host for one in people for host in (one.terminal, one.desk)}
    for fixture, question in QUESTIONS.items():
        if fixture in wanted:
            session.ahead.begin(question, first=busy)
    for backup in backups:
        backup.begin()
    for one in people:
        screens.begin(session, one)
