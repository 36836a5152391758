"""The fixtures of a lab run. A suite reads like the rule it checks: `flow("lg-term", "mn-app", tcp=443).is_denied(by="fw-mn")`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from testinfra.host import Host as TestinfraHost

from lab.plan import AllowedFlow, Plan
from lab.verdict import Ruleset
from lab.verify.administration import Administration
from lab.verify.backend import testinfra_host
from lab.verify.backups import Backups
from lab.verify.border import Borders
from lab.verify.bridging import Places
from lab.verify.canary import Canaries
from lab.verify.certificates import Certificates
from lab.verify.clocks import Clocks
from lab.verify.cloud import Cloud
from lab.verify.configuration import Configuration
from lab.verify.discover import Discovery
from lab.verify.events import Events
from lab.verify.false_stores import FalseStores
from lab.verify.flow import FlowMaker
from lab.verify.hostile import Hostile
from lab.verify.hours import HoursOf
from lab.verify.impostors import Impostors
from lab.verify.journal import Journal
from lab.verify.layer2 import Segments
from lab.verify.limited import Limits
from lab.verify.listeners import Listeners
from lab.verify.matrix import Matrix
from lab.verify.methods import Methods
from lab.verify.names import Names
from lab.verify.outsiders import Outsiders
from lab.verify.packets import Packets
from lab.verify.planned import ways
from lab.verify.plugin import KEY, controls_of
from lab.verify.radius_wire import RadiusWire
from lab.verify.relay import Relays
from lab.verify.scanner import Scanner
from lab.verify.screen_origin import Origins
from lab.verify.screen_review import ScreenReviews
from lab.verify.screens import Screens
from lab.verify.session import LabSession
from lab.verify.sessions import Sessions
from lab.verify.spoilt import Terminals
from lab.verify.stale import Crls
from lab.verify.stranger import Strangers
from lab.verify.tracking import Trackers
from lab.verify.tunnel import Tunnels
from lab.verify.twins import Twins
from lab.verify.window import Windows
from lab.verify.wireless.asked import NetworkServers
from lab.verify.wireless.beyond import Borders as StationBorders
from lab.verify.wireless.forged import Forged
from lab.verify.wireless.injected import Injections
from lab.verify.wireless.isolation import Isolation
from lab.verify.wireless.joining import Joining
from lab.verify.wireless.kept import Kept
from lab.verify.wireless.management import Management
from lab.verify.wireless.my_number import MyNumber
from lab.verify.wireless.network import Air
from lab.verify.wireless.posture import Postures
from lab.verify.wireless.records import Records
from lab.verify.wireless.servers import Servers
from lab.verify.wireless.twin import EvilTwins
from lab.verify.wireless.versions import Versions
from lab.verify.wireless.watch import Sensors


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
def names(request: pytest.FixtureRequest, lab_session: LabSession) -> Names:
    """Names nobody could guess: `names.stay_in("mn-term")`."""
    return Names(lab_session, controls_of(request.node))


@pytest.fixture
def cloud(request: pytest.FixtureRequest, lab_session: LabSession) -> Cloud:
    """A client's way through the security cloud's proxy: `cloud(entry).takes_nobody_elsewhere()`."""
    return Cloud(lab_session, controls_of(request.node))


@pytest.fixture
def relay(request: pytest.FixtureRequest, lab_session: LabSession) -> Relays:
    """The relay of specific communication type 2: `relay(entry).takes_nobody_elsewhere()`."""
    return Relays(lab_session, controls_of(request.node))


@pytest.fixture
def twins(request: pytest.FixtureRequest, lab_session: LabSession) -> Twins:
    """A public endpoint of what is reached over a closed line: `twins("govcloud-pub").are_up_and_out_of_reach()`."""
    return Twins(lab_session, controls_of(request.node))


@pytest.fixture
def places(request: pytest.FixtureRequest, lab_session: LabSession) -> Places:
    """Where a host stands: `places("mn-term").is_in_its_zone_alone()`."""
    return Places(lab_session, controls_of(request.node))


@pytest.fixture
def ethernet(request: pytest.FixtureRequest, lab_session: LabSession) -> Segments:
    """What is said on a segment below IP: `ethernet("mn").stays_there()`."""
    return Segments(lab_session, controls_of(request.node))


@pytest.fixture
def packets(request: pytest.FixtureRequest, lab_session: LabSession, quick: bool) -> Packets:
    """Crafted packets at a firewall: `packets("fw-mn").with_options_are_dropped()`."""
    return Packets(lab_session, controls_of(request.node), quick=quick)


@pytest.fixture
def journal(request: pytest.FixtureRequest, lab_session: LabSession) -> Journal:
    """Events on their way to the central log: `journal.arrives_from("mn-app")`."""
    return Journal(lab_session, controls_of(request.node))


@pytest.fixture
def backups(request: pytest.FixtureRequest, lab_session: LabSession) -> Backups:
    """A host's backups: `backups(flow).gives_its_client_nothing_else()`."""
    return Backups(lab_session, controls_of(request.node))


