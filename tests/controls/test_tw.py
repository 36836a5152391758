"""TW: what telework must not reach, and how a terminal stands in a foreign network."""

from __future__ import annotations

from lab.verify import control


@control("TW-01")
def test_no_telework_terminal_reaches_the_my_number_zone(matrix, remote_my_number_border):
    matrix.is_denied(*remote_my_number_border)


@control("TW-08")
def test_a_telework_session_takes_both_factors(remote_desktop, screens):
    screens(remote_desktop).wants_both_factors()


@control("TW-09")
def test_system_of_a_telework_terminal_is_maintained(teleworker, software):
    software(teleworker).is_maintained()


@control("TW-09")
def test_a_telework_terminal_is_let_in_with_a_sound_inspection_alone(inspected_class, inspections):
    inspections(inspected_class).are_asked_for()


@control("TW-12")
def test_a_stranger_in_the_same_network_is_answered_nothing(hostile, teleworker):
    hostile(teleworker).is_answered_nothing()
