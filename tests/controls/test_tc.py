"""TC: specific communication (特定通信) is limited to the registered peer, MAC, address, port and direction."""

from __future__ import annotations

from lab.verify import control, hosts


@control("TC-01")
def test_registered_peer_answers(flow, mac_limited):
    flow(mac_limited.source, mac_limited.destination, **{mac_limited.protocol.value: mac_limited.port}).is_allowed()


@control("TC-01")
def test_right_address_with_another_mac_is_refused(limited, mac_limited):
    limited(mac_limited).refuses_another_mac()


@control("TC-01")
def test_another_address_of_the_same_zone_is_refused(limited, mac_limited):
    limited(mac_limited).refuses_another_address()


@control("TC-01")
def test_mac_is_checked_on_every_packet(limited, mac_limited):
    limited(mac_limited).refuses_another_mac_in_an_established_flow()


@control("TC-01")
def test_packet_of_another_mac_is_put_into_no_connection(limited, mac_limited):
    limited(mac_limited).refuses_a_packet_of_another_mac_in_a_connection()


@control("TC-02")
def test_only_the_registered_port_is_open(limited, registered):
    limited(registered).refuses_every_other_port()


@control("TC-02")
@hosts("all")
def test_only_planned_services_listen(host, plan, listeners):
    assert listeners(host) == listeners.planned(host, plan)


@control("TC-03")
def test_running_rules_equal_the_register(firewall, border):
    border(firewall).equals_register()


@control("TC-03")
def test_every_entry_of_the_register_is_served(flow, registered):
    flow(registered.source, registered.destination, **{registered.protocol.value: registered.port}).is_allowed()


@control("TC-04")
def test_peer_has_no_way_to_the_internet(matrix, peer_zone):
    matrix.reaches_nobody_public(peer_zone)


@control("TC-04")
def test_peer_is_denied_every_host_outside(matrix, peer_outside):
    matrix.is_denied(*peer_outside)


@control("TC-05")
def test_registered_service_answers_through_the_relay(relay, relayed):
    relay(relayed).serves_its_service()


@control("TC-05")
def test_relay_takes_nobody_elsewhere(relay, relayed):
    relay(relayed).takes_nobody_elsewhere()


@control("TC-05")
def test_relay_forwards_no_packet(places, relayed):
    places(relayed.destination).forwards_nothing()


@control("TC-06")
def test_peer_cannot_start_the_conversation(limited, registered):
    limited(registered).refuses_the_reverse_direction()


@control("TC-07")
def test_standard_system_answers_over_the_closed_line(flow, closed_line):
    flow(closed_line.source, closed_line.destination, **{closed_line.protocol.value: closed_line.port}).is_allowed()


@control("TC-07")
def test_public_twin_is_up_and_out_of_reach(twins, twin):
    twins(twin).are_up_and_out_of_reach()


@control("TC-06")
def test_peer_gets_in_by_no_segment_without_a_connection(limited, registered_tcp):
    limited(registered_tcp).refuses_segments_out_of_state()
