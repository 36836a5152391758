"""What editions and models permit between two places, held against literal expectations."""

import pytest

from lab.catalogue import Permission, Place, load

MN_TERM, MN_APP, MN_DNS = (Place("mn", "mn", one) for one in ("terminal", "server", "resolver"))
LG_TERM, LG_APP, LG_DNS = (Place("lg", "lg", one) for one in ("terminal", "server", "resolver"))
IN_TERM, IN_APP = (Place("in", "in", one) for one in ("terminal", "server"))
MN_SCREEN, LG_SCREEN = Place("mn", "mn", "screen-gateway"), Place("lg", "lg", "screen-gateway")
IN_DESK, IN_BUSINESS = Place("in", "in", "desktop"), Place("in", "in", "business")
JUKI, RELAY, CLOUD = (Place(one, one, "peer") for one in ("peer-1", "peer-2", "govcloud"))
LOG, WWW, SC, HOME = (
    Place("mgmt", "mgmt", "log-store"),
    Place("internet", "internet", "server"),
    Place("sc", "sc", "proxy"),
    Place("home", "home", "terminal"),
)
FW, EDU = Place("firewall:fw-mn", "firewall", "firewall"), Place("edu", "other", "terminal")
STA_MN, STA_LG = Place("wlan-mn", "wlan-mn", "station"), Place("wlan-lg", "wlan-lg", "station")
Y, C, NO = Permission.YES, Permission.CONDITIONAL, Permission.NO

TABLE = [  # source, destination, edition, model, permission, row, control that refuses
    (MN_TERM, MN_APP, "R8.3", "alpha", Y, "F01", None),
    (MN_APP, JUKI, "R5.3", "alpha", Y, "F02", None),
    (JUKI, MN_APP, "R8.3", "alpha", NO, "D06", "TC-06"),
    (MN_APP, RELAY, "R8.3", "alpha", Y, "F03", None),
    (RELAY, MN_APP, "R8.3", "alpha", Y, "F03", None),
    (MN_APP, CLOUD, "R8.3", "beta", Y, "F04", None),
    (CLOUD, MN_APP, "R8.3", "beta", NO, "D06", "TC-06"),
    (LG_TERM, MN_SCREEN, "R6.10", "alpha", NO, "F05", "ZONE-01"),
    (LG_TERM, MN_SCREEN, "R7.3", "alpha", C, "F05", None),
    (LG_APP, MN_SCREEN, "R8.3", "alpha", NO, "F06", "ZONE-01"),
    (LG_TERM, MN_APP, "R8.3", "alpha", NO, "F06", "ZONE-01"),
    (LG_TERM, MN_APP, "R5.3", "beta-prime", NO, "F06", "ZONE-01"),
    (MN_APP, LG_APP, "R8.3", "alpha", NO, "F07", "ZONE-01"),
    (MN_APP, IN_APP, "R8.3", "beta-prime", NO, "F08", "ZONE-01"),
    (IN_APP, MN_APP, "R8.3", "beta-prime", NO, "F08", "ZONE-01"),
    (MN_APP, WWW, "R8.3", "alpha", NO, "F09", "ZONE-02"),
    (LG_TERM, IN_DESK, "R8.3", "alpha", Y, "F13", None),
    (LG_TERM, IN_DESK, "R8.3", "beta", NO, "F13", "ZONE-03"),
    (IN_TERM, LG_SCREEN, "R8.3", "alpha", NO, "F14", "ZONE-03"),
    (IN_TERM, LG_SCREEN, "R8.3", "beta", Y, "F14", None),
    (LG_TERM, IN_APP, "R8.3", "alpha", NO, "D03", "ZONE-03"),
    (IN_TERM, LG_APP, "R8.3", "alpha", NO, "D03", "ZONE-03"),
    (IN_TERM, SC, "R8.3", "alpha", Y, "F16", None),
    (IN_TERM, IN_BUSINESS, "R8.3", "alpha", NO, "F17", "BET-03"),
    (IN_TERM, IN_BUSINESS, "R8.3", "beta-prime", Y, "F17", None),
    (HOME, MN_APP, "R8.3", "alpha", NO, "F20", "TW-01"),
    (STA_MN, MN_APP, "R5.3", "alpha", NO, "F22", "WLAN-08"),
    (STA_MN, MN_APP, "R6.10", "alpha", NO, "F22", "WLAN-08"),
    (STA_MN, MN_APP, "R7.3", "alpha", C, "F22", None),
    (STA_LG, LG_APP, "R5.3", "alpha", Y, "F21", None),
    (STA_LG, MN_APP, "R8.3", "alpha", NO, None, "ZONE-05"),
    (MN_APP, MN_DNS, "R8.3", "alpha", Y, "F28", None),
    (MN_APP, LG_DNS, "R8.3", "alpha", NO, "F07", "ZONE-01"),
    (MN_APP, LOG, "R8.3", "alpha", Y, "I01", None),
    (FW, LOG, "R8.3", "alpha", Y, "I01", None),
    (JUKI, LOG, "R8.3", "alpha", NO, "F26", "ZONE-08"),
    (LOG, MN_APP, "R8.3", "alpha", NO, "D08", "ZONE-08"),
    (EDU, LG_APP, "R8.3", "alpha", NO, None, "ZONE-05"),
    (EDU, MN_APP, "R8.3", "alpha", NO, None, "ZONE-05"),
    (LG_APP, JUKI, "R8.3", "alpha", NO, None, "ZONE-05"),
    (LG_TERM, LG_APP, "R8.3", "alpha", Y, "L01", None),
]


