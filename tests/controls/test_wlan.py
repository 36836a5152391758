"""WLAN: wireless LAN of staff, as it is on the air."""

from __future__ import annotations

from lab.verify import control


@control("WLAN-01")
def test_staff_network_offers_enterprise_mode_alone(staff_network, air):
    air(staff_network).offers_enterprise_alone()


@control("WLAN-03")
def test_staff_network_offers_aes_alone(staff_network, air):
    air(staff_network).offers_aes_alone()


@control("WLAN-03")
def test_what_a_station_sends_is_unreadable_on_the_air(staff_network, air):
    air(staff_network).hides_what_is_sent()


@control("WLAN-05")
def test_staff_network_requires_protected_management_frames(staff_network, air):
    air(staff_network).requires_protected_management_frames()


@control("WLAN-06")
def test_staff_network_offers_no_downgrade(staff_network, air):
    air(staff_network).offers_no_downgrade()


@control("WLAN-07")
def test_staff_network_leads_to_its_own_segment_alone(staff_network, air):
    air(staff_network).leads_to_its_segment_alone()


@control("WLAN-02")
def test_staff_network_takes_certificates_of_registered_terminals_alone(staff_network, joining):
    joining(staff_network).takes_certificates_alone()


@control("WLAN-04")
def test_station_does_not_believe_an_evil_twin(staff_network, evil_twin):
    evil_twin(staff_network).is_not_believed()


@control("WLAN-11")
def test_sensor_notices_access_points_that_are_not_ours(staff_network, sensor):
    sensor(staff_network).notices_impostors()


@control("WLAN-12")
def test_flood_of_farewells_throws_nobody_out_and_is_noticed(staff_network, sensor):
    sensor(staff_network).survives_a_flood()


@control("WLAN-13")
def test_stations_of_one_network_do_not_reach_each_other(staff_network, isolation):
    isolation(staff_network).keeps_stations_apart()


@control("RAD-07")
def test_terminal_of_another_zone_is_refused(staff_network, joining):
    joining(staff_network).refuses_other_zones_terminals()
