"""A study opens what the guideline excludes: only when the scenario says so, only for its path, and never unnoticed."""

from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.errors import BadInput
from lab.plan import Family, build, route
from lab.scenario import load

HEAD = "edition: R8.3\nmodel: alpha\n"


def loaded(tmp_path, text):
    file = tmp_path / "s.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return load(file)


def refusal(tmp_path, text):
    with pytest.raises(BadInput) as caught:
        loaded(tmp_path, text)
    return str(caught.value)


def test_my_number_telework_needs_the_study(tmp_path):
    assert "TW-01: edition R8.3" in refusal(tmp_path, "paths: {telework: [lg, mn]}\n")


def test_the_study_needs_its_path(tmp_path):
    told = refusal(tmp_path, "study: mn-telework\npaths: {telework: [lg]}\n")
    assert "s.yaml:3:8: the study mn-telework needs the path telework for mn" in told


def test_unknown_study(tmp_path):
    assert "unknown study" in refusal(tmp_path, "study: mn-wlan\npaths: {telework: [lg]}\n")


def test_the_study_forbids_other_paths_as_ever(tmp_path):
    told = refusal(tmp_path, "study: mn-telework\npaths: {telework: [lg, mn, in]}\n")
    assert "no equipment for the path telework into in" in told


def test_a_study_opens_its_own_rows_alone(tmp_path):
    text = "study: mn-telework\npaths: {telework: [lg, mn]}\n"
    plan = build(loaded(tmp_path, text), load_catalogue(), "t")
    assert plan.study == "mn-telework"
    into = [flow for flow in plan.allowed if plan.place(plan.host(flow.destination).zone) == "mn"]
    crossing = [flow for flow in into if plan.host(flow.source).zone != "mn"]
    assert [(flow.id, flow.source, flow.destination, flow.port) for flow in crossing] == [
        ("ST02/mn-screen-gw/mn-desk", "mn-screen-gw", "mn-desk", 3389)
    ]
    assert [flow.destination for flow in plan.allowed if flow.source == "tele-mn" and not flow.anyone] == [
        "mn-screen-gw"
    ]
    assert [flow.destination for flow in plan.allowed if flow.source == "tele-term" and not flow.anyone] == [
        "screen-gw"
    ]
    assert route(plan, "tele-mn", "mn-screen-gw", Family.IPV4)[1] == "vpn-gw.ipsec0/to"


def test_a_register_entry_gets_no_more_by_it(tmp_path):
    entry = "{id: TK-9, purpose: x, from: tele-term, to: mn-desk, service: tcp/3389, owner: x, expires: +1y}"
    told = refusal(tmp_path, f"study: mn-telework\npaths: {{telework: [lg, mn]}}\nregister: [{entry}]\n")
    assert "TW-01" in told


def test_its_banner_is_in_both_languages():
    (study,) = load_catalogue().studies
    assert "not conformance" in study.banner.en
    assert "適合を示すものではありません" in study.banner.ja


def test_reference_scenario(tmp_path):
    file = Path(__file__).parents[3] / "scenarios" / "mn-telework-study.yaml"
    assert load(file).study == "mn-telework"
