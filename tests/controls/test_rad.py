"""RAD: who is let in by the authentication server, and by what proof."""

from __future__ import annotations

from lab.verify import control, thorough


@control("RAD-01")
def test_revoked_expired_and_foreign_certificates_are_refused(radius_client, terminal_access):
    terminal_access(radius_client).is_refused_to_revoked_ones()


@control("RAD-02")
def test_the_end_of_the_crl_is_watched_and_refuses_everybody(asked_server, crl):
    crl(asked_server).is_watched_and_refuses_when_over()


@control("RAD-03")
def test_request_that_is_not_authenticated_is_dropped(radius_client, radius_wire):
    radius_wire.drops_what_is_not_authenticated(radius_client)


@control("RAD-03")
@thorough
def test_access_point_believes_no_forged_accept(access_point, forged_answers):
    forged_answers.are_not_believed()


@control("RAD-04")
def test_asker_that_is_not_registered_is_ignored(radius_client, radius_wire):
    radius_wire.answers_registered_askers_alone(radius_client)


@control("RAD-04")
def test_every_asker_has_a_long_secret_of_its_own(radius_server, radius_wire):
    radius_wire.has_a_long_secret_for_each_asker(radius_server)


@control("RAD-05")
def test_old_tls_is_refused_inside_eap(radius_client, eap_methods):
    eap_methods(radius_client).speak_modern_tls_alone()


@control("RAD-05")
def test_no_password_is_taken_in_any_method(radius_client, eap_methods):
    eap_methods(radius_client).take_no_password()


@control("RAD-06")
def test_identity_certificate_and_register_belong_together(radius_client, terminal_access):
    terminal_access(radius_client).is_tied_to_registered_assets()


@control("RAD-07")
def test_every_server_refuses_terminals_of_other_zones(asked_network_of_several, network_servers):
    network_servers(asked_network_of_several).refuses_other_zones_terminals()


@control("RAD-09")
@thorough
def test_one_server_answers_for_the_other_and_nobody_is_let_in_without(access_point, wireless_servers):
    wireless_servers.answer_for_each_other_and_let_nobody_in_without()


@control("RAD-10")
def test_terminal_that_comes_back_is_authenticated_anew(staff_network, kept_access):
    kept_access(staff_network).needs_the_server_each_time()


@control("RAD-10")
def test_open_session_has_to_be_authenticated_again(staff_network, kept_access):
    kept_access(staff_network).has_to_be_proved_again()


@control("RAD-10")
def test_every_server_grants_sessions_that_end(asked_network, network_servers):
    network_servers(asked_network).grants_sessions_that_end()


@control("RAD-10")
def test_open_session_ends_with_the_certificate(staff_network, kept_access):
    kept_access(staff_network).ends_with_the_certificate()
