"""CRY: cryptography of the services inside the zones."""

from __future__ import annotations

from lab.verify import control, hosts


@control("CRY-01")
def test_keys_and_signatures_are_of_the_states_list(certified_host, certificates):
    certificates.are_listed_on(certified_host)


@control("CRY-02")
def test_keys_are_strong_enough_for_their_time(certified_host, certificates):
    certificates.are_strong_on(certified_host)


@control("CRY-03")
def test_tls_service_speaks_only_modern_tls(tls_service, scanner):
    scanner(tls_service).accepts_only_the_baseline()


@control("CRY-04")
def test_administration_offers_only_modern_ssh_and_no_password(ssh_server, administration):
    administration(ssh_server).offers_only_the_baseline()


@control("CRY-04")
def test_backup_store_offers_only_modern_ssh_and_no_password(backup_flow, administration):
    administration.over(backup_flow).offers_only_the_baseline()


@control("CRY-04")
@hosts("role:ssh")
def test_administration_is_reached_through_the_host_alone(host, listeners):
    assert ("tcp", 22) not in listeners(host)


@control("CRY-05")
def test_service_shows_a_chain_of_the_private_authority(tls_service, certificates):
    certificates.shown_by(tls_service)


@control("CRY-05")
def test_client_has_a_certificate_of_the_private_authority(tls_client, certificates):
    certificates.of_client(tls_client)


@control("CRY-05")
def test_terminal_has_a_certificate_of_its_own_authority(teleworker, certificates):
    certificates.of_terminal(teleworker)


@control("CRY-05")
def test_server_behind_another_protocol_has_a_chain_of_the_private_authority(hidden_server, certificates):
    certificates.of_server(hidden_server)


@control("CRY-05")
def test_no_key_of_an_authority_and_no_open_key_is_on_a_host(any_host, certificates):
    certificates.keys_of(any_host)


@control("CRY-05")
def test_certificate_of_a_server_is_refused_as_a_clients(two_faced, strangers):
    strangers.with_a_servers_certificate_are_refused(two_faced)
