from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lab.converge.overlays import GUEST, ROLES, check_overlays, laid_over
from lab.converge.tree import Inner, render
from lab.converge.variables import variables
from lab.errors import ManyErrors
from lab.plan import Plan


def test_an_overlay_of_a_delivered_file_is_fine(plan: Plan):
    check_overlays(plan.model_copy(update={"overlays": {"mn-app": {"/etc/nginx/nginx.conf": "x"}}}))


def test_all_overlays_that_would_do_nothing_are_named_with_what_could_be_meant(plan: Plan):
    overlays = {"mn-app": {"/etc/nginx.conf": "x"}, "mn-term": {"/etc/nftables.conf": "x"}, "mn-gone": {"/etc/x": ""}}
    with pytest.raises(ManyErrors) as caught:
        check_overlays(plan.model_copy(update={"overlays": overlays}))
    first, second, third = caught.value.errors
    assert first.message == "no role of mn-app delivers /etc/nginx.conf"
    assert "/etc/nginx/nginx.conf" in first.fix
    assert second.message == "no role of mn-term delivers /etc/nftables.conf"
    assert third.message == "overlays name a host mn-gone that the lab doesn't have"


def test_a_file_of_a_host_on_the_air_lands_in_its_tree_in_the_guests_container(air_plan: Plan):
    overlays = {
        "ap": {"/etc/hostapd/hostapd.conf": "x"},
        "sta-lg": {"/etc/wlan/wpa_supplicant.conf": "y"},
        "sensor": {"/etc/sensor/sensor.json": "{}"},
        "radio": {"/etc/sanso/radio/settings": "z"},
    }
    plan = air_plan.model_copy(update={"overlays": overlays})
    check_overlays(plan)
    assert laid_over(plan, plan.host("radio")) == {
        "/etc/sanso/radio/settings": "z",
        "/etc/sanso/radio/tree/ap/etc/hostapd/hostapd.conf": "x",
        "/etc/sanso/radio/tree/sta-lg/etc/wlan/wpa_supplicant.conf": "y",
        "/etc/sanso/radio/tree/sensor/etc/sensor/sensor.json": "{}",
    }
    assert laid_over(plan, plan.host("radius")) == {}


def test_it_takes_the_place_of_the_roles_own(air_plan: Plan):
    plan = air_plan.model_copy(update={"overlays": {"ap": {"/etc/hostapd/hostapd.conf": "x\n"}}})
    found = variables(plan, plan.host("radio"), Path("/keys"))
    defaults = yaml.safe_load((ROLES / GUEST / "defaults" / "main.yml").read_text())
    own = defaults | {name: value for name, value in found.items() if name.startswith(f"{GUEST}__")}
    inner = [Inner(one["tree"], one["at"], one["host"]) for one in own["radio_guest__hosts"]]
    rendered = {
        one.path: one for one in render(ROLES / GUEST, own, inner=inner, overlays=laid_over(plan, plan.host("radio")))
    }
    file = rendered["/etc/sanso/radio/tree/ap/etc/hostapd/hostapd.conf"]
    assert (file.file.content, file.origin) == (b"x\n", "the scenario's overlay")
    assert b"wpa_supplicant" in rendered["/etc/sanso/radio/tree/sta-lg/usr/local/sbin/station"].file.content


def test_certificates_and_keys_on_the_air_and_the_suites_tools_take_none(air_plan: Plan):
    overlays = {
        "ap": {"/etc/hostapd/secret.key": "x"},
        "sta-lg": {"/etc/wlan/client.key": "x", "/etc/wlan/ca.pem": "x"},
        "evil-ap": {"/etc/start": "x"},
        "air": {"/etc/start": "x"},
    }
    with pytest.raises(ManyErrors) as caught:
        check_overlays(air_plan.model_copy(update={"overlays": overlays}))
    told = [error.message for error in caught.value.errors]
    assert told[:3] == [
        "no role of ap delivers /etc/hostapd/secret.key",
        "no role of sta-lg delivers /etc/wlan/client.key",
        "no role of sta-lg delivers /etc/wlan/ca.pem",
    ]
    assert told[3:] == [f"{name} is a tool of the suites and takes no overlay" for name in ("evil-ap", "air")]
