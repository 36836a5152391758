"""Judgements of what is heard on the air, from recorded good and bad observations."""

from __future__ import annotations

import pytest

from lab.record import State
from lab.record.air import AirCapture, AirFrame, Rsn
from lab.verdict import air

GOOD = Rsn(group="CCMP-128", pairwise=("CCMP-128",), akm=("802.1X-SHA256",), mfp_required=True, mfp_capable=True)
STRONG = Rsn(group="GCMP-256", pairwise=("GCMP-256",), akm=("SUITE-B-192",), mfp_required=True, mfp_capable=True,
             group_management="BIP-GMAC-256")  # fmt: skip
POINT, STATION = "02:00:00:00:00:00", "02:aa:00:00:00:01"


def frame(kind="beacon", rsn=GOOD, **more):
    told = {"receiver": "ff:ff:ff:ff:ff:ff", "transmitter": POINT, "bssid": POINT, "size": 100, "protected": False}
    return AirFrame.model_validate({"at_us": 1, "kind": kind, "ssid": "sanso-lg", "rsn": rsn, **told, **more})


def network(*rsns, **more):
    return air.announced(AirCapture(frames=tuple(frame(rsn=one, **more) for one in rsns)), "sanso-lg")


def changed(**more):
    return GOOD.model_copy(update=more)


JUDGES = (air.enterprise_alone, air.aes_alone, air.frames_protected, air.wpa3_alone)


@pytest.mark.parametrize("judge", JUDGES)
def test_good_network_passes_and_an_unheard_one_is_an_error(judge):
    assert judge(network(GOOD)).state is State.PASS
    assert judge(network()).state is State.ERROR


@pytest.mark.parametrize("judge", JUDGES)
def test_network_without_security_fails(judge):
    assert judge(network(GOOD, None)).state is State.FAIL


@pytest.mark.parametrize(
    ("judge", "rsn", "said"),
    [
        (air.enterprise_alone, changed(akm=("802.1X-SHA256", "PSK")), "PSK"),
        (air.enterprise_alone, changed(akm=("SAE",)), "SAE"),
        (air.aes_alone, changed(pairwise=("CCMP-128", "TKIP")), "TKIP"),
        (air.aes_alone, changed(group="TKIP"), "TKIP"),
        (air.frames_protected, changed(mfp_required=False), "optional"),
        (air.frames_protected, changed(mfp_required=False, mfp_capable=False), "off"),
        (air.wpa3_alone, changed(akm=("802.1X-SHA256", "802.1X")), "802.1X too"),
    ],
)
def test_weakness_is_named(judge, rsn, said):
    judged = judge(network(GOOD, rsn))
    assert judged.state is State.FAIL
    assert said in judged.message_en


def test_network_in_192_bit_mode_has_its_suites_and_is_a_staff_network_like_others():
    for judge in (*JUDGES, air.suite_b_alone):
        assert judge(network(STRONG)).state is State.PASS
    assert air.suite_b_alone(network()).state is State.ERROR
    assert "no security" in air.suite_b_alone(network(STRONG, None)).message_en


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"akm": ("SUITE-B-192", "802.1X-SHA256")}, "AKM SUITE-B-192, 802.1X-SHA256"),
        ({"pairwise": ("CCMP-128",)}, "pairwise CCMP-128"),
        ({"group": "CCMP-128"}, "group CCMP-128"),
        ({"group_management": ""}, "group management -"),
        ({"group_management": "BIP-CMAC-128"}, "group management BIP-CMAC-128"),
    ],
)
def test_what_is_smaller_in_192_bit_mode_is_named(more, said):
    judged = air.suite_b_alone(network(STRONG, STRONG.model_copy(update=more)))
    assert judged.state is State.FAIL
    assert said in judged.message_en


def test_what_a_network_offers_and_who_it_is_are_told_in_japanese_too():
    weak = air.suite_b_alone(network(STRONG, STRONG.model_copy(update={"pairwise": ("CCMP-128",)})))
    assert "ペア鍵暗号 CCMP-128 を提示" in weak.message_ja
    assert "802.1X以外の方式（暗号なし）" in air.enterprise_alone(network(GOOD, None)).message_ja
    found = air.no_other_networks("here", "ここ", {("02:09", "(no name, AP)"), ("02:08", "x")}, (), control=True)
    assert found.message_ja == "ここに計画にないネットワークがあります：x（02:08）、名前なし AP（02:09）"


def test_element_of_the_first_wpa_is_a_finding():
    assert "WPA1" in air.aes_alone(network(GOOD, wpa1=True)).message_en


@pytest.mark.parametrize(
    ("tried", "accepted", "state"),
    [
        (31, 0, State.PASS),
        (0, 0, State.FAIL),
        (None, 0, State.ERROR),
        (17, 0, State.ERROR),  # refused for another reason: too many stations
        (31, 31, State.ERROR),
        (31, None, State.ERROR),
    ],
)
def test_refusal_is_the_access_points_own_beside_an_accepted_request(tried, accepted, state):
    judged = air.request_refused(
        air.Request("no protected management frames", tried), air.Request("good", accepted), wanted=31
    )
    assert judged.state is state


def carried(**more):
    told = {"station": "sta-lg", "sent": 100, "readable": 0, "protected": 120, "in_clear": 100}
    told |= {"ports": frozenset({"radio.lg/from", "lg-app.lg/to"}), "port": "radio.lg/from"}
    return air.Carried(**{**told, **more})


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, State.PASS),
        ({"readable": 1}, State.FAIL),
        ({"in_clear": 0}, State.ERROR),
        ({"protected": 3}, State.ERROR),
        ({"ports": frozenset()}, State.ERROR),
    ],
)
def test_data_is_hidden_only_if_it_was_there_and_the_listener_hears(more, state):
    assert air.data_hidden(carried(**more)).state is state


@pytest.mark.parametrize(
    ("ports", "state"),
    [
        ({"radio.lg/from", "lg-app.lg/to"}, State.PASS),
        ({"radio.lg/from", "mn-app.mn/to"}, State.FAIL),
        ({"radio.mn/from"}, State.FAIL),
        (set(), State.ERROR),
    ],
)
def test_data_stays_in_its_segment(ports, state):
    assert air.stays_in_its_segment(carried(ports=frozenset(ports)), {"lg"}).state is state


def test_answers_belong_to_the_request_before_them():
    request = frame("association-request", transmitter=STATION, receiver=POINT)
    answer = frame("association-response", transmitter=POINT, receiver=STATION, rsn=None)
    frames = (
        request,
        answer.model_copy(update={"status": 43}),
        request,
        request,
        answer.model_copy(update={"status": 0}),
    )
    assert air.statuses(AirCapture(frames=frames), STATION, POINT) == [43, None, 0]


@pytest.mark.parametrize(
    ("found", "control", "state"),
    [
        ({("02:00", "sanso-lg")}, True, State.PASS),
        ({("02:00", "sanso-lg"), ("02:09", "(no name)")}, True, State.FAIL),
        ({("02:00", "(no name)")}, True, State.FAIL),
        ({("02:08", "sanso-lg")}, False, State.FAIL),
        (set(), False, State.ERROR),
    ],
)
def test_networks_are_the_plans(found, control, state):
    judged = air.no_other_networks(
        "on the air", "電波上", found, {("02:00", "sanso-lg"), ("02:01", "sanso-mn")}, control=control
    )
    assert judged.state is state
