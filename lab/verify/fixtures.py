"""The fixtures of a lab run. A suite reads like the rule it checks: `flow("lg-term", "mn-app", tcp=443).is_denied(by="fw-mn")`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from testinfra.host import Host as TestinfraHost

from lab.plan import Plan
from lab.verdict import Ruleset
from lab.verify.backend import testinfra_host
from lab.verify.border import Borders
from lab.verify.flow import FlowMaker
from lab.verify.journal import Journal
from lab.verify.limited import Limits
from lab.verify.listeners import Listeners
from lab.verify.matrix import Matrix
from lab.verify.plugin import KEY, controls_of
from lab.verify.scanner import Scanner
from lab.verify.session import LabSession
from lab.verify.sessions import Sessions
from lab.verify.tracking import Trackers
from lab.verify.window import Windows


@pytest.fixture(scope="session")
def lab_session(request: pytest.FixtureRequest) -> LabSession:
    """The run itself: lab, prober, channels, verdicts."""
    return request.config.stash[KEY]


@pytest.fixture(scope="session")
def plan(lab_session: LabSession) -> Plan:
    """The plan of the running lab."""
    return lab_session.plan


@pytest.fixture(scope="session")
def quick(request: pytest.FixtureRequest) -> bool:
    """True with `--quick`: one representative flow per pair of zones."""
    return bool(request.config.getoption("--lab-quick"))


@pytest.fixture
def flow(request: pytest.FixtureRequest, lab_session: LabSession) -> FlowMaker:
    """Make a flow: `flow("lg-term", "mn-app", tcp=443)`. Families: all of the plan unless `family=` says one."""
    controls = controls_of(request.node)
    return FlowMaker(lab_session, controls, lab_session.plan.families)


@pytest.fixture
def matrix(request: pytest.FixtureRequest, lab_session: LabSession, quick: bool) -> Matrix:
    """The denied matrix between zones: `matrix.is_denied("lg", "mn")`."""
    return Matrix(lab_session, controls_of(request.node), quick=quick)


@pytest.fixture
def border(request: pytest.FixtureRequest, lab_session: LabSession, quick: bool) -> Borders:
    """A firewall as a border: `border("fw-mn").equals_register()`."""
    return Borders(lab_session, controls_of(request.node), quick=quick)


@pytest.fixture
def limited(request: pytest.FixtureRequest, lab_session: LabSession) -> Limits:
    """A registered flow and its limits: `limited(entry).refuses_another_mac()`."""
    return Limits(lab_session, controls_of(request.node))


@pytest.fixture
def journal(request: pytest.FixtureRequest, lab_session: LabSession) -> Journal:
    """Events on their way to the central log: `journal.arrives_from("mn-app")`."""
    return Journal(lab_session, controls_of(request.node))


@pytest.fixture
def scanner(request: pytest.FixtureRequest, lab_session: LabSession) -> Scanner:
    """What a TLS service accepts: `scanner(service).accepts_only_the_baseline()`."""
    return Scanner(lab_session, controls_of(request.node))


@pytest.fixture
def window(request: pytest.FixtureRequest, lab_session: LabSession) -> Windows:
    """A firewall under a train of packets: `window("fw-mn").stays_closed_while_rules_are_loaded()`."""
    return Windows(lab_session, controls_of(request.node))


@pytest.fixture
def sessions(request: pytest.FixtureRequest, lab_session: LabSession) -> Sessions:
    """Sessions and the rules that allow them: `sessions.without_a_rule_are_cut("fw-mn")`."""
    return Sessions(lab_session, controls_of(request.node))


@pytest.fixture
def tracking(request: pytest.FixtureRequest, lab_session: LabSession) -> Trackers:
    """Connection tracking of a firewall: `tracking("fw-mn").opens_nothing()`."""
    return Trackers(lab_session, controls_of(request.node))


@pytest.fixture
def listeners() -> Listeners:
    """What listens beyond loopback: `listeners(host) == listeners.planned(host, plan)`."""
    return Listeners()


@pytest.fixture
def ruleset(lab_session: LabSession, firewall: str) -> Ruleset:
    """The live ruleset of the `firewall` this test is about."""
    return lab_session.rulesets[firewall]


@pytest.fixture
def inside(lab_session: LabSession) -> Callable[[str], TestinfraHost]:
    """testinfra's Host for a lab host by name, where a parameter and not a mark says which."""

    def open_host(name: str) -> TestinfraHost:
        made = testinfra_host(name, lambda: lab_session.channel(name))
        made.backend.on_command = lab_session.ran_command
        return made

    return open_host


@pytest.fixture
def _lab_host(request: pytest.FixtureRequest, inside: Callable[[str], TestinfraHost]) -> TestinfraHost:
    return inside(request.param)


@pytest.fixture
def host(_lab_host: TestinfraHost) -> TestinfraHost:
    """testinfra's Host for each lab host that @hosts(...) names; never the machine that pytest runs on."""
    return _lab_host
