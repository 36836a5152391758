"""VPN: what a telework terminal sends goes into its tunnel or nowhere; who may come in, and where to."""

from __future__ import annotations

from lab.verify import control, disruptive, thorough


@control("VPN-01", "TW-08")
def test_the_gateway_takes_no_other_proof_than_a_certificate_by_ikev2(outsiders, vpn_gateway):
    outsiders(vpn_gateway).takes_no_other_proof()


@control("VPN-02")
def test_the_gateway_takes_no_weak_algorithm(outsiders, vpn_gateway):
    outsiders(vpn_gateway).takes_no_weak_algorithm()


@control("VPN-03")
def test_everything_goes_into_the_tunnel(tunnel, teleworker):
    tunnel(teleworker).takes_everything()


@control("VPN-04")
def test_nothing_gets_past_the_tunnel(tunnel, teleworker):
    tunnel(teleworker).lets_nothing_past_it()


@control("VPN-04", "VPN-16")
def test_nothing_leaks_while_the_tunnel_comes_and_goes(tunnel, teleworker):
    tunnel(teleworker).hides_everything_while_it_comes_and_goes()


@control("VPN-04", "VPN-16")
def test_nothing_leaks_while_the_terminal_moves(tunnel, teleworker):
    tunnel(teleworker).hides_everything_while_it_moves()


@control("VPN-03")
def test_tunnel_is_all_that_the_terminals_link_carries(tunnel, teleworker):
    tunnel(teleworker).is_all_that_its_link_carries()


@control("VPN-04", "VPN-16")
@disruptive
def test_nothing_but_the_tunnel_leaves_a_terminal_that_starts_anew(tunnel, teleworker):
    tunnel(teleworker).is_all_that_leaves_when_it_starts_anew()


@control("VPN-04", "VPN-16")
@disruptive
def test_nothing_leaks_while_gateway_keys_or_router_fail(tunnel, teleworker):
    tunnel(teleworker).hides_everything_while_others_fail()


@control("VPN-04", "VPN-16")
@disruptive
def test_nothing_leaks_while_the_gateway_itself_is_gone(tunnel, teleworker):
    tunnel(teleworker).hides_everything_while_its_gateway_is_gone()


@control("VPN-05")
def test_names_are_asked_for_inside_the_tunnel_alone(tunnel, teleworker):
    tunnel(teleworker).takes_questions_for_names()


@control("VPN-06")
def test_ipv6_goes_into_the_tunnel_too(tunnel, teleworker):
    tunnel(teleworker).takes_ipv6()


@control("VPN-07")
def test_routes_that_a_network_offers_lead_nothing_past_the_tunnel(tunnel, teleworker):
    tunnel(teleworker).takes_what_offered_routes_would_lead_past_it()


@control("VPN-08")
def test_the_gateway_takes_no_bad_certificate(outsiders, vpn_gateway):
    outsiders(vpn_gateway).takes_no_bad_certificate()


@control("VPN-09")
def test_software_of_the_vpn_is_maintained(maintained_vpn_device, software):
    software(maintained_vpn_device).is_maintained()


@control("VPN-10", "TW-08")
def test_the_gateway_is_administered_by_nobody_outside(border, vpn_gateway):
    border(vpn_gateway).is_administered_by_nobody_outside()


@control("VPN-11")
def test_a_telework_terminal_reaches_no_zone_but_for_its_screen(matrix, remote_border):
    matrix.is_denied(*remote_border)


@control("VPN-11", "TW-05")
def test_a_telework_terminal_reaches_one_port_of_one_host(limited, remote_screen):
    limited(remote_screen).refuses_every_other_port()


@control("VPN-11")
def test_a_client_speaks_for_itself_alone(outsiders, vpn_gateway):
    outsiders(vpn_gateway).lets_a_client_speak_for_itself_alone()


@control("VPN-12")
def test_new_keys_have_a_key_exchange_of_their_own(outsiders, vpn_gateway):
    outsiders(vpn_gateway).makes_no_key_without_an_exchange()


@control("VPN-12")
def test_a_packet_of_the_tunnel_is_taken_once(tunnel, teleworker):
    tunnel(teleworker).takes_no_packet_twice()


@control("VPN-14")
def test_a_second_login_of_one_identity_raises_an_alarm(outsiders, vpn_gateway):
    outsiders(vpn_gateway).tells_of_a_second_login()


@control("VPN-14")
def test_a_class_with_hours_is_let_in_within_them_alone(timed_class, hours):
    hours(timed_class).are_kept()


@control("VPN-14")
@thorough
def test_a_session_ends_with_its_hours(timed_class, hours):
    hours(timed_class).end_sessions()
