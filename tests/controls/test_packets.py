"""Packets that no honest host sends: the firewalls know them for what they are, drop them, and log them as that."""

from __future__ import annotations

from lab.plan import Family
from lab.verify import control


@control("ZONE-05")
def test_impossible_sources_are_dropped_as_such(packets, firewall):
    packets(firewall).with_impossible_sources_are_dropped()


@control("ZONE-01", "ZONE-05")
def test_senders_do_not_choose_their_way_into_the_my_number_zone(packets, my_number_firewall):
    packets(my_number_firewall).with_options_are_dropped()


@control("ZONE-05")
def test_senders_do_not_choose_their_way(packets, other_firewall):
    packets(other_firewall).with_options_are_dropped()


@control("ZONE-07")
def test_ipv6_routing_headers_are_dropped(packets, ipv6_firewall):
    packets(ipv6_firewall).with_options_are_dropped(Family.IPV6)


@control("ZONE-01", "ZONE-05")
def test_no_ip_protocol_crosses_the_my_number_border(packets, my_number_firewall):
    packets(my_number_firewall).of_no_protocol_number_pass()


@control("ZONE-05")
def test_no_ip_protocol_crosses_another_border(packets, other_firewall):
    packets(other_firewall).of_no_protocol_number_pass()


@control("ZONE-01", "ZONE-05")
def test_no_tunnel_leads_into_the_my_number_zone(packets, my_number_firewall):
    packets(my_number_firewall).in_tunnels_are_dropped()


@control("ZONE-05")
def test_no_tunnel_leads_through_another_border(packets, other_firewall):
    packets(other_firewall).in_tunnels_are_dropped()


@control("ZONE-05")
def test_fragments_pass_whole_or_not_at_all(packets, firewall):
    packets(firewall).in_pieces_are_judged_whole()


@control("ZONE-07")
def test_ipv6_headers_hide_no_port(packets, ipv6_firewall):
    packets(ipv6_firewall).in_pieces_are_judged_whole(Family.IPV6)


@control("ZONE-05")
def test_icmp_errors_pass_only_about_own_flows(packets, firewall):
    packets(firewall).of_errors_pass_only_about_own_flows()


@control("ZONE-05")
def test_tcp_begins_with_a_handshake(packets, firewall):
    packets(firewall).out_of_state_are_dropped()
