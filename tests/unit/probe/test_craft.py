"""Crafted packets, read back with no library: lengths, checksums, where the token is, and what the agent's own reader says."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.probe.agent import headers
from lab.probe.agent.craft import Order, packets
from lab.probe.agent.frames import answers, read
from lab.record import Shape

TOKEN = bytes(range(100, 116))
FAMILIES = {"ipv4": ("10.20.0.20", "10.10.0.10"), "ipv6": ("fd00::20", "fd00:1::10")}
INNER = {
    "ipv4": {"source": "10.20.0.20", "destination": "10.10.0.99", "source_port": 9, "port": 9},
    "ipv6": {"source": "fd00::20", "destination": "fd00:1::99", "source_port": 9, "port": 9},
}


def made(shape, family="ipv4", *, number=0, protocol="tcp", inner=None):
    attempt = {"protocol": protocol, "craft": {"shape": shape.value, "number": number, "inner": inner}}
    between = headers.ends(*FAMILIES[family], 61000, 443)
    return packets(Order(attempt, between, TOKEN, 4711, 7, 8))


def framed(packet):
    return bytes(12) + (b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd") + packet


def needs_inner(shape):
    return shape in {Shape.TUNNEL, Shape.ERROR}


@pytest.mark.parametrize(
    ("shape", "family"),
    [(shape, family) for shape in Shape for family in FAMILIES if (shape, family) != (Shape.OPTION, "ipv6")],
)
def test_every_shape_says_its_own_length_and_number_and_carries_the_token(shape, family):
    numbers = {Shape.TUNNEL: 47, Shape.OPTION: 7, Shape.CHAIN: 3, Shape.ERROR: 3 * 256 + 1}
    found = made(shape, family, number=numbers.get(shape, 0), inner=INNER[family] if needs_inner(shape) else None)
    assert any(TOKEN in packet for packet in found)
    for packet in found:
        if family == "ipv4":
            assert struct.unpack_from("!HH", packet, 2) == (len(packet), 4711)
            assert headers.checksum(packet[: (packet[0] & 15) * 4]) == 0
        else:
            assert struct.unpack_from("!I", packet)[0] & 0xFFFFF == 4711
            assert struct.unpack_from("!H", packet, 4)[0] == len(packet) - 40


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@pytest.mark.parametrize(("protocol", "key"), [("tcp", ("tcp", 1)), ("udp", ("udp", TOKEN)), ("icmp", ("icmp", TOKEN))])
def test_a_plain_packet_is_what_a_socket_would_send(family, protocol, key):
    (packet,) = made(Shape.PLAIN, family, protocol=protocol)
    told = read(framed(packet))
    assert (told.key, told.role) == (key, "token")
    assert told.ends[1] == 61000


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@pytest.mark.parametrize("number", range(256))
def test_every_protocol_number_is_in_the_header(family, number):
    (packet,) = made(Shape.PROTOCOL, family, number=number)
    assert packet[9 if family == "ipv4" else 6] == number
    assert TOKEN in packet


@pytest.mark.parametrize("protocol", [headers.TCP, headers.UDP])
@given(payload=st.binary(max_size=40))
def test_transport_checksums_sum_to_zero(protocol, payload):
    for source, target in FAMILIES.values():
        ends = headers.ends(source, target, 61000, 443)
        body = headers.tcp(ends, 2, payload) if protocol == headers.TCP else headers.udp(ends, payload)
        assert headers._summed(ends, protocol, body) in {0, 0xFFFF}


def test_sctp_checksum_is_the_one_of_the_standard():
    assert headers._crc32c(b"123456789") == 0xE3069283


@pytest.mark.parametrize(("number", "size"), [(7, 12), (68, 12), (131, 8), (137, 8)])
def test_options_fill_whole_words(number, size):
    (packet,) = made(Shape.OPTION, number=number)
    assert (packet[0] & 15) * 4 == 20 + size
    assert packet[20] == number


def test_a_source_route_by_way_of_the_device_ends_at_the_inner_destination():
    (four,) = made(Shape.OPTION, number=131, inner=INNER["ipv4"])
    assert socket.inet_aton("10.10.0.99") in four[20:28]
    (six,) = made(Shape.ROUTING, "ipv6", number=4, inner=INNER["ipv6"])
    assert (six[6], six[42], six[43]) == (43, 4, 1)
    assert six[48:64] == socket.inet_pton(socket.AF_INET6, "fd00:1::99")


def test_pieces_make_the_whole_again():
    whole = made(Shape.PIECES)
    parts = sorted((struct.unpack_from("!H", packet, 6)[0], packet[20:]) for packet in whole)
    assert [part & 0x1FFF for part, _ in parts] == [8, 0]  # the last one first: it says "no more"
    body = b"".join(piece for _, piece in sorted(parts, key=lambda part: part[0] & 0x1FFF))
    assert body == headers.tcp(headers.ends(*FAMILIES["ipv4"], 61000, 443), 2, TOKEN * 12)


def test_a_hole_a_first_and_a_last_make_none():
    assert len(made(Shape.FIRST)) == len(made(Shape.LAST)) == 1
    assert [struct.unpack_from("!H", packet, 6)[0] & 0x1FFF for packet in made(Shape.HOLE)] == [0, 16]
    offsets = [struct.unpack_from("!H", packet, 6)[0] & 0x1FFF for packet in made(Shape.OVERLAP)]
    assert offsets == [0, 0, 12]


def test_a_hidden_port_is_not_in_the_first_fragment():
    first, second = made(Shape.HIDDEN, "ipv6")
    assert TOKEN not in first
    assert TOKEN in second
    assert first[6] == second[6] == 44


def test_an_error_quotes_the_flow_it_is_about():
    (packet,) = made(Shape.ERROR, number=3 * 256 + 4, inner={**INNER["ipv4"], "source_port": 65001, "port": 6514})
    told = read(framed(packet))
    assert told.role == "unreachable"
    assert packet[20:22] == bytes((3, 4))
    assert struct.unpack_from("!HH", packet, 20 + 8 + 20) == (65001, 6514)
    assert answers(framed(packet)) == "unreachable"


def test_a_segment_inside_a_connection_has_its_numbers():
    (packet,) = made(Shape.INSIDE)
    assert struct.unpack_from("!II", packet, 24) == (7, 8)
    assert packet[33] == 0x18


@pytest.mark.parametrize("shape", [Shape.PLAIN, Shape.PROTOCOL, Shape.TUNNEL, Shape.PIECES])
def test_what_is_no_answer_is_not_taken_for_one(shape):
    for packet in made(shape, number=47, inner=INNER["ipv4"]):
        assert answers(framed(packet)) == ""
