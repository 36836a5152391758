"""What a station says of itself, as `lab status` shows it."""

from __future__ import annotations

from lab.operate.stations import StationStatus, read

JOINED = """bssid=02:00:00:00:00:00
freq=2437
ssid=sanso-lg
pairwise_cipher=CCMP
group_cipher=CCMP
key_mgmt=WPA2-EAP-SHA256
pmf=2
mgmt_group_cipher=BIP
wpa_state=COMPLETED
address=02:6f:37:55:17:9a
RSSI=-30
LINKSPEED=54
now=1795699600
since=1795699417
"""


def test_station_on_its_network_is_told_in_full():
    assert read("sta-lg", "sanso-lg", JOINED) == StationStatus(
        "sta-lg", "sanso-lg", "COMPLETED", "sanso-lg", "02:00:00:00:00:00", "WPA2-EAP-SHA256", "CCMP",
        protected=True, signal=-30, seconds=183,
    )  # fmt: skip


def test_what_a_station_leaves_out_is_not_made_up():
    told = read("sta-lg", "sanso-lg", "wpa_state=COMPLETED\nssid=sanso-lg\nnow=1795699600\nRSSI=\n")
    assert (told.signal, told.seconds, told.protected, told.akm) == (None, None, False, "")


def test_station_that_is_not_on_it_says_so():
    assert read("sta-lg", "sanso-lg", "wpa_state=SCANNING\nssid=\n").state == "SCANNING"
    assert read("sta-lg", "sanso-lg", "").state == "no answer"
