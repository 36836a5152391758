"""From an Access-Accept to frames in clear: one session of each AKM as a lab that is gone recorded it, throw-away keys included.

Its frames: association request, the four messages of the handshake, a canary each from the station, to it and to
the group, then a new group key and one more canary to the group.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.probe.air.decryption import decrypt
from lab.probe.air.keys import Key
from lab.record.air import AirCapture, AirFrame
from lab.verify.radius_packet import answer, master_key, station_of
from lab.verify.wireless.decrypted import readable
from lab.verify.wireless.master_keys import master_keys

SESSIONS = json.loads((Path(__file__).parent / "data" / "sessions.json").read_text())
HEADER, LLC, MIC = (
    26,
    8,
    81,
)  # bytes of a QoS data frame's header and of what follows; where a message's code begins behind them
sessions = pytest.mark.parametrize("session", SESSIONS, ids=[one["akm"] for one in SESSIONS])


def radius(session) -> tuple[bytes, bytes, Key]:
    asked, accept = (bytes.fromhex(session[name]) for name in ("access_request", "access_accept"))
    return asked, accept, Key(session["secret"].encode())


def key_of(session) -> Key:
    asked, accept, secret = radius(session)
    return Key(master_key(accept, asked, secret))


def frames_of(session) -> list[bytes]:
    return [bytes.fromhex(one) for one in session["frames"]]


def pcap(frames) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 127)
    tapped = [b"\x00\x00\x08\x00\x00\x00\x00\x00" + one for one in frames]
    return head + b"".join(struct.pack("<IIII", 1, n, len(one), len(one)) + one for n, one in enumerate(tapped))


def opened(session, frames=None, key=None):
    frames = frames_of(session) if frames is None else frames
    return decrypt(pcap(frames), session["station"], session["bssid"], [key or key_of(session)])


def handshake(session) -> list[int]:
    """Where the messages of the 4-way handshake stand among the frames."""
    key = b"\xaa\xaa\x03\x00\x00\x00\x88\x8e", 3
    bodies = ((one[HEADER : HEADER + LLC], one[HEADER + LLC + 1]) for one in frames_of(session))
    return [number for number, one in enumerate(bodies) if one == key]


def changed(frame: bytes, place: int) -> bytes:
    return frame[:place] + bytes([frame[place] ^ 1]) + frame[place + 1 :]


@sessions
def test_master_key_is_read_with_the_secret_alone(session):
    asked, accept, secret = radius(session)
    told = answer(accept, asked, secret)
    assert told is not None
    assert told.genuine
    assert station_of(asked).lower().replace("-", ":") == session["station"]
    key = master_key(accept, asked, secret)
    assert len(key) == 64
    assert master_key(accept, asked, secret.spoilt()) != key
    assert master_key(asked, asked, secret) == b""


def cable(packet: bytes, *, source: str, target: str) -> bytes:
    (first, from_port), (second, to_port) = ((end.split(":")[0], int(end.split(":")[1])) for end in (source, target))
    datagram = dpkt.udp.UDP(sport=from_port, dport=to_port, ulen=8 + len(packet), data=packet)
    sent = dpkt.ip.IP(
        src=bytes(map(int, first.split("."))), dst=bytes(map(int, second.split("."))), p=17, data=datagram
    )
    sent.len = len(bytes(sent))
    return bytes(dpkt.ethernet.Ethernet(type=0x0800, data=sent))


@sessions
def test_keys_are_those_of_accepts_for_requests_of_that_station(session):
    asked, accept, secret = radius(session)
    point, server = "10.0.0.2:40000", "10.0.0.1:1812"
    pair = [cable(asked, source=point, target=server), cable(accept, source=server, target=point)]
    assert master_keys(pair, secret) == {session["station"]: [key_of(session)]}
    assert master_keys(pair[1:], secret) == {}
    assert master_keys(pair, secret.spoilt()) == {}
    forged = cable(changed(accept, len(accept) - 40), source=server, target=point)
    assert master_keys([pair[0], forged], secret) == {}
    other = cable(accept, source="10.0.0.3:1812", target=point)  # no answer of the server that was asked
    assert master_keys([pair[0], other], secret) == {}


@sessions
def test_session_is_opened_by_its_own_keys(session):
    made = opened(session)
    assert (made.associations, made.handshakes, made.closed) == (1, 1, 0)
    assert (made.akm, made.pairwise, made.group) == (session["akm"], session["cipher"], session["cipher"])
    found = [
        (one.from_station, one.for_group, one.everybody, canary)
        for one in made.opened
        for canary in ("own canary", "to it", "to all anew", "to all")
        if canary.encode() in one.text
    ]
    assert found == [
        (True, False, False, "own canary"),
        (False, False, False, "to it"),
        (False, True, True, "to all"),
        (False, True, True, "to all anew"),
        (False, True, True, "to all"),
    ]
    assert not any(one.by_wrong_key for one in made.opened)
    assert not any(b"canary" in one for one in frames_of(session))


@sessions
def test_another_key_explains_no_handshake_and_opens_nothing(session):
    made = opened(session, key=key_of(session).spoilt())
    assert (made.associations, made.handshakes, made.opened, made.closed) == (1, 0, (), 5)


@sessions
def test_without_the_handshake_nothing_is_opened(session):
    after = frames_of(session)[max(handshake(session)) + 1 :]
    made = opened(session, after)
    assert (made.associations, made.handshakes, made.akm, made.opened, made.closed) == (0, 0, "", (), 5)


@sessions
@pytest.mark.parametrize("number", [2, 3])
def test_handshake_with_a_changed_message_gives_no_keys(session, number):
    frames = frames_of(session)
    place = handshake(session)[number - 1]
    frames[place] = changed(frames[place], HEADER + LLC + MIC)
    made = opened(session, frames)
    assert (made.handshakes, made.opened) == (0, ())


@sessions
def test_request_for_other_suites_than_the_handshakes_gives_no_keys(session):
    frames = frames_of(session)
    place = frames[0].index(b"\x00\x0f\xac\x05" if session["akm"] == "802.1X-SHA256" else b"\x00\x0f\xac\x0c", 24)
    frames[0] = changed(frames[0], place + 3)
    assert opened(session, frames).handshakes == 0


@sessions
def test_message_that_comes_twice_is_one_handshake(session):
    frames = frames_of(session)
    again = [one for place in handshake(session) for one in [frames[place]] * 2]
    first, last = min(handshake(session)), max(handshake(session))
    assert opened(session, frames[:first] + again + frames[last + 1 :]).handshakes == 1


@sessions
def test_changed_frame_stays_closed(session):
    frames = frames_of(session)
    frames[-1] = changed(frames[-1], len(frames[-1]) - 1)
    made = opened(session, frames)
    assert (len(made.opened), made.closed) == (4, 1)


@given(data=st.data())
def test_whatever_the_frames_hold_nothing_is_raised(data):
    session = data.draw(st.sampled_from(SESSIONS))
    frames = [bytearray(one) for one in frames_of(session)]
    for _ in range(data.draw(st.integers(1, 6))):
        frame = data.draw(st.sampled_from(frames))
        place = data.draw(st.integers(0, max(len(frame) - 1, 0)))
        if data.draw(st.booleans()):
            del frame[place:]
        elif frame:
            frame[place] = data.draw(st.integers(0, 255))
    opened(session, [bytes(one) for one in frames])


def capture_of(*frames):
    told = {"at_us": 1, "receiver": "ff:ff:ff:ff:ff:ff", "size": 100, "protected": False}
    return AirCapture(frames=tuple(AirFrame.model_validate({**told, **one}) for one in frames))


def frame(transmitter, bssid, needles, kind="data"):
    return {"kind": kind, "transmitter": transmitter, "bssid": bssid, "needles": needles}


def test_canary_is_readable_everywhere_but_on_the_open_network_beside_it():
    beacon = {**frame("b1", "b1", (0, 0, 0, 0, 0, 0), "beacon"), "ssid": "scanners"}
    capture = capture_of(
        beacon,
        frame("client", "point", (0, 0, 0, 3, 0, 0)),  # the control: the second station's own canary
        frame("b1", "b1", (0, 0, 0, 0, 0, 1)),
        frame("s2", "b2", (0, 0, 0, 1, 0, 0)),
        frame("point", "point", (0, 0, 0, 0, 1, 0)),  # of the wired host: nobody sends it there on purpose
    )
    assert readable(capture, 0, "point") == ()
    assert readable(capture, 3, "point") == ("b1 (scanners)", "point", "s2")


def test_a_key_shows_nothing_of_itself():
    key = Key(b"very secret indeed")
    assert f"{key} {key!r} {[key]}" == "<key of 18 bytes> <key of 18 bytes> [<key of 18 bytes>]"
    assert key.spoilt() != key
