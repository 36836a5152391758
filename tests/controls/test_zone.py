"""ZONE: the zones are cut from each other, in both directions and families, at every firewall on the way."""

from __future__ import annotations

from lab.plan import Family
from lab.verify import control, disruptive


@control("ZONE-01")
def test_my_number_zone_is_cut_from_every_other(matrix, my_number_border):
    matrix.is_denied(*my_number_border)


@control("ZONE-01", "ZONE-05")
def test_nothing_crosses_a_border_below_ip(ethernet, spoken_segment):
    ethernet(spoken_segment).stays_there()


@control("ZONE-02")
def test_my_number_zone_never_reaches_the_internet(matrix, internet_border):
    matrix.is_denied(*internet_border)


@control("ZONE-02")
def test_my_number_zone_reaches_no_public_address(matrix, my_number_zone):
    matrix.reaches_nobody_public(my_number_zone)


@control("ZONE-02")
def test_no_name_asked_in_the_my_number_zone_gets_out(names, my_number_asker):
    names.stay_in(my_number_asker)


@control("ZONE-03")
def test_lgwan_and_internet_sides_are_split(matrix, lg_in_border):
    matrix.is_denied(*lg_in_border)


@control("ZONE-04")
def test_internet_side_has_no_way_out_but_the_security_cloud(matrix, cloud_border):
    matrix.is_denied(*cloud_border)


@control("ZONE-04")
def test_the_web_is_reached_through_the_proxy(cloud, proxied):
    cloud(proxied).reaches_the_web()


@control("ZONE-04")
def test_the_proxy_is_closed_to_who_is_not_registered(cloud, proxied_beside_others):
    cloud(proxied_beside_others).is_closed_to_others()


@control("ZONE-04")
def test_the_proxy_takes_nobody_elsewhere(cloud, proxied):
    cloud(proxied).takes_nobody_elsewhere()


@control("ZONE-05")
def test_every_other_border_denies_by_default(matrix, other_border):
    matrix.is_denied(*other_border)


@control("ZONE-05")
def test_peers_reach_nothing_but_what_is_registered(matrix, peer_border):
    matrix.is_denied(*peer_border)


@control("ZONE-05")
def test_border_denies_by_default_and_logs_it(firewall, border):
    border(firewall).denies_by_default()


@control("ZONE-05")
def test_firewall_itself_answers_nobody(firewall, border):
    border(firewall).answers_nobody()


@control("ZONE-05")
def test_no_payload_opens_another_flow(firewall, tracking):
    tracking(firewall).opens_nothing()


@control("ZONE-05")
@disruptive
def test_nothing_passes_while_rules_are_loaded_or_refused(firewall, window):
    window(firewall).stays_closed_while_rules_are_loaded()


@control("ZONE-05")
@disruptive
def test_nothing_passes_while_a_link_changes(firewall, window):
    window(firewall).stays_closed_while_a_link_changes()


@control("ZONE-05")
@disruptive
def test_nothing_passes_while_the_firewall_starts_anew(firewall, window):
    window(firewall).stays_closed_while_it_starts_anew()


@control("ZONE-06")
def test_no_rule_is_shadowed_doubled_or_misplaced(firewall, border):
    border(firewall).is_well_ordered()


@control("ZONE-07")
def test_ipv6_is_cut_as_ipv4_is(matrix, ipv6_border):
    matrix.is_denied(*ipv6_border, families=[Family.IPV6])


@control("ZONE-07")
def test_registered_flow_works_over_ipv6_too(flow, ipv6_registered):
    service = {ipv6_registered.protocol.value: ipv6_registered.port}
    flow(ipv6_registered.source, ipv6_registered.destination, **service, family=Family.IPV6).is_allowed()


@control("ZONE-07")
def test_ipv6_is_off_where_the_scenario_says_so(inside, host_without_ipv6):
    assert inside(host_without_ipv6).file("/proc/net/if_inet6").content_string == ""


@control("ZONE-08")
def test_host_stands_in_the_zones_it_is_listed_for(places, endpoint):
    places(endpoint).is_in_its_zone_alone()


@control("ZONE-08")
def test_host_with_two_legs_is_no_way_between_them(places, two_legged):
    places(two_legged).forwards_nothing()


@control("ZONE-08")
def test_management_segment_is_no_way_between_zones(border, firewall):
    border(firewall).is_closed_from_management()


@control("ZONE-09")
def test_terminal_is_in_one_zone(places, terminal):
    places(terminal).is_in_its_zone_alone()


@control("ZONE-10")
def test_denied_packet_is_in_the_central_log(logging_firewall, border):
    border(logging_firewall).reports_a_denied_packet()


@control("ZONE-10")
def test_impossible_and_odd_packets_are_in_the_central_log(packets, logging_firewall):
    packets(logging_firewall).are_in_the_log()


@control("ZONE-10")
def test_nothing_is_dropped_without_a_line(border, firewall):
    border(firewall).drops_nothing_without_a_word()


@control("ZONE-11")
def test_session_that_no_rule_allows_is_cut(firewall, sessions):
    sessions.without_a_rule_are_cut(firewall)


@control("ZONE-11")
@disruptive
def test_live_session_ends_when_its_rule_is_taken_out(registered_https, sessions):
    sessions.end_with_their_rule(registered_https)


@control("ZONE-11")
@disruptive
def test_live_session_ends_when_the_firewall_is_closed(registered_https, sessions):
    sessions.end_at_the_isolation_switch(registered_https)


@control("ZONE-12")
def test_lgwan_is_reached_for_registered_services_only(matrix, lgwan_border):
    matrix.is_denied(*lgwan_border)


@control("ZONE-12")
def test_registered_lgwan_service_answers(flow, lgwan_registered):
    service = {lgwan_registered.protocol.value: lgwan_registered.port}
    flow(lgwan_registered.source, lgwan_registered.destination, **service).is_allowed()


@control("ZONE-12")
def test_registered_lgwan_service_is_all_that_answers(limited, lgwan_registered):
    limited(lgwan_registered).refuses_every_other_port()
    limited(lgwan_registered).refuses_the_reverse_direction()
