"""A token is told in every fragment of a datagram that it fills, and in an ICMP echo."""

from __future__ import annotations

import socket

from lab.probe.agent import headers
from lab.probe.agent.carriers import numbered
from lab.probe.agent.frames import TOKEN, UDP
from lab.probe.agent.sender import PREFIX

NAME = (PREFIX + b"x" * TOKEN)[: TOKEN - 4]
TOKENS = (NAME + (7).to_bytes(4, "big")) * 160
FOUR = headers.ends("192.168.1.20", "203.0.113.80", 10000, 443)
SIX = headers.ends("2001:db8:300::20", "2001:db8:113::80", 10000, 0)
CARDS = bytes(12)


def test_every_fragment_has_the_token():
    body = headers.udp(FOUR, TOKENS)
    first = headers.packet(FOUR, UDP, body[:1480], 1, fragment=headers.MORE)
    last = headers.packet(FOUR, UDP, body[1480:], 1, fragment=1480 // 8)
    assert [numbered(NAME, CARDS + b"\x08\x00" + one) for one in (first, last)] == [7, 7]


def test_an_echo_has_the_token_and_its_reply_is_no_packet_of_ours():
    request = headers.echo(SIX, TOKENS[:TOKEN])
    frame = headers.packet(SIX, socket.IPPROTO_ICMPV6, request, 1)
    assert numbered(NAME, CARDS + b"\x86\xdd" + frame) == 7
    reply = headers.packet(SIX, socket.IPPROTO_ICMPV6, b"\x81" + request[1:], 1)
    assert numbered(NAME, CARDS + b"\x86\xdd" + reply) is None
