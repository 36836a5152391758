"""The access point's administration, a second network, strange networks, group keys: good and bad observations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.stations import (
    Approach,
    Known,
    Lure,
    Second,
    group_frames_signed,
    knows_its_own,
    not_lured,
    on_one_network,
    out_of_reach,
    rekeyed,
    serves_nothing,
)

APPROACH = Approach("sta-lg", ("10.90.0.30 ping",), (), ("10.90.0.30 ping",), served=True)
SECOND = Second("sta-lg", "usb0", came=True, up=False, said="usb0 was put down", connected=True, forwards=())
MAC, CARELESS = "02:df:a9:e8:32:2c", "02:00:00:00:03:00"
LURE = Lure("sta-lg", "sanso-lg", (CARELESS,), MAC, CARELESS, looked=True)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, State.PASS),
        ({"answered": ("10.90.0.30 tcp/22",)}, State.FAIL),
        ({"strange": ("10.20.0.30",)}, State.FAIL),
        ({"wired": ()}, State.ERROR),
        ({"served": False}, State.ERROR),
        ({"asked": ()}, State.ERROR),
    ],
)
def test_access_point_is_silent_to_stations(change, state):
    assert out_of_reach(replace(APPROACH, **change)).state is state


def test_access_point_listens_on_nothing():
    assert serves_nothing("ap", [], elsewhere=["udp/10.90.0.20:1812"]).state is State.PASS
    assert serves_nothing("ap", ["tcp/0.0.0.0:443"], elsewhere=["udp/10.90.0.20:1812"]).state is State.FAIL
    assert serves_nothing("ap", [], elsewhere=[]).state is State.ERROR


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, State.PASS),
        ({"up": True}, State.FAIL),
        ({"forwards": ("ipv4/ip_forward",)}, State.FAIL),
        ({"came": False}, State.ERROR),
        ({"connected": False}, State.ERROR),
        ({"said": ""}, State.ERROR),
    ],
)
def test_station_is_on_one_network(change, state):
    assert on_one_network(replace(SECOND, **change)).state is state


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, State.PASS),
        ({"joined": (CARELESS, MAC)}, State.FAIL),
        ({"joined": ()}, State.ERROR),
        ({"looked": False}, State.ERROR),
    ],
)
def test_station_stays_away_from_open_networks(change, state):
    assert not_lured(replace(LURE, **change)).state is state


def test_group_key_changes_when_somebody_leaves():
    assert rekeyed("sta-lg", "sta-rogue", before=1, after=2, left=True).state is State.PASS
    assert rekeyed("sta-lg", "sta-rogue", before=1, after=1, left=True).state is State.FAIL
    assert rekeyed("sta-lg", "sta-rogue", before=1, after=2, left=False).state is State.ERROR


@pytest.mark.parametrize(
    ("ciphers", "protected", "state"),
    [
        (["BIP-CMAC-128"], [True], State.PASS),
        (["BIP-CMAC-128", ""], [True], State.FAIL),
        (["BIP-CMAC-128"], [True, False], State.FAIL),
        ([], [], State.ERROR),
    ],
)
def test_what_is_for_everybody_is_signed(ciphers, protected, state):
    assert group_frames_signed("sanso-lg", ciphers, protected=protected).state is state


OWN = ("sanso-lg", "WPA-EAP-SHA256")
KNOWN = Known((OWN,), (OWN,), (), ("wpa_supplicant -B -i wlan",))


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, State.PASS),
        ({"running": (OWN, ("hotspot", "WPA-PSK"))}, State.FAIL),
        ({"filed": (OWN, ("at-home", "WPA-PSK WPA-EAP"))}, State.FAIL),
        ({"running": (("sanso-lg", "WPA-EAP-SHA256 WPA-PSK"),)}, State.FAIL),
        ({"credentials": ("0 realm",)}, State.FAIL),
        ({"programs": ("wpa_supplicant -B -i wlan", "wpa_supplicant -B -i wlan1")}, State.FAIL),
        ({"running": ()}, State.ERROR),
        ({"filed": ()}, State.ERROR),
        ({"programs": ()}, State.ERROR),
    ],
)
def test_station_knows_its_own_network_alone(change, state):
    assert knows_its_own("sta-lg", *OWN, replace(KNOWN, **change)).state is state
