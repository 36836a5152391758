"""What the roles of screen transfer deliver: one door, one desktop, nothing beside the picture."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from lab import catalogue, scenario
from lab.converge import tree
from lab.converge.overlays import ROLES
from lab.converge.variables import variables
from lab.errors import LabError
from lab.pki import terminals
from lab.plan import build

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def telework():
    loaded = scenario.load(PROJECT / "scenarios" / "telework.yaml", as_of=date(2026, 11, 23))
    return build(loaded, catalogue.load(), "unit")


@pytest.fixture(scope="module")
def screens():
    loaded = scenario.load(PROJECT / "scenarios" / "screens.yaml", as_of=date(2026, 11, 23))
    return build(loaded, catalogue.load(), "unit")


def delivered(plan, host, role, **changed):
    defaults = yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    found = {name: value for name, value in defaults.items() if "{{" not in str(value)}
    found |= variables(plan, plan.host(host), Path("/keys")) | changed
    return {managed.path: managed.file.content.decode() for managed in tree.render(ROLES / role, found)}


def test_desktop_answers_on_its_own_addresses_over_tls_alone(telework):
    lines = delivered(telework, "lg-desk", "desktop")["/etc/xrdp/xrdp.ini"].splitlines()
    assert "port=tcp://10.20.0.30:3389 tcp6://{fd53:616e:736f:20::30}:3389" in lines
    assert "security_layer=tls" in lines
    assert "ssl_protocols=TLSv1.2, TLSv1.3" in lines
    assert "require_credentials=true" in lines


def test_every_channel_is_off_unless_it_is_named(telework):
    def channels(text):
        part = text.split("[Channels]", 1)[1].split("[", 1)[0]
        return dict(line.split("=") for line in part.split())

    closed = channels(delivered(telework, "lg-desk", "desktop")["/etc/xrdp/xrdp.ini"])
    assert set(closed) == {"cliprdr", "drdynvc", "rail", "rdpdr", "rdpsnd", "tcutils", "xrdpvr"}
    assert set(closed.values()) == {"false"}
    changed = delivered(telework, "lg-desk", "desktop", desktop__channels=["cliprdr"])["/etc/xrdp/xrdp.ini"]
    assert channels(changed) == closed | {"cliprdr": "true"}


def test_desktop_knows_its_people_and_where_they_live(telework):
    files = delivered(telework, "lg-desk", "desktop")
    assert files["/var/lib/extrausers/passwd"] == "staff01:x:2001:2001::/var/lib/desktop/home/staff01:/bin/sh\n"
    assert files["/var/lib/extrausers/group"] == "staff01:x:2001:\n"


def test_gateway_knows_terminals_by_address_and_one_desktop(telework):
    files = delivered(telework, "screen-gw", "screen_gateway")
    identity = next((one.identity for one in terminals(telework)), "tele-term")
    assert files["/etc/haproxy/terminals.map"].splitlines()[1:] == [
        f"10.99.0.20 {identity}", f"fd53:616e:736f:99::20 {identity}",
    ]  # fmt: skip
    servers = [line.split() for line in files["/etc/haproxy/haproxy.cfg"].splitlines() if line.startswith("    server")]
    assert [words[2] for words in servers] == ["abns@sessions", "10.20.0.30:3389"]


def test_gateway_with_two_desktops_is_refused(telework):
    other = next(flow for flow in telework.allowed if flow.source == "screen-gw" and flow.application == "rdp")
    twice = telework.model_copy(update={"allowed": (*telework.allowed, other)})
    with pytest.raises(LabError, match="2 flows to a desktop"):
        variables(twice, twice.host("screen-gw"), Path("/keys"))


def test_terminal_knows_the_desktop_by_name_behind_the_gateways_address(telework):
    files = delivered(telework, "tele-term", "screen_client")
    assert files["/etc/sanso/screen_client/settings"] == "size=1024x768\n"
    assert files["/etc/sanso/screen_client/desks"].splitlines()[1:] == [
        "lg-desk 10.60.0.10:3389 lg-desk.lg.sanso.test staff01"
    ]


def test_terminal_in_the_office_knows_a_way_and_an_account_per_desktop(screens):
    desks = delivered(screens, "lg-term", "screen_client")["/etc/sanso/screen_client/desks"].splitlines()[1:]
    assert desks == [
        "in-desk 10.30.0.31:3389 in-desk.in.sanso.test staff01",
        "mn-desk 10.13.0.10:3389 mn-desk.mn.sanso.test staff02",
    ]


def test_gateways_in_the_office_take_the_registered_terminal_alone(screens):
    for gateway, desk in (("scr-gw-in", "10.30.0.30"), ("scr-gw-mn", "10.10.0.30")):
        files = delivered(screens, gateway, "screen_gateway")
        assert files["/etc/haproxy/terminals.map"].splitlines()[1:] == [
            "10.20.0.20 lg-term", "fd53:616e:736f:20::20 lg-term",
        ]  # fmt: skip
        assert f" {desk}:3389" in files["/etc/haproxy/haproxy.cfg"]


def test_review_knows_who_may_look_at_which_desktop(telework, screens):
    import json

    def settings(plan):
        return json.loads(delivered(plan, "log", "log_review")["/etc/sanso/log_review/settings.json"])

    assert settings(telework)["screen_gateways"] == ["screen-gw"]
    assert settings(telework)["desks"] == [{"name": "lg-desk", "terminals": ["tele-01@sanso.test"]}]
    assert {one["name"]: one["terminals"] for one in settings(screens)["desks"]} == {
        "lg-desk": ["tele-01@sanso.test"], "in-desk": ["lg-term"], "mn-desk": ["lg-term"]
    }  # fmt: skip
    minimal = scenario.load(PROJECT / "scenarios" / "minimal.yaml", as_of=date(2026, 11, 23))
    none = settings(build(minimal, catalogue.load(), "unit"))
    assert (none["screen_gateways"], none["desks"]) == ([], [])
