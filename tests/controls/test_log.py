"""LOG: events reach the central store over TLS, and only over TLS."""

from __future__ import annotations

from lab.verify import control, hosts


@control("LOG-01")
def test_event_reaches_the_central_log(flow, log_sender, journal):
    journal.arrives_from(log_sender)


@control("LOG-01")
def test_log_service_is_the_real_one(flow, log_sender):
    flow(log_sender, "log", tcp=6514).is_allowed()


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