@pytest.fixture
def canary(request: pytest.FixtureRequest, lab_session: LabSession) -> Canaries:
    """A known text inside the log's TLS: `canary.is_unreadable(flows)`."""
    return Canaries(lab_session, controls_of(request.node))


@pytest.fixture
def impostors(request: pytest.FixtureRequest, lab_session: LabSession) -> Impostors:
    """Senders without the right certificate: `impostors.are_refused(flow)`."""
    return Impostors(lab_session, controls_of(request.node))


@pytest.fixture
def false_stores(request: pytest.FixtureRequest, lab_session: LabSession) -> FalseStores:
    """Stores that no sender may trust: `false_stores.get_nothing_from("lg-app")`."""
    return FalseStores(lab_session, controls_of(request.node))


@pytest.fixture
def log_ways(plan: Plan) -> list[AllowedFlow]:
    """One sender per segment that the log starts from."""
    return ways(plan)


@pytest.fixture
def events(request: pytest.FixtureRequest, lab_session: LabSession) -> Events:
    """What services log of their askers: `events.are_logged(flow)`."""
    return Events(lab_session, controls_of(request.node))


@pytest.fixture
def clock(request: pytest.FixtureRequest, lab_session: LabSession) -> Clocks:
    """Who gives time to whom: `clock.follows_its_own_source(client)`, `clock.no_other_source_answers("lg")`."""
    return Clocks(lab_session, controls_of(request.node))


@pytest.fixture
def scanner(request: pytest.FixtureRequest, lab_session: LabSession) -> Scanner:
    """What a TLS service accepts: `scanner(service).accepts_only_the_baseline()`."""
    return Scanner(lab_session, controls_of(request.node))


@pytest.fixture
def administration(request: pytest.FixtureRequest, lab_session: LabSession) -> Administration:
    """How a host is administered: `administration(host).offers_only_the_baseline()`."""
    return Administration(lab_session, controls_of(request.node))


@pytest.fixture
def certificates(request: pytest.FixtureRequest, lab_session: LabSession) -> Certificates:
    """The private authority: `certificates.shown_by(service)`, `certificates.keys_of(host)`."""
    return Certificates(lab_session, controls_of(request.node))


@pytest.fixture
def strangers(request: pytest.FixtureRequest, lab_session: LabSession) -> Strangers:
    """Senders with the wrong certificate: `strangers.with_a_servers_certificate_are_refused(flow)`."""
    return Strangers(lab_session, controls_of(request.node))


@pytest.fixture
def terminal_access(request: pytest.FixtureRequest, lab_session: LabSession) -> Terminals:
    """Whom a RADIUS server lets in: `terminal_access(flow).is_refused_to_revoked_ones()`."""
    return Terminals(lab_session, controls_of(request.node))


@pytest.fixture
def crl(request: pytest.FixtureRequest, lab_session: LabSession) -> Crls:
    """A RADIUS server's CRL: `crl(flow).is_watched_and_refuses_when_over()`."""
    return Crls(lab_session, controls_of(request.node))


@pytest.fixture
def radius_wire(request: pytest.FixtureRequest, lab_session: LabSession) -> RadiusWire:
    """RADIUS on the wire: `radius_wire.drops_what_is_not_authenticated(flow)`."""
    return RadiusWire(lab_session, controls_of(request.node))


@pytest.fixture
def eap_methods(request: pytest.FixtureRequest, lab_session: LabSession) -> Methods:
    """What a RADIUS server speaks: `eap_methods(flow).take_no_password()`."""
    return Methods(lab_session, controls_of(request.node))


@pytest.fixture
def air(request: pytest.FixtureRequest, lab_session: LabSession) -> Air:
    """A staff network as it is heard on the air: `air(network).offers_enterprise_alone()`."""
    return Air(lab_session, controls_of(request.node))


@pytest.fixture
def joining(request: pytest.FixtureRequest, lab_session: LabSession) -> Joining:
    """Attempts to join a staff network: `joining(network).takes_certificates_alone()`."""
    return Joining(lab_session, controls_of(request.node))


@pytest.fixture
def evil_twin(request: pytest.FixtureRequest, lab_session: LabSession) -> EvilTwins:
    """An access point with a staff network's name in the wrong hands: `evil_twin(network).is_not_believed()`."""
    return EvilTwins(lab_session, controls_of(request.node))


@pytest.fixture
def sensor(request: pytest.FixtureRequest, lab_session: LabSession) -> Sensors:
    """Attacks that the sensor on the air must notice: `sensor(network).notices_impostors()`."""
    return Sensors(lab_session, controls_of(request.node))


@pytest.fixture
def station_border(request: pytest.FixtureRequest, lab_session: LabSession) -> StationBorders:
    """The edge of a wireless network's segment: `station_border(network).lets_nothing_out()`."""
    return StationBorders(lab_session, controls_of(request.node))


