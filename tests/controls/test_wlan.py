"""WLAN: wireless LAN of staff, as it is on the air."""

from __future__ import annotations

from lab.verify import control, thorough


@control("WLAN-01")
def test_staff_network_offers_enterprise_mode_alone(staff_network, air):
    air(staff_network).offers_enterprise_alone()


@control("WLAN-01", "WLAN-03", "WLAN-05", "WLAN-06")
def test_no_other_network_is_on_the_air(access_point, air):
    air.has_planned_networks_alone(access_point)


@control("WLAN-03")
def test_staff_network_offers_aes_alone(staff_network, air):
    air(staff_network).offers_aes_alone()


@control("WLAN-03")
def test_what_a_station_sends_is_unreadable_on_the_air(staff_network, air):
    air(staff_network).hides_what_is_sent()


@control("WLAN-03")
def test_session_keys_open_what_was_on_the_air(staff_network, air):
    air(staff_network).is_what_its_keys_open()


@control("WLAN-05")
def test_staff_network_requires_protected_management_frames(staff_network, air):
    air(staff_network).requires_protected_management_frames()


@control("WLAN-05")
@thorough
def test_frames_in_other_names_part_no_station_from_its_network(staff_network, injection):
    injection(staff_network).parts_nobody()


@control("WLAN-06")
def test_staff_network_offers_no_downgrade(staff_network, air):
    air(staff_network).offers_no_downgrade()


@control("WLAN-07")
def test_staff_network_leads_to_its_own_segment_alone(staff_network, air):
    air(staff_network).leads_to_its_segment_alone()


@control("WLAN-07")
def test_station_reaches_nobody_beyond_its_own_segment(staff_network, station_border):
    station_border(staff_network).lets_nothing_out()


@control("WLAN-07")
def test_station_reaches_what_it_is_allowed_to(staff_network, station_border):
    station_border(staff_network).lets_out_what_is_allowed()


@control("WLAN-21")
def test_visitor_reaches_the_internet(visitor_network, station_border):
    station_border(visitor_network).lets_out_what_is_allowed()


@control("WLAN-21")
def test_visitor_reaches_no_zone(visitor_network, station_border):
    station_border(visitor_network).lets_visitors_into_no_zone()


@control("WLAN-02")
def test_staff_network_takes_certificates_of_registered_terminals_alone(staff_network, joining):
    joining(staff_network).takes_certificates_alone()


@control("WLAN-04")
def test_station_does_not_believe_an_evil_twin(staff_network, evil_twin):
    evil_twin(staff_network).is_not_believed()


@control("WLAN-10")
def test_software_of_the_wireless_path_is_maintained(maintained_device, software):
    software(maintained_device).is_maintained()


@control("WLAN-11")
def test_sensor_notices_access_points_that_are_not_ours(staff_network, sensor):
    sensor(staff_network).notices_impostors()


@control("WLAN-12")
def test_flood_of_farewells_throws_nobody_out_and_is_noticed(staff_network, sensor):
    sensor(staff_network).survives_a_flood()


@control("WLAN-13")
def test_stations_of_one_network_do_not_reach_each_other(staff_network, isolation):
    isolation(staff_network).keeps_stations_apart()


@control("WLAN-21")
def test_visitors_do_not_reach_each_other(visitor_network, isolation):
    isolation(visitor_network).keeps_stations_apart()


@control("RAD-07")
def test_terminal_of_another_zone_is_refused(staff_network_of_several, joining):
    joining(staff_network_of_several).refuses_other_zones_terminals()


@control("WLAN-09")
def test_who_comes_and_goes_is_in_the_central_log(staff_network, access_records):
    access_records(staff_network).tell_who_came_and_went()


@control("WLAN-09")
def test_every_server_records_who_came_and_went(asked_network, network_servers):
    network_servers(asked_network).records_who_came_and_went()


@control("WLAN-09")
def test_copied_certificate_is_found_by_the_review(staff_network, access_records):
    access_records(staff_network).show_a_copied_certificate()


@control("WLAN-09")
def test_access_log_is_reviewed_every_day(access_point, access_records):
    access_records.are_reviewed()


@control("WLAN-08")
def test_no_wired_my_number_host_has_a_radio(my_number_host, my_number_air):
    my_number_air.has_no_radio(my_number_host)


@control("WLAN-08")
def test_no_wireless_network_leads_to_my_number(wired_my_number, my_number_air):
    my_number_air.is_reached_by_no_network()


@control("WLAN-08")
@thorough
def test_what_permits_wireless_my_number_work_holds(my_number_network, my_number_air):
    my_number_air.rests_on_what_holds(my_number_network)


@control("WLAN-14")
def test_access_point_is_out_of_reach_of_stations(staff_network, point_management):
    point_management.is_out_of_reach_of(staff_network)


@control("WLAN-14")
def test_access_point_serves_nothing(access_point, point_management):
    point_management.serves_nothing()


@control("WLAN-15")
def test_station_is_on_one_network_at_a_time(staff_network, posture):
    posture(staff_network).stays_on_one_network()


@control("WLAN-16")
def test_mac_address_is_no_proof(staff_network, joining):
    joining(staff_network).takes_no_address_for_a_proof()


@control("WLAN-17")
def test_station_knows_no_other_network(staff_network, posture):
    posture(staff_network).knows_its_own_network_alone()


@control("WLAN-17")
@thorough
def test_station_joins_no_open_network(staff_network, posture):
    posture(staff_network).joins_no_strange_network()


@control("WLAN-18")
def test_what_is_for_everybody_is_signed(staff_network, air):
    air(staff_network).signs_what_is_for_everybody()


@control("WLAN-18")
def test_group_gets_a_new_key_when_somebody_leaves(staff_network, posture):
    posture(staff_network).gets_a_new_group_key()


@control("WLAN-18")
@thorough
def test_forged_channel_switch_moves_no_station(staff_network, injection):
    injection(staff_network).moves_nobody()


@control("WLAN-19")
def test_192_bit_network_offers_its_own_suites_alone(strong_network, air):
    air(strong_network).offers_192_bits_alone()


@control("WLAN-19")
def test_192_bit_network_takes_no_smaller_key(strong_network, joining):
    joining(strong_network).takes_no_smaller_keys()
