"""LOG: events reach the central store over TLS, and only over TLS."""

from __future__ import annotations

from lab.verify import control, hosts, thorough


@control("LOG-01")
def test_event_reaches_the_central_log(flow, log_sender, journal):
    journal.arrives_from(log_sender)


@control("LOG-01")
def test_what_a_service_is_asked_is_in_the_central_log(events, log_event):
    events.are_logged(log_event)


@control("LOG-01")
def test_what_a_firewall_denies_is_in_the_central_log(logging_firewall, border):
    border(logging_firewall).reports_a_denied_packet()


@control("LOG-01")
@thorough
def test_log_service_is_the_real_one(flow, log_flow):
    flow(log_flow.source, log_flow.destination, tcp=log_flow.port).is_allowed()


@control("LOG-01")
def test_what_is_logged_cannot_be_read_on_the_wire(canary, log_ways):
    canary.is_unreadable(log_ways)


@control("LOG-01")
def test_sender_without_the_right_certificate_is_refused_by_the_store(impostors, impostor):
    impostors.are_refused(impostor)


@control("LOG-01")
def test_sender_gives_its_records_to_the_right_store_alone(false_stores, log_client):
    false_stores.get_nothing_from(log_client)


@control("LOG-01")
@hosts("role:log_server")
def test_log_server_takes_no_clear_text(host, listeners):
    assert listeners(host) == {("tcp", 6514)}


@control("LOG-01")
@hosts("role:log_server")
def test_store_is_readable_by_the_log_service_alone(host):
    directory = host.file("/var/log/sanso")
    assert directory.is_directory
    assert directory.user == "root"
    assert directory.mode & 0o027 == 0
    for name in directory.listdir():
        file = host.file(f"/var/log/sanso/{name}")
        assert (file.user, file.mode & 0o037) == ("root", 0), name


@control("LOG-02")
def test_zone_gets_its_time_from_its_own_firewall(flow, time_client):
    server = f"{time_client.destination}@{time_client.to_leg}"
    flow(time_client.source, server, udp=time_client.port).is_allowed()


@control("LOG-02")
@thorough
def test_no_other_source_of_time_answers_the_zone(clock, clock_zone):
    clock.no_other_source_answers(clock_zone)


@control("LOG-02")
def test_client_follows_its_planned_source_and_no_other(clock, time_client):
    clock.follows_its_own_source(time_client)


@control("LOG-02")
def test_time_daemon_answers_its_own_zones_alone(clock, time_server):
    clock.answers_its_own_zones_alone(time_server)


@control("LOG-02")
def test_firewall_takes_its_time_from_no_zone(clock, time_server):
    clock.follows_nobody(time_server)
