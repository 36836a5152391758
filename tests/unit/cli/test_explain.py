"""`lab explain`: which run it speaks of, in which words, and what it refuses."""

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lab.catalogue import load
from lab.cli.commands.explain import command
from lab.cli.explain_words import WORDS
from lab.errors import BadInput, ManyErrors
from lab.operate import explain
from lab.operate.explain import Running
from lab.operate.places import bundles
from lab.operate.up import plan_of

PATH = Path(__file__).parents[1] / "report" / "explained.py"
spec = importlib.util.spec_from_file_location("explained", PATH)
explained = importlib.util.module_from_spec(spec)
spec.loader.exec_module(explained)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """An empty folder, no engine, a wide output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(explain, "_running", lambda _name, _bundle: None)
    return tmp_path


def run(*arguments):
    given = {"LC_ALL": "C.UTF-8", "COLUMNS": "200", "SANSO_LAB": ""}
    return CliRunner().invoke(command, [str(one) for one in arguments], env=given, standalone_mode=False)


def test_rule_way_entry_reference_and_commands_are_told(place):
    out = run("TC-02", explained.write(place / "e")).output
    rules = explained.RULES.splitlines()
    number = next(number for number, line in enumerate(rules, 1) if "1-65535" in line)
    assert f"{place}/e/hosts/fw-mn/ruleset.nft:{number}" in out
    assert "carries the id TK-01: 住基ネット本人確認, mn-app -> juki-net tcp/443; owner 市民課" in out
    assert "scenarios/minimal.yaml:" in out
    assert "reaches fw-mn.x-ml" in out
    assert "playbooks/roles/firewall/templates/rules.j2:" in out
    assert "lab verify --control TC-02 --lab told" in out


def test_in_japanese_tests_have_their_titles_and_states_answers_and_policies_their_words(place):
    path = "tests/controls/test_zone.py::test_my_number_zone_is_cut_from_every_other"
    one = explained.verdict(
        "ZONE-05", "test_my_number_zone_is_cut_from_every_other[fw-mn]", "x", observations=("obs-1",)
    )
    one = one.model_copy(update={"test": f"{path}[fw-mn]"})
    directory = explained.write(place / "e", verdicts=(one,))
    out = run("ZONE-05", directory, "--lang", "ja").output
    assert "不合格 マイナンバー利用事務系は他のすべての領域から分離されている（fw-mn）" in out
    assert "この検証で省いた試験：リンクの変化中に何も通らない（ZONE-05）" in out
    assert "応答：接続成立" in out
    assert "（既定動作） -> accept" in out
    assert "fail test_my_number_zone_is_cut_from_every_other[fw-mn]" in run("ZONE-05", directory).output


def test_a_changed_file_shows_both_lines(place):
    out = run("OPS-04", explained.write(place / "e")).output
    assert "mn-app:/etc/nginx/nginx.conf:21" in out
    assert "is: ssl_protocols TLSv1 TLSv1.2;" in out
    assert "delivered: ssl_protocols TLSv1.2 TLSv1.3;" in out


@pytest.mark.parametrize("control", load().controls)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_control_is_explained_with_and_without_evidence(place, control, lang):
    directory = explained.write(place / "e")
    for arguments in ([control, "--lang", lang], [control, directory, "--lang", lang]):
        done = run(*arguments)
        assert done.exception is None
        asks = load().control(control).asks
        assert "".join((asks.ja if lang == "ja" else asks.en).split()) in "".join(done.output.split())


def test_without_evidence_it_says_how_it_is_tested_and_what_to_type(place):
    out = run("TC-05").output
    assert "No evidence of it was found" in out
    assert "How it is tested" in out
    assert "scenarios/wired.yaml" in out  # the first in which it is due
    assert "lab verify --control TC-05" in out


def test_json_has_everything(place):
    told = json.loads(run("ZONE-01", explained.write(place / "e"), "--json").output)
    assert told["control"]["id"] == "ZONE-01"
    assert told["edition"] == "R8.3"
    assert told["seen"]["faults"][0]["places"][0]["rule"]["handle"] == 68
    assert told["seen"]["faults"][0]["checks"][0]["way"]["steps"][0]["port"] == "intruder.x-ml"
    assert told["next"][0]["text"].endswith("scenarios/minimal.yaml --lab told")
    assert told["next"][1]["text"].startswith("lab trace")
    assert json.loads(run("ZONE-01", "--json").output)["seen"] is None


def test_the_newest_run_that_judged_the_control_is_taken(place):
    explained.write(place / "evidence" / "a", ended="2026-11-26T03:00:00+00:00")
    explained.write(place / "evidence" / "b", ended="2026-11-26T02:00:00+00:00", lab="other")
    one = explained.verdict("LOG-01", "x", "y")
    explained.write(place / "evidence" / "c", ended="2026-11-26T04:00:00+00:00", verdicts=(one,))
    (place / "evidence" / "half").mkdir()
    (place / "evidence" / "half" / "run.json").write_text('{"ended": "2027", "lab": "told"}')
    assert [path.name for path in bundles()] == ["c", "a", "b"]
    assert [path.name for path in bundles("other")] == ["b"]
    assert json.loads(run("ZONE-01", "--json").output)["seen"]["evidence"] == "evidence/a"
    assert json.loads(run("LOG-01", "--json").output)["seen"]["evidence"] == "evidence/c"
    assert json.loads(run("ZONE-01", "--json", "--lab", "other").output)["seen"]["evidence"] == "evidence/b"
    assert json.loads(run("ZONE-01", "--json", "--lab", "nobody").output)["seen"] is None


def test_a_due_control_without_verdict_is_no_pass(place):
    assert "an error, never a pass" in run("CRY-05", explained.write(place / "e")).output
    assert "This run says nothing of it" in run("CRY-04", explained.write(place / "f")).output


def test_a_hosts_words_do_not_steer_the_terminal(place):
    one = explained.verdict("ZONE-01", "x \x1b[2J", "\x1b]0;title\x07 <b>")
    out = run("ZONE-01", explained.write(place / "e", verdicts=(one,))).output
    assert "\x1b" not in out
    assert "<b>" in out


@pytest.mark.parametrize(
    ("change", "changed", "words"),
    [
        ({"scenario": "alpha"}, (), "now runs scenario minimal; the run judged alpha"),
        ({"plan_digest": "0"}, (), "changed after this run"),
        ({"edition": "R5.3"}, (), "is now judged by edition R8.3; the run by R5.3"),
        ({}, ("fw-mn",), "the rules of fw-mn are not those that this run judged"),
        ({}, (), ""),
    ],
)
def test_verdicts_on_another_plan_or_other_rules_are_stale(place, monkeypatch, change, changed, words):
    plan = plan_of(explained.MINIMAL, name="told")
    monkeypatch.setattr(explain, "_running", lambda name, _bundle: Running(name, plan, changed))
    out = run("ZONE-01", explained.write(place / "e", **change)).output
    assert ("stale" in out) is bool(words)
    assert words in out


def test_a_lab_in_which_it_is_due_needs_no_building(monkeypatch):
    plan = plan_of(explained.MINIMAL, name="there")
    monkeypatch.setattr(explain, "_running", lambda _name, _bundle=None: Running("there", plan))
    told = json.loads(run("ZONE-01", "--json").output)["next"]
    assert [one["text"] for one in told] == [
        "lab verify --control ZONE-01 --lab there",
        "lab explain ZONE-01 --lab there",
    ]


def test_an_unknown_control_is_refused_with_the_nearest():
    done = run("ZONE-1")
    assert isinstance(done.exception, BadInput)
    assert "did you mean ZONE-01?" in str(done.exception)


def test_an_altered_bundle_is_named(place):
    directory = explained.write(place / "evidence" / "e")
    with (directory / "verdicts.jsonl").open("a") as file:
        file.write("\n")
    for done in (run("ZONE-01", directory), run("ZONE-01")):
        assert isinstance(done.exception, ManyErrors)
        assert "verdicts.jsonl" in str(done.exception)


def test_every_word_has_two_languages():
    assert all(text.en != text.ja for text in WORDS.values())
