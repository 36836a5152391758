"""hostapd.conf and wpa_supplicant.conf as overlays: where each network's part begins, and what of it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.scenario.topology import Ssid
from lab.scenario.weak_air import point_weaknesses, station_weaknesses

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "vendor-wlan"
NETWORKS = {
    "sanso-lg": Ssid(zone="lg", security="enterprise"),
    "sanso-mn": Ssid(zone="mn", security="enterprise-192"),
    "sanso-guest": Ssid(zone="guest", security="owe"),
}
GOOD = "ssid={}\nwpa=2\nwpa_key_mgmt={}\nrsn_pairwise={}\nieee80211w=2\n"
LG = GOOD.format("sanso-lg", "WPA-EAP-SHA256", "CCMP")
MN = GOOD.format("sanso-mn", "WPA-EAP-SUITE-B-192", "GCMP-256")
BLOCK = 'network={{\n\tkey_mgmt=WPA-EAP-SHA256\n\tca_cert="/etc/wlan/ca.pem"\n\t{}\n}}\n'


def point(text):
    return [(one.line, one.column, one.cause.partition(":")[0]) for one in point_weaknesses(text, NETWORKS)]


def station(text):
    return [(one.line, one.cause) for one in station_weaknesses(text)]


def test_the_vendors_example_is_not_refused():
    assert point((EXAMPLE / "hostapd.conf").read_text()) == []
    assert station((EXAMPLE / "wpa_supplicant.conf").read_text()) == []


def test_each_network_is_held_against_its_own_mode():
    assert point(f"interface=ap-lg\n{LG}bss=ap-mn\n{MN}") == []
    assert point(f"interface=ap-lg\n{LG.replace('sanso-lg', 'sanso-mn')}") == [(4, 1, "WLAN-19"), (5, 1, "WLAN-19")]


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("ieee80211w=2", "ieee80211w=1", (6, 1, "WLAN-05")),
        ("ieee80211w=2", "#ieee80211w=2", (1, 1, "WLAN-05")),
        ("ieee80211w=2", "ieee80211w=2\nieee80211w=0", (7, 1, "WLAN-05")),
        ("WPA-EAP-SHA256", "WPA-EAP-SHA256 SAE", (4, 1, "WLAN-01")),
        ("WPA-EAP-SHA256", "WPA-EAP-SHA256 FT-EAP", (4, 1, "WLAN-06")),
        ("wpa_key_mgmt=WPA-EAP-SHA256\n", "", (1, 1, "WLAN-01")),
        ("CCMP", "TKIP", (5, 1, "WLAN-03")),
        ("rsn_pairwise=CCMP\n", "wpa_pairwise=TKIP CCMP\n", (1, 1, "WLAN-03")),
        ("rsn_pairwise=CCMP\n", "", (1, 1, "WLAN-03")),
        ("wpa=2", "wpa=1", (3, 1, "WLAN-03")),
        ("wpa=2\n", "", (1, 1, "WLAN-01")),
    ],
)
def test_what_the_point_may_not_have(good, bad, told):
    assert point(f"interface=ap-lg\n{LG}") == []
    assert point(f"interface=ap-lg\n{LG.replace(good, bad, 1)}") == [told]


@pytest.mark.parametrize("value", ["2", "2 # required"])
def test_what_stands_before_the_interface_belongs_to_the_first_network(value):
    assert point(f"ieee80211w={value}\ninterface=ap-lg\n{LG.replace('ieee80211w=2', '')}") == []


def test_visitors_and_networks_that_nobody_knows_are_not_judged():
    assert point("interface=ap-guest\nssid=sanso-guest\nwpa=2\nwpa_key_mgmt=OWE\n\nbss=more\nssid=cafe\nwpa=0\n") == []


@pytest.mark.parametrize("name", ["domain_match", "domain_suffix_match", "altsubject_match"])
def test_a_station_has_to_say_a_name_of_the_server(name):
    assert station(BLOCK.format(f'{name}="radius.mgmt.sanso.test"')) == []
    (found,) = station(BLOCK.format(f'# {name}="radius.mgmt.sanso.test"'))
    assert found == (1, "WLAN-04: no `domain_match`: any server with a certificate of the CA is believed")


def test_a_station_without_an_authority_believes_anybody():
    text = BLOCK.format('domain_match="radius.mgmt.sanso.test"').replace("ca_cert", "#ca_cert")
    assert station(text) == [(1, "WLAN-04: no `ca_cert`: any server is believed")]


def test_blocks_that_are_off_or_show_no_certificate_are_passed_over():
    off = BLOCK.format("disabled=1")
    assert station(f"{off}network={{\n\tkey_mgmt=NONE\n}}\ncred={{\n\tkey_mgmt=WPA-EAP\n}}\n") == []