@pytest.fixture
def isolation(request: pytest.FixtureRequest, lab_session: LabSession) -> Isolation:
    """Two stations on one network: `isolation(network).keeps_stations_apart()`."""
    return Isolation(lab_session, controls_of(request.node))


@pytest.fixture
def forged_answers(request: pytest.FixtureRequest, lab_session: LabSession) -> Forged:
    """Spoiled answers of an authentication server: `forged_answers.are_not_believed()`."""
    return Forged(lab_session, controls_of(request.node))


@pytest.fixture
def injection(request: pytest.FixtureRequest, lab_session: LabSession) -> Injections:
    """Frames in other radios' names: `injection(network).parts_nobody()`."""
    return Injections(lab_session, controls_of(request.node))


@pytest.fixture
def my_number_air(request: pytest.FixtureRequest, lab_session: LabSession) -> MyNumber:
    """My Number work and the air: `my_number_air.has_no_radio("mn-app")`."""
    return MyNumber(lab_session, controls_of(request.node))


@pytest.fixture
def point_management(request: pytest.FixtureRequest, lab_session: LabSession) -> Management:
    """How the access point is administered: `point_management.is_out_of_reach_of(network)`."""
    return Management(lab_session, controls_of(request.node))


@pytest.fixture
def posture(request: pytest.FixtureRequest, lab_session: LabSession) -> Postures:
    """A station's own posture: `posture(network).stays_on_one_network()`."""
    return Postures(lab_session, controls_of(request.node))


@pytest.fixture
def software(request: pytest.FixtureRequest, lab_session: LabSession) -> Versions:
    """What a host runs, and whether anybody maintains it: `software(host).is_maintained()`."""
    return Versions(lab_session, controls_of(request.node))


@pytest.fixture
def wireless_servers(request: pytest.FixtureRequest, lab_session: LabSession) -> Servers:
    """The authentication servers behind the access point, down one after the other."""
    return Servers(lab_session, controls_of(request.node))


@pytest.fixture
def network_servers(request: pytest.FixtureRequest, lab_session: LabSession) -> NetworkServers:
    """Each server that decides for a network: `network_servers(asked).grants_sessions_that_end()`."""
    return NetworkServers(lab_session, controls_of(request.node))


@pytest.fixture
def kept_access(request: pytest.FixtureRequest, lab_session: LabSession) -> Kept:
    """Access and what it rests on: `kept_access(network).needs_the_server_each_time()`."""
    return Kept(lab_session, controls_of(request.node))


@pytest.fixture
def access_records(request: pytest.FixtureRequest, lab_session: LabSession) -> Records:
    """The central log of who came and went: `access_records(network).tell_who_came_and_went()`."""
    return Records(lab_session, controls_of(request.node))


@pytest.fixture
def configuration(request: pytest.FixtureRequest, lab_session: LabSession) -> Configuration:
    """What runs against what was delivered: `configuration(host).has_only_delivered_files()`."""
    return Configuration(lab_session, controls_of(request.node))


@pytest.fixture
def discovery(request: pytest.FixtureRequest, lab_session: LabSession) -> Discovery:
    """The network as it is against its documents: `discovery.finds_as_documented(host)`."""
    return Discovery(lab_session, controls_of(request.node))


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
def tunnel(request: pytest.FixtureRequest, lab_session: LabSession) -> Tunnels:
    """A terminal's tunnel: `tunnel("tele-term").takes_everything()`."""
    return Tunnels(lab_session, controls_of(request.node))


@pytest.fixture
def outsiders(request: pytest.FixtureRequest, lab_session: LabSession) -> Outsiders:
    """Clients that a VPN gateway must refuse: `outsiders("vpn-gw").takes_no_bad_certificate()`."""
    return Outsiders(lab_session, controls_of(request.node))


@pytest.fixture
def hours(request: pytest.FixtureRequest, lab_session: LabSession) -> HoursOf:
    """When a class of telework terminals is let in: `hours(timed_class).are_kept()`."""
    return HoursOf(lab_session, controls_of(request.node))


@pytest.fixture
def hostile(request: pytest.FixtureRequest, lab_session: LabSession) -> Hostile:
    """A stranger on a terminal's own link: `hostile("tele-term").is_answered_nothing()`."""
    return Hostile(lab_session, controls_of(request.node))


@pytest.fixture
def screens(request: pytest.FixtureRequest, lab_session: LabSession) -> Screens:
    """A desktop behind screen transfer: `screens("lg-desk").clipboard_carries_nothing()`."""
    return Screens(lab_session, controls_of(request.node))


@pytest.fixture
def screen_review(request: pytest.FixtureRequest, lab_session: LabSession) -> ScreenReviews:
    """The review of a desktop's sessions: `screen_review("lg-desk").finds_what_is_odd()`."""
    return ScreenReviews(lab_session, controls_of(request.node))


@pytest.fixture
def origins(request: pytest.FixtureRequest, lab_session: LabSession) -> Origins:
    """Where a session with a desktop may come from: `origins(entry).takes_no_stranger()`."""
    return Origins(lab_session, controls_of(request.node))


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
