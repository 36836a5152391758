"""What the report says above, below and beside the verdicts."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import yaml

from lab import catalogue, scenario
from lab.catalogue import Code
from lab.plan import build
from lab.record import State
from lab.report.html.page import HERE

MINIMAL = Path(__file__).parents[4] / "scenarios" / "minimal.yaml"


def text(page):
    """The words of a page, without elements, style, scripts and data."""
    body = re.sub(r"<(style|script|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def part(page, identifier):
    """One control's own part."""
    return page.partition(f'<details class="control" id="{identifier}">')[2].partition('<details class="control"')[0]


def test_it_certifies_nobody_in_either_language(pages):
    made = pages()
    assert "This certifies nobody." in made["en"]
    assert "適合を認定するものではありません" in made["ja"]
    assert 'lang="en"' in made["en"]
    assert 'lang="ja"' in made["ja"]


@pytest.mark.parametrize(
    ("states", "code", "said"),
    [
        ([State.PASS, State.PASS], 0, "All 2 controls that were judged hold"),
        ([State.FAIL, State.PASS], 1, "1 of 2 controls failed"),
        ([State.ERROR, State.PASS], 2, "1 of 2 controls could not be judged"),
        ([State.ERROR, State.PASS], 0, "1 of 2 controls could not be judged"),
        ([State.PASS, State.PASS], 2, "Something went wrong in this run"),
    ],
)
def test_the_result_is_said_first(pages, verdict, states, code, said):
    made = pages([verdict(states[0]), verdict(states[1], "TC-01")], exit=code)["en"]
    assert text(made).index(said) < text(made).index("Scenario")


def test_a_due_control_without_verdict_is_named_as_an_error(pages, verdict):
    said = text(pages([verdict()], exit=2)["en"])
    assert "Due, and without any verdict: TC-01" in said
    assert "1 of 2 controls could not be judged" in said


def test_a_subset_says_so(pages, verdict):
    made = pages([verdict()], subset=True, selection={"controls": ["ZONE-01"], "keyword": "cut", "quick": True})
    assert "Subset." in made["en"]
    assert "ZONE-01, -k cut, --quick" in made["en"]
    assert "一部のみの検証です。" in made["ja"]


def test_problems_of_the_run_and_tests_left_out_are_said(pages, verdict):
    made = pages(
        [verdict()],
        problems=["changed during the run: fw-mn"],
        not_run=["no fourth channel (SAN-04)"],
        not_quick=["files are as delivered (OPS-04)"],
    )
    assert "changed during the run: fw-mn" in text(made["en"])
    assert "no fourth channel (SAN-04)" in made["en"]
    assert "files are as delivered (OPS-04)" in made["en"]
    assert "--quick leaves them out" in made["en"]
    assert "無害化通信以外の経路がない（SAN-04）" in made["ja"]


def test_what_a_study_says_stands_above_everything(pages):
    made = pages(study="mn-telework")
    assert "not conformance" in text(made["en"].partition('<main id="main">')[2].partition("<h1>")[0])
    assert "適合を示すものではありません" in text(made["ja"].partition("<h1>")[0])
    assert 'class="banner"' not in pages()["en"]


def stale(page):
    return 'id="stale" hidden' not in page


def test_what_ended_since_the_run_makes_it_stale(pages, plan, verdict, waiver):
    waived = plan.model_copy(update={"waivers": (waiver,)})
    assert not stale(pages([verdict(State.WAIVED)], of=waived, today=date(2026, 12, 31))["en"])
    assert stale(pages([verdict(State.WAIVED)], of=waived, today=date(2027, 1, 1))["en"])
    assert stale(pages([verdict()], today=plan.as_of.replace(year=plan.as_of.year + 2))["ja"])


def test_a_waiver_is_shown_with_its_reason_its_end_and_what_it_hid(pages, plan, verdict, waiver):
    made = pages(
        [verdict(State.WAIVED), verdict(State.WAIVED), verdict()], of=plan.model_copy(update={"waivers": (waiver,)})
    )
    row = text(made["ja"].partition('id="register"')[2].partition("</section>")[0])
    assert "ZONE-01 すべての対象 更新待ち 2026-12-31 2" in row


def test_a_cell_that_is_not_the_guidelines_word_is_marked(pages, verdict):
    controls = catalogue.load().controls
    weak = {Code.LAB, Code.INFERRED, Code.UNKNOWN}
    judged = [name for name, control in controls.items() if control.obligation["R8.3"].code in weak]
    firm = [name for name, control in controls.items() if control.obligation["R8.3"].code is Code.REQUIRED]
    made = pages([verdict(control=name) for name in controls])["en"]
    assert judged
    assert all("not the guideline's own word" in text(part(made, name)) for name in judged)
    assert not any("not the guideline's own word" in text(part(made, name)) for name in firm)


