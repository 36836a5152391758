"""Which tests run beside questions to the hosts, and which only when every host has been left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lab.verify import administration, certificates, configuration, discover
from lab.verify.backups import Backup
from lab.verify.planned import of_application

if TYPE_CHECKING:
    from lab.verify.ahead import Question
    from lab.verify.session import LabSession

# What these fixtures do to a host is over with each command; whoever has another leaves something there for a while.
PROBES = frozenset({"border", "flow", "limited", "matrix", "packets"})
HARMLESS = frozenset({"lab_session", "plan", "quick", "request", "ruleset"})
LAST = frozenset({"my_number_network"})  # what rests on the other tests' verdicts
LATE = frozenset({"logging_firewall"})  # packets that were denied early are in the log by the time it is asked
QUESTIONS: dict[str, Question[Any]] = {
    "administration": administration.OFFERS,
    "certificates": certificates.INVENTORIES,
    "configuration": configuration.RUNNING,
    "discovery": discover.NETWORK,
}


def only_probes(item: pytest.Item) -> bool:
    """True for a test that may run while hosts are asked: it has a prober's fixture, and else only parameters."""
    names = frozenset(getattr(item, "fixturenames", ()))
    parameters = frozenset(getattr(getattr(item, "callspec", None), "params", ()))
    return bool(names & PROBES) and names <= PROBES | HARMLESS | (parameters - LATE)


def probes_first(items: list[pytest.Item]) -> None:
    """Put the tests that only probe before all others, each part in its own order; what rests on others' verdicts is last.

    Disruptive ones stay at the end.
    """

    def part(item: pytest.Item) -> tuple[bool, bool, bool]:
        names = frozenset(getattr(item, "fixturenames", ()))
        return item.get_closest_marker("lab_disruptive") is not None, bool(names & LAST), not only_probes(item)

    items.sort(key=part)


def begin_ahead(session: LabSession, items: list[pytest.Item]) -> None:
    """Ask what the tests' fixtures will want to know, and begin what takes long."""
    wanted = {name for item in items for name in getattr(item, "fixturenames", ())}
    if "backups" in wanted:  # the longest first
        for flow in of_application(session.plan, "borg"):
            Backup(session, (), flow).begin()
    for fixture, question in QUESTIONS.items():
        if fixture in wanted:
            session.ahead.begin(question)
