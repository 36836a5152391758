"""Screen transfer in the office: only where the scenario asks for it, edition and model permit it, and somebody is registered."""

from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.errors import BadInput
from lab.plan import build
from lab.scenario import load

ENTRY = "{{id: TK-9, purpose: x, from: {source}, to: {target}, service: tcp/3389, owner: x, expires: +1y}}"


def loaded(tmp_path, text, edition="R8.3", model="alpha"):
    file = tmp_path / "s.yaml"
    file.write_text(f"edition: {edition}\nmodel: {model}\n{text}", encoding="utf-8")
    return load(file)


def refusal(tmp_path, text, **head):
    with pytest.raises(BadInput) as caught:
        loaded(tmp_path, text, **head)
    return str(caught.value)


def shown(zones, target, source="lg-term", telework=""):
    entry = ENTRY.format(source=source, target=target)
    return f"paths: {{screens: [{zones}]{telework}}}\nregister: [{entry}]\n"


@pytest.mark.parametrize("edition", ["R5.3", "R6.10"])
def test_my_number_screen_is_refused_before_its_edition(tmp_path, edition):
    told = refusal(tmp_path, shown("mn", "scr-gw-mn"), edition=edition)
    assert f"s.yaml:3:19: ZONE-01: edition {edition}, model alpha forbids screens for mn (F05" in told
    assert "only from edition R7.3 on" in told
    assert f"ZONE-01: edition {edition}, model alpha forbids lg-term -> scr-gw-mn" in told


def test_internet_side_screen_is_not_the_way_of_beta(tmp_path):
    told = refusal(tmp_path, shown("in", "scr-gw-in"), model="beta")
    assert "ZONE-03: edition R8.3, model beta forbids screens for in (F13" in told


def test_a_screen_is_for_somebody(tmp_path):
    told = refusal(tmp_path, "paths: {screens: [in, mn]}\n")
    assert "s.yaml:3:19: SAN-03: nobody is registered to be shown a desktop of in" in told
    assert "s.yaml:3:23: SCR-01: nobody is registered to be shown a desktop of mn" in told


def test_a_telework_desktop_is_no_origin(tmp_path):
    told = refusal(tmp_path, shown("mn", "scr-gw-mn", source="lg-desk", telework=", telework: [lg]"))
    assert "TW-01: edition R8.3, model alpha forbids lg-desk -> scr-gw-mn (F20-C" in told


def test_no_way_round_the_gateway(tmp_path):
    assert "ZONE-01" in refusal(tmp_path, shown("mn", "mn-desk"))


def test_other_zones_have_no_screen(tmp_path):
    assert "the lab has no equipment for the path screens into lg" in refusal(tmp_path, "paths: {screens: [lg]}\n")


def test_only_what_is_asked_for_is_there(tmp_path):
    plan = build(loaded(tmp_path, shown("in", "scr-gw-in")), load_catalogue(), "t")
    names = {host.name for host in plan.hosts}
    assert {"scr-gw-in", "in-desk"} <= names
    assert not {"scr-gw-mn", "mn-desk"} & names
    assert "SCR-01" not in plan.controls_due
    assert "screen_client" in plan.host("lg-term").roles
    assert "screen_client" not in plan.host("scr-gw-in").roles


def test_reference_scenario():
    file = Path(__file__).parents[3] / "scenarios" / "screens.yaml"
    plan = build(load(file), load_catalogue(), "t")
    assert {"SCR-01", "SAN-03", "TW-01", "TW-08"} <= set(plan.controls_due)
    assert plan.host("fw-mn").legs[-1].segment == "mn-scr"
