"""`lab controls`: nothing that is doubtful may look certain, in either language and any width."""

import json

import pytest
from click.testing import CliRunner

from lab.catalogue import Catalogue, Code, Control, Obligation, load
from lab.cli.catalogue_view import one, overview
from lab.cli.catalogue_words import CODES, MARKS, NEEDS, WORDS
from lab.cli.commands.controls import command
from lab.errors import BadInput

CATALOGUE = load()


@pytest.fixture(autouse=True)
def width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


def doubtful() -> Catalogue:
    """A catalogue whose first three controls are unknown, carried over and absent in R8.3."""
    cells = [
        Obligation(code=Code.UNKNOWN),
        Obligation(code=Code.REQUIRED, carried_over=True),
        Obligation(code=Code.ABSENT),
    ]
    controls: dict[str, Control] = {}
    for control, cell in zip(CATALOGUE.controls.values(), cells, strict=False):
        controls[control.id] = control.model_copy(
            update={"obligation": {**control.obligation, "R8.3": cell}, "tested": False}
        )
    return CATALOGUE.model_copy(update={"controls": controls})


def lines_of(text):
    return [" ".join(line.split()) for line in text.splitlines()]


def test_overview_keeps_every_mark(capsys):
    catalogue = doubtful()
    overview(list(catalogue.controls.values()), catalogue, "R8.3", japanese=False)
    lines = lines_of(capsys.readouterr().out)
    assert "ZONE-01 ? no MN is separated from every other zone" in lines
    assert "ZONE-02 REQ (=) no MN never reaches the Internet" in lines
    assert "ZONE-03 n/a no LG and IN are cut apart" in lines
    assert "? not known: that edition's text could not be read" in lines
    assert any(line.startswith("(=) carried over: inferred") for line in lines)
    assert "not the 422-page body" in " ".join(lines)


def test_overview_of_the_real_catalogue(capsys):
    overview(list(CATALOGUE.controls.values()), CATALOGUE, "R5.3", japanese=True)
    text = capsys.readouterr().out
    for control in CATALOGUE.controls.values():
        (line,) = [line for line in text.splitlines() if line.startswith(control.id)]
        assert control.obligation["R5.3"].code.value in line
        assert control.title.ja in line


@pytest.mark.parametrize("japanese", [False, True], ids=["en", "ja"])
@pytest.mark.parametrize("columns", ["40", "100", "300"])
@pytest.mark.parametrize("control", CATALOGUE.controls.values(), ids=lambda each: each.id)
def test_one_control_says_all_of_it(control, columns, japanese, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    one(control, CATALOGUE, "R8.3", japanese=japanese)
    out = capsys.readouterr().out
    text = "".join(out.split())

    def shown(words):
        return "".join((words.ja if japanese else words.en).split()) in text

    assert control.id in text
    assert shown(control.title)
    assert shown(control.asks)
    assert shown(control.how)
    for words in (*control.breaks, *control.limits):
        assert shown(words), words
    for case in control.cases:
        assert case.id in text
        assert shown(case.what)
        assert case.reason is None or shown(case.reason)
    for edition, cell in control.obligation.items():
        assert f"{edition}{cell.code.value}" in text
        assert cell.note is None or shown(cell.note)
    for evidence in control.evidence:
        assert evidence.mark.value in text
        if evidence.source:
            source = CATALOGUE.sources[evidence.source]
            assert source.url in out  # in one piece, to be copied
            assert "".join(source.title.split()) in text
            assert shown(source.read)


def test_lines_stay_within_the_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    one(CATALOGUE.control("ZONE-05"), CATALOGUE, "R8.3", japanese=False)
    for line in capsys.readouterr().out.splitlines():
        assert len(line) <= 60 or "http" in line


def test_a_control_that_is_not_tested_says_so(capsys):
    catalogue = doubtful()
    one(catalogue.control("ZONE-01"), catalogue, "R8.3", japanese=False)
    assert "It is not tested in this version." in capsys.readouterr().out


def test_every_code_and_mark_has_words():
    assert set(CODES) == set(Code)
    assert {evidence.mark for control in CATALOGUE.controls.values() for evidence in control.evidence} <= set(MARKS)
    needs = {need for control in CATALOGUE.controls.values() for need in control.needs}
    assert {need for need in needs if ":" not in need} <= set(NEEDS)
    assert all(text.en != text.ja for text in WORDS.values())


def run(*arguments):
    return CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False)


def test_command_prints_json():
    (told,) = json.loads(run("ZONE-01", "--json").output)
    assert told["title"]["ja"] == "マイナンバー利用事務系と他の領域との分離"
    assert told["obligation"]["R8.3"]["code"] == "REQ"
    assert len(json.loads(run("--json").output)) == len(CATALOGUE.controls)


def test_command_takes_edition_and_language():
    assert "R5.3" in run("--edition", "R5.3").output.splitlines()[0]
    assert run("--ja").output.startswith("対策")


def test_command_refuses_what_is_not_there():
    with pytest.raises(BadInput, match=r"unknown edition 'R9'\n  fix: one of: R5\.3, R6\.10, R7\.3, R8\.3"):
        run("--edition", "R9")
    with pytest.raises(BadInput, match="unknown control 'ZONE-99'"):
        run("zone-99")