def test_a_control_is_told_whole(pages, verdict, observation):
    control = catalogue.load().control("ZONE-01")
    for language, page in pages([verdict()], [observation()]).items():
        said = text(part(page, "ZONE-01"))
        texts = [control.asks, control.how, *control.limits, *control.breaks]
        assert all(" ".join(getattr(one, language).split()) in said for one in texts)
        assert {"en": "DECK-R8, p.12", "ja": "DECK-R8、p.12"}[language] in said
        assert all(getattr(one.about, language) in said for one in control.evidence if one.about)
        assert "obs-1" in said


def test_captures_are_linked_where_they_are(pages, verdict, observation, tmp_path):
    assert "x-ml.pcapng" not in pages([verdict()], [observation()])["en"]
    (tmp_path / "evidence" / "captures").mkdir()
    (tmp_path / "evidence" / "captures" / "x-ml.pcapng").write_bytes(b"")
    made = pages([verdict()], [observation()])["en"]
    assert 'href="captures/x-ml.pcapng"' in part(made, "ZONE-01")
    assert 'frame.comment contains "obs-1 "' in part(made, "ZONE-01")


def test_the_ruleset_is_linked_where_it_was_kept(pages, verdict, observation, tmp_path):
    through = [verdict(State.FAIL)], [observation(rule="accept")]
    assert "ruleset.nft" not in pages(*through)["en"]
    (tmp_path / "evidence" / "hosts" / "fw-mn").mkdir(parents=True)
    (tmp_path / "evidence" / "hosts" / "fw-mn" / "ruleset.nft").write_text("")
    assert 'href="hosts/fw-mn/ruleset.nft"' in pages(*through)["en"]


def test_a_control_that_the_catalogue_does_not_have_is_shown_all_the_same(pages, verdict):
    made = pages([verdict(control="OWN-01", test="theirs.py::test_ours")])["ja"]
    assert "カタログにない対策" in made
    assert "ours" in text(part(made, "OWN-01"))


def test_parts_of_the_guideline_without_controls_are_named(pages):
    families = {control.family for control in catalogue.load().controls.values()}
    words = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
    parts = {key.removeprefix("part_"): word["en"] for key, word in words.items() if key.startswith("part_")}
    told = text(pages()["en"]).partition(words["unsaid_parts"]["en"])[2].partition(words["stop"]["en"])[0]
    assert {family for family, part in parts.items() if part in told} == set(parts) - families


def test_every_family_of_the_catalogue_has_a_name_in_both_languages(pages, verdict):
    words = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
    families = {control.family for control in catalogue.load().controls.values()}
    named = {key.removeprefix("family_"): word for key, word in words.items() if key.startswith("family_")}
    assert set(named) == families
    for language, page in pages([verdict()]).items():
        assert all(word[language] in text(page) for word in named.values())


def test_a_verdict_that_has_its_tests_id_as_subject_is_shown_under_the_japanese_title(pages, verdict):
    name = "test_only_planned_services_listen[fw-mn]"
    given = [verdict(control="TC-02", subject=name, test=f"tests/controls/test_tc.py::{name}", observations=())]
    made = pages(given)
    assert '<span class="subject">計画したサービスのみ待ち受けている（fw-mn）</span>' in made["ja"]
    assert f'<span class="subject">{name}</span>' in made["en"]


def test_an_answer_is_told_in_the_language_of_the_page(pages, verdict, observation):
    made = pages([verdict()], [observation()])
    assert "応答：なし" in text(made["ja"])
    assert "answer: none" in text(made["en"])


def test_every_word_is_there_in_both_languages_and_is_used():
    words = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
    assert all(set(word) == {"en", "ja"} and all(word.values()) for word in words.values())
    sources = "".join(path.read_text(encoding="utf-8") for path in (HERE / "templates").iterdir())
    made = (
        "state_",
        "mark_",
        "tint_",
        "code_",
        "family_",
        "answer_",
        "warrant_",
        "means_",
        "why_",
        "part_",
        "needs_",
        "file_",
        "js_",
    )
    unused = [word for word in words if not word.startswith(made) and not re.search(rf"\bw\.{word}\b", sources)]
    assert unused == []
    spoken = [word for word in words if word.startswith("js_") and f'"{word.removeprefix("js_")}"' not in sources]
    assert [word for word in spoken if word not in {"js_expired", "js_failed", "js_unjudged"}] == []


def test_a_lab_of_200_hosts_fits(pages, tmp_path):
    servers = "".join(
        f"    {zone}-{n}: {{zone: {zone}, function: server, number: {60 + n}}}\n"
        for zone in ("mn", "lg", "in")
        for n in range(62)
    )
    file = tmp_path / "big.yaml"
    file.write_text(MINIMAL.read_text(encoding="utf-8") + f"hosts:\n  add:\n{servers}", encoding="utf-8")
    plan = build(scenario.load(file), catalogue.load(), "big")
    assert len(plan.hosts) == 200
    assert all(len(page) < 1_000_000 for page in pages(of=plan).values())
