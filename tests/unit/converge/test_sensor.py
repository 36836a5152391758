"""The sensor's own program, as the role ships it: frames in, alarms out."""

from __future__ import annotations

import importlib
import struct
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "playbooks/roles/radio_guest/files/sensor/usr/local/lib/sensor"
OURS, TWIN, STATION = "02:00:00:00:00:00", "02:88:9f:c6:30:50", "02:aa:00:00:00:01"
INTERVAL = 102_400
RADIOTAP = bytes.fromhex("000016000f0000006b470c742d61060000028509a000")  # as the guest's kernel writes it
SIGNAL = bytes.fromhex("00000f002a00000000028509a000e2")[:15]  # flags, channel and signal: -30 dBm
BEACON, PROBE, DEAUTHENTICATION, AUTHENTICATION, DATA = 0x80, 0x50, 0xC0, 0xB0, 0x08


@pytest.fixture
def modules(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # what lies in that folder is delivered
    monkeypatch.syspath_prepend(str(FOLDER))
    names = ("frames", "rules")
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    found = [importlib.import_module(name) for name in names]
    yield found
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def reader(modules):
    return modules[0].Reader()


@pytest.fixture
def rules(modules):
    return modules[1].Rules({OURS: "sanso-lg"})


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def header(kind, bssid, receiver="ff:ff:ff:ff:ff:ff"):
    return bytes([kind, 0, 0, 0]) + mac(receiver) + mac(bssid) + mac(bssid) + b"\0\0"


def beacon(bssid=OURS, ssid="sanso-lg", tsf=0, kind=BEACON):
    return (
        header(kind, bssid) + struct.pack("<QHH", tsf, 100, 0x11) + bytes([0, len(ssid)]) + ssid.encode() + b"\1\1\x82"
    )


def record(at, frame, head=RADIOTAP):
    whole = head + frame
    return struct.pack("<IIII", at // 1_000_000, at % 1_000_000, len(whole), len(whole)) + whole


FILE = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 512, 127)


def alarms(reader, rules, *records):
    raw = FILE + b"".join(records)
    found = []
    for at in range(0, len(raw), 97):  # pieces end anywhere
        for frame in reader.feed(raw[at : at + 97]):
            found += [(one.kind, one.about) for one in rules.see(frame)]
    return found


def every(interval, times, *, start=0, **more):
    return [record(start + n * interval, beacon(tsf=start + n * interval, **more)) for n in range(times)]


def test_own_access_point_gives_no_alarm(reader, rules):
    assert alarms(reader, rules, *every(INTERVAL, 200)) == []


def test_beacons_that_come_late_give_no_alarm(reader, rules):
    late = [n * INTERVAL + (90_000 if n % 2 else 0) for n in range(200)]  # a machine that has no time
    assert alarms(reader, rules, *(record(at, beacon(tsf=at)) for at in late)) == []


def test_access_point_that_was_restarted_gives_no_alarm(reader, rules):
    again = [record(60_000_000 + n * INTERVAL, beacon(tsf=n * INTERVAL)) for n in range(50)]
    assert alarms(reader, rules, *every(INTERVAL, 50, start=30_000_000), *again) == []


@pytest.mark.parametrize("kind", [BEACON, PROBE])
def test_our_name_from_a_strange_address_is_an_impostor(reader, rules, kind):
    assert alarms(reader, rules, record(1, beacon(TWIN, kind=kind))) == [
        ("impostor-ap", f'ssid="sanso-lg" bssid={TWIN} signal=?')
    ]


def test_another_name_from_our_address_is_an_impostor_too(reader, rules):
    assert [kind for kind, _ in alarms(reader, rules, record(1, beacon(OURS, "free-wifi")))] == ["impostor-ap"]


def test_strength_is_told_where_the_header_has_it(reader, rules):
    ((_, about),) = alarms(reader, rules, record(1, beacon(TWIN), SIGNAL))
    assert about.endswith("signal=-30dBm")


def test_neighbours_and_hidden_networks_are_none_of_ours(reader, rules):
    assert (
        alarms(reader, rules, record(1, beacon(TWIN, "cafe")), record(2, beacon(OURS, "")), record(3, beacon(TWIN, "")))
        == []
    )


def test_clone_with_the_same_clock_is_noticed_by_too_many_beacons(reader, rules):
    both = [record(n * INTERVAL + late, beacon(tsf=n * INTERVAL + late)) for n in range(60) for late in (0, 300)]
    ((kind, about),) = alarms(reader, rules, *both)
    assert (kind, about) == ("bssid-clone", f'ssid="sanso-lg" bssid={OURS} beacons=32 intervals=20')


def test_clone_with_a_clock_of_its_own_is_noticed_by_that(reader, rules):
    both = [record(n * INTERVAL, beacon(tsf=n * INTERVAL + (5_000_000 if n % 2 else 0))) for n in range(12)]
    ((kind, about),) = alarms(reader, rules, *both)
    assert (kind, about.rpartition(" ")[2]) == ("bssid-clone", "clock-ran-back=3")


@pytest.mark.parametrize(
    ("kind", "name", "limit"), [(DEAUTHENTICATION, "deauthentication", 10), (AUTHENTICATION, "authentication", 15)]
)
def test_flood_is_noticed_and_a_few_frames_are_not(modules, kind, name, limit):
    def told(number, apart):
        frames, rules = modules
        records = [record(n * apart, header(kind, OURS, STATION) + b"\7\0" * 3) for n in range(number)]
        return alarms(frames.Reader(), rules.Rules({}), *records)

    assert told(limit - 1, 1000) == []
    assert told(60, 200_000) == []
    assert told(limit, 1000) == [(f"{name}-flood", f"bssid={OURS} frames={limit} seconds=1")]


def test_eapol_start_counts_and_other_data_does_not(reader, rules):
    start = (
        bytes([DATA, 1, 0, 0])
        + mac(OURS)
        + mac(STATION)
        + mac(OURS)
        + b"\0\0"
        + bytes.fromhex("aaaa03000000888e02010000")
    )
    other = start[:-3] + b"\3\0\0"
    assert alarms(reader, rules, *(record(n, other) for n in range(30))) == []
    ((kind, _),) = alarms(rules_reader(reader), rules, *(record(n, start) for n in range(30)))
    assert kind == "eapol-start-flood"


def rules_reader(reader):
    return type(reader)()


def test_what_goes_on_is_told_again_and_not_each_time(reader, rules):
    found = alarms(reader, rules, *every(INTERVAL, 140, bssid=TWIN))  # 14 s
    assert [kind for kind, _ in found] == ["impostor-ap"] * 3


def test_made_up_addresses_do_not_fill_the_memory(reader, rules):
    floods = (
        record(n * 10_000_000, header(DEAUTHENTICATION, f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}") + b"\7\0")
        for n in range(2000)
    )
    assert alarms(reader, rules, *floods) == []
    assert len(rules._counted) <= 1001


@pytest.mark.parametrize("raw", [b"\0" * 24, FILE[:20] + struct.pack("<I", 1)])
def test_what_is_no_capture_of_the_air_is_refused(reader, raw):
    with pytest.raises(ValueError, match="no capture of the air"):
        list(reader.feed(raw))


def test_frames_that_were_cut_are_nothing(reader, rules):
    cut = [record(n, beacon(TWIN)[:size]) for n, size in enumerate((0, 5, 23, 30, 36))]
    assert alarms(reader, rules, *cut) == []
