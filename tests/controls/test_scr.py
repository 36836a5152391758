"""SCR: a screen is transferred, and nothing beside it."""

from __future__ import annotations

from lab.verify import control


@control("SCR-01")
def test_no_other_host_reaches_the_my_number_screen(limited, my_number_screen):
    limited(my_number_screen).refuses_another_address()


@control("SCR-01")
def test_my_number_screen_gateway_answers_on_one_port(limited, my_number_screen):
    limited(my_number_screen).refuses_every_other_port()


@control("SCR-01")
def test_my_number_screen_gateway_takes_registered_terminals_alone(origins, my_number_screen):
    origins(my_number_screen).takes_no_stranger()


@control("SCR-01")
def test_my_number_screen_gateway_reaches_its_desktop_alone(matrix, my_number_screen_border):
    matrix.is_denied(*my_number_screen_border)


@control("SCR-01", "TW-01")
def test_a_telework_session_goes_on_to_no_my_number_screen(origins, screen_chain):
    desk, entry = screen_chain
    origins(entry).leads_on_from_no(desk)


@control("SCR-03")
def test_clipboard_carries_nothing_either_way(desktop, screens):
    screens(desktop).clipboard_carries_nothing()


@control("SCR-04")
def test_no_drive_card_sound_or_dynamic_channel_reaches_the_desktop(desktop, screens):
    screens(desktop).takes_no_device()


@control("SCR-05")
def test_no_printer_reaches_the_desktop(desktop, screens):
    screens(desktop).takes_no_printer()


@control("SCR-06")
def test_session_opens_with_both_factors_only(desktop, screens):
    screens(desktop).wants_both_factors()


@control("SCR-07")
def test_session_is_encrypted_and_its_desktop_is_known(desktop, screens):
    screens(desktop).is_encrypted_and_known()


@control("SCR-08")
def test_session_is_in_the_central_log(desktop, screens):
    screens(desktop).is_logged()


@control("SCR-08")
def test_no_session_comes_from_a_terminal_without_a_name(origins, remote_screen):
    origins(remote_screen).takes_no_stranger()


@control("SCR-08")
def test_screen_sessions_are_reviewed_every_day(desktop, screen_review):
    screen_review(desktop).runs_every_day()


@control("SCR-08")
def test_odd_screen_sessions_are_found_by_the_review(desktop, screen_review):
    screen_review(desktop).finds_what_is_odd()


@control("SCR-09")
def test_session_that_nobody_uses_ends(desktop, screens):
    screens(desktop).ends_what_nobody_uses()


@control("SCR-10")
def test_desktop_cannot_turn_round_to_whoever_looks_at_it(flow, screen_backwards):
    desk, viewer = screen_backwards
    flow(desk, viewer, tcp=3389).is_denied()
    flow(desk, viewer, tcp=443).is_denied()
