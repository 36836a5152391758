"""SAN: between LGWAN and Internet sides nothing passes but sanitised channels."""

from __future__ import annotations

from lab.verify import control
from lab.verify.services import CHANNELS, SCREENS


@control("SAN-03")
def test_no_screen_but_a_registered_one(matrix, lg_in_pair):
    matrix.has_no(SCREENS, *lg_in_pair)


@control("SAN-03")
def test_internet_side_desktop_is_shown_as_pixels_alone(internet_desktop, screens):
    screens(internet_desktop).shows_pixels_alone()


@control("SAN-03")
def test_internet_side_screen_gateway_takes_registered_terminals_alone(origins, internet_screen):
    origins(internet_screen).takes_no_stranger()


@control("SAN-04")
def test_no_fourth_channel(matrix, lg_in_pair):
    matrix.has_no(CHANNELS, *lg_in_pair)


@control("SAN-04")
def test_no_host_has_a_leg_on_both_sides(plan, places, lg_in_host):
    places(lg_in_host).is_in_its_zone_alone()