@pytest.mark.parametrize(("source", "destination", "edition", "model", "permission", "row", "control"), TABLE)
def test_ruling(source, destination, edition, model, permission, row, control):
    ruling = load().ruling(source, destination, edition=edition, model=model)
    assert ruling.permission is permission
    assert (ruling.flow.id if ruling.flow else None) == row
    assert ruling.control == control
    assert ruling.permitted == (permission is not NO)
    assert ruling.reason_en
    assert ruling.reason_ja


def test_a_row_permits_its_own_service_only():
    ask = load().ruling
    assert ask(MN_APP, LOG, edition="R8.3", model="alpha", service=("tcp", 6514)).permitted
    assert ask(MN_APP, LOG, edition="R8.3", model="alpha", service=("tcp", 443)).control == "ZONE-08"
    assert ask(MN_APP, MN_DNS, edition="R8.3", model="alpha", service=("udp", 53)).permitted
    assert not ask(MN_APP, MN_DNS, edition="R8.3", model="alpha", service=("tcp", 22)).permitted


def test_two_zones_of_one_place_are_two_zones():
    other = Place("mn2", "mn", "server")
    assert load().ruling(MN_TERM, other, edition="R8.3", model="alpha").control == "ZONE-05"


def test_a_refusal_says_when_the_edition_is_the_reason():
    ruling = load().ruling(STA_MN, MN_APP, edition="R5.3", model="alpha")
    assert "only from edition R7.3 on" in ruling.reason_en
    assert "R7.3版以降" in ruling.reason_ja
    assert "not in model beta" in load().ruling(LG_TERM, IN_DESK, edition="R8.3", model="beta").reason_en


def test_time_comes_from_the_zones_own_firewall_alone():
    own, other = Place("firewall:fw-lg", "firewall", "firewall"), Place("firewall:fw-mn", "firewall", "firewall")
    asker = Place("lg", "lg", "terminal", border="firewall:fw-lg")
    asked = {"edition": "R8.3", "model": "alpha", "service": ("udp", 123)}
    assert load().ruling(asker, own, **asked).permitted
    assert not load().ruling(asker, other, **asked).permitted
    assert not load().ruling(asker, own, **{**asked, "service": ("tcp", 22)}).permitted
    assert not load().ruling(Place("juki-net", "peer-1", "peer", border="firewall:fw-mn"), other, **asked).permitted
