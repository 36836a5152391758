"""A frame in a few words: the common ones by name, and never an exception or a control character."""

import socket

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.probe.summary import summary

A, B = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"


def four(inner, protocol, source="10.10.0.20", target="10.10.0.10"):
    packet = dpkt.ip.IP(src=socket.inet_aton(source), dst=socket.inet_aton(target), p=protocol, data=inner)
    packet.len = len(packet)
    return bytes(dpkt.ethernet.Ethernet(src=A, dst=B, type=0x0800, data=packet))


def six(inner, protocol):
    packet = dpkt.ip6.IP6(
        src=socket.inet_pton(socket.AF_INET6, "fd53::20"), dst=socket.inet_pton(socket.AF_INET6, "fd53::10"), nxt=protocol,
        data=inner, plen=len(inner), hlim=64,
    )  # fmt: skip
    return bytes(dpkt.ethernet.Ethernet(src=A, dst=B, type=0x86DD, data=packet))


SYN = dpkt.tcp.TCP(sport=40000, dport=443, seq=7, flags=2)
QUERY = dpkt.dns.DNS(id=1, qd=[dpkt.dns.DNS.Q(name="mn-app.mn.sanso.test", type=1)])
ARP = dpkt.arp.ARP(op=1, spa=socket.inet_aton("10.10.0.20"), tpa=socket.inet_aton("10.10.0.10"), sha=A)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (four(SYN, 6), "10.10.0.20:40000 > 10.10.0.10:443 TCP SYN seq 7"),
        (six(SYN, 6), "[fd53::20]:40000 > [fd53::10]:443 TCP SYN seq 7"),
        (four(dpkt.tcp.TCP(sport=1, dport=2, seq=9, flags=0x18, data=b"abc"), 6), "TCP PSH,ACK seq 9 3 bytes"),
        (four(dpkt.udp.UDP(sport=1, dport=514, data=b"abc", ulen=11), 17), "UDP 3 bytes"),
        (
            four(dpkt.udp.UDP(sport=1, dport=53, data=bytes(QUERY), ulen=8 + len(QUERY)), 17),
            "DNS query mn-app.mn.sanso.test",
        ),
        (four(dpkt.icmp.ICMP(type=8, data=dpkt.icmp.ICMP.Echo(id=1, seq=1)), 1), "ICMP echo request (code 0)"),
        (four(dpkt.icmp.ICMP(type=99, data=b"1234"), 1), "ICMP type 99"),
        (six(dpkt.icmp6.ICMP6(type=135, data=bytes(20)), 58), "ICMPv6 neighbour solicitation"),
        (four(b"12345678", 47), "10.10.0.20 > 10.10.0.10 protocol 47"),
        (bytes(dpkt.ethernet.Ethernet(src=A, dst=B, type=0x0806, data=ARP)), "ARP who has 10.10.0.10? tell 10.10.0.20"),
        (B + A + b"\x88\xb5" + bytes(50), "02:00:00:00:00:01 > 02:00:00:00:00:02 type 0x88b5, 64 bytes"),
        (B + A + b"\x81\x00\x00\x07\x88\xb5" + bytes(50), "vlan 7 "),
        (b"short", "no readable frame, 5 bytes"),
    ],
)
def test_frame_in_words(frame, words):
    assert words in summary(frame)


def test_a_name_with_control_characters_paints_no_terminal():
    query = bytes(QUERY).replace(b"mn-app", b"\x1b[2Jaa")
    text = summary(four(dpkt.udp.UDP(sport=1, dport=53, data=query, ulen=8 + len(query)), 17))
    assert "?[2Jaa" in text
    assert text.isprintable()


@given(st.binary(max_size=200), st.sampled_from([b"\x08\x00\x45", b"\x86\xdd\x60", b"\x08\x06", b"\x81\x00", b""]))
def test_any_bytes_make_one_line(tail, kind):
    assert summary(B + A + kind + tail).isprintable()


@given(st.data())
def test_any_damage_makes_one_line(data):
    frame = bytearray(data.draw(st.sampled_from([four(SYN, 6), six(SYN, 6), four(bytes(QUERY), 17)])))
    for _ in range(data.draw(st.integers(0, 6))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    assert summary(bytes(frame[: data.draw(st.integers(0, len(frame)))])).isprintable()
