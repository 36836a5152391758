"""A train of packets: every millisecond, seen wherever it comes, bounded, and gone with its client."""

from __future__ import annotations

import struct

import docker
import pytest

from lab.plan import Family, Protocol
from lab.probe import Carrying
from lab.probe.agent import headers

BOTH = (Family.IPV4, Family.IPV6)


def places(train):
    return {f"{place.port}/{place.direction}": len(place.at_us) for place in train.places}


@pytest.mark.parametrize("family", BOTH, ids=str)
def test_denied_packets_end_at_the_firewall(bench, family):
    syn = bench.attempt("lg-term", "mn-app", 443, family=family)
    udp = bench.attempt("lg-term", "mn-app", 443, family=family, protocol=Protocol.UDP)
    with bench.prober.train([Carrying(syn, "syn"), Carrying(udp, "udp")], count=200) as trains:
        bench.run("fw-lg", "sleep", "0.5")
    for train in trains:
        assert set(places(train)) == {"lg-term.lg/from", "fw-lg.lg/to"}
        assert places(train)["fw-lg.lg/to"] > 50
        assert places(train)["fw-lg.lg/to"] <= 200
        assert not train.trouble


def test_what_gets_through_a_hole_is_seen_behind_it(bench):
    attempt = bench.attempt("lg-term", "mn-app", 443)
    hole = "insert rule inet sanso forward ip saddr 10.20.0.20 tcp dport 443 accept"
    with bench.prober.train([Carrying(attempt, "syn")]) as trains, bench.hole("fw-lg", hole):
        bench.run("fw-lg", "sleep", "0.2")
    seen = places(trains[0])
    assert 0 < seen["fw-lg.x-ml/from"] < seen["fw-lg.lg/to"]


def test_segments_of_a_session_that_only_the_device_knows(bench):
    attempt = bench.attempt("lg-term", "mn-app", 443, source_port=30500, intruder_source="10.20.0.20")
    crafted = bench.in_front_of("fw-lg", "lg", attempt)
    entry = ["-p", "tcp", "-s", "10.20.0.20", "-d", "10.10.0.10", "--sport", "30500", "--dport", "443"]
    bench.run(
        "fw-lg",
        "conntrack",
        "-I",
        *entry,
        "-t",
        "20",
        "--state",
        "ESTABLISHED",
        "-u",
        "ASSURED,SEEN_REPLY,FIXED_TIMEOUT",
    )
    with bench.prober.train([Carrying(crafted, "data")]) as trains:
        bench.run("fw-lg", "sleep", "0.2")
        bench.run("fw-lg", "conntrack", "-D", *entry)
    seen = places(trains[0])
    assert 0 < seen["fw-lg.x-ml/from"] < seen["fw-lg.lg/to"]


def test_train_ends_by_itself(bench):
    attempt = bench.attempt("lg-term", "mn-app", 443, protocol=Protocol.UDP)
    with bench.prober.train([Carrying(attempt, "udp")], seconds=0.2) as trains:
        bench.run("fw-lg", "sleep", "0.6")
    assert max(trains[0].places[0].at_us) < 300_000
    assert bench.prober.observe([bench.attempt("lg-term", "log", 6514)])[0].answer == "connected"


def test_stranger_stays_with_its_next_hop_whatever_a_router_announces(bench):
    """An announced prefix would make the router's own address a neighbour's, of whom a stranger knows no card."""
    router = next(leg for leg in bench.plan.host("fw-lg").legs if leg.segment == "lg")
    network = next(one for one in router.addresses if one.version == 6).network
    asked = bench.attempt("lg-term", "fw-lg", 9, family=Family.IPV6, protocol=Protocol.UDP, address=str(network[1]))
    stranger = bench.in_front_of("fw-lg", "lg", asked, intruder_source=str(network[0x66]))
    with bench.prober.train([Carrying(stranger, "udp")], count=5000) as trains:
        bench.run("fw-lg", "sleep", "0.1")
        announce(bench, router.mac, network)
        bench.run("fw-lg", "sleep", "0.2")
    seen = places(trains[0])
    assert seen["intruder.lg/from"] > 150
    assert seen["intruder.lg/from"] - seen["fw-lg.lg/to"] < 3  # the last ones may be on their way


def announce(bench, mac, network):
    """A router advertisement (RFC 4861) by the firewall: the segment's prefix is on the link."""
    prefix = struct.pack("!BBBBIII", 3, 4, network.prefixlen, 0xC0, 600, 600, 0) + network.network_address.packed
    ends = headers.ends("fe80::1", "ff02::1", 0, 0)
    body = headers.icmp(ends, 134, 0, struct.pack("!BBH", 64, 0, 600), struct.pack("!II", 0, 0) + prefix)
    packet = bytearray(headers.packet(ends, headers.ICMPV6, body, 1))
    packet[7] = 255  # hop limit: it was forwarded by nobody
    frame = bytes.fromhex("333300000001" + mac.replace(":", "") + "86dd") + packet
    # by the segment's bridge, from beside the fabric: no host of the lab may send packets made by hand
    line = "import socket,sys;s=socket.socket(17,3);s.bind(('lg',0));s.send(bytes.fromhex(sys.argv[1]))"
    docker.from_env().containers.run(
        bench.lab.image,
        ["python3", "-c", line, frame.hex()],
        entrypoint=[],
        network_mode=f"container:{bench.lab.fabric}",
        cap_drop=["ALL"],
        cap_add=["NET_RAW"],
        remove=True,
    )
