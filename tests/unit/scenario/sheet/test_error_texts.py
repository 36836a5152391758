"""What a user reads when a register's CSV file is wrong: every text of tests/golden/register, letter by letter."""

import os
import re
from datetime import date
from pathlib import Path

import pytest

from lab.errors import BadInput
from lab.scenario import SheetFile, load
from lab.scenario.problems import cell_name
from lab.scenario.sheet import load_sheet
from lab.scenario.sheet.rows import MOST_ROWS
from lab.scenario.text import LARGEST

GOLDEN = Path(__file__).parents[3] / "golden" / "register"
NAMES = sorted(file.stem for file in GOLDEN.glob("*.csv"))
TODAY = date(2026, 11, 23)
HEADINGS = "番号,通信目的,送信元,宛先,プロトコル,ポート,方向,MAC制限,所管課,有効期限"


@pytest.mark.parametrize("name", NAMES)
def test_error_text(name, monkeypatch):
    monkeypatch.chdir(GOLDEN)
    with pytest.raises(BadInput) as caught:
        load(Path("scenario.yaml"), as_of=TODAY, register=SheetFile(Path(f"{name}.csv")))
    assert f"{caught.value}\n" == Path(f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_error_names_a_cell_or_the_file_and_how_to_mend_it(name):
    text = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    causes = [line for line in text.splitlines() if not line.startswith("  fix: ")]
    assert len(causes) == sum(line.startswith("  fix: ") for line in text.splitlines())
    for cause in causes:
        place = re.match(rf"{name}\.csv(?::(\d+):(\d+): cell ([A-Z]+\d+))?: ", cause)
        assert place, cause
        assert place[1] is None or place[3] == cell_name(int(place[1]), int(place[2]))


def test_no_golden_text_is_an_orphan():
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(NAMES)


def test_a_scenario_that_names_the_file_says_the_same_with_the_way_to_it(tmp_path):
    for name in ("bad-dates", "duplicate-id", "undecodable", "workbook"):
        (tmp_path / "r.csv").write_bytes((GOLDEN / f"{name}.csv").read_bytes())
        (tmp_path / "s.yaml").write_text("edition: R8.3\nmodel: alpha\nregister: {csv: r.csv}\n")
        with pytest.raises(BadInput) as caught:
            load(tmp_path / "s.yaml", as_of=TODAY)
        told = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").replace(f"{name}.csv", f"{tmp_path}/r.csv")
        assert f"{caught.value}\n" == told


def test_problems_of_scenario_and_sheet_come_together(tmp_path):
    (tmp_path / "r.csv").write_bytes((GOLDEN / "bad-dates.csv").read_bytes())
    (tmp_path / "s.yaml").write_text("edition: R8.3\nmodel: alpha\nregister: {csv: r.csv}\nwifi: 1\n")
    with pytest.raises(BadInput, match=r'(?s)s\.yaml:4:1: unknown key "wifi".*r\.csv:2:10: cell J2'):
        load(tmp_path / "s.yaml", as_of=TODAY)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{csv: none.csv}", 's.yaml:3:17: register "none.csv": there is no such file\n  fix: put the file beside'),
        ("{csv: ../r.csv}", "the file is outside of the scenario's folder"),
        ("{csv: .}", "this is a directory"),
        ("{csv: pipe}", "this is not a regular file"),
        ("{cvs: r.csv}", 's.yaml:3:12: unknown key "cvs"\n  fix: did you mean `csv`?'),
        ("{}", "s.yaml:3:11: `csv` is missing here\n  fix: add e.g. `csv: register.csv`"),
        ("{csv: [r.csv]}", "s.yaml:3:17: `csv` must be text, here is a list"),
        ("{csv: r.csv, encoding: sjis}", "s.yaml:3:34: `encoding` must be"),
    ],
)
def test_a_sheet_that_is_not_named_well(tmp_path, value, told):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "s.yaml").write_text(f"edition: R8.3\nmodel: alpha\nregister: {value}\n")
    with pytest.raises(BadInput) as caught:
        load(tmp_path / "s.yaml", as_of=TODAY)
    assert told in str(caught.value)


def test_too_large(tmp_path):
    (tmp_path / "r.csv").write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(
        BadInput, match=r"r\.csv: the file has 1048577 bytes, more than 1048576\n  fix: a register is a"
    ):
        load_sheet(SheetFile(tmp_path / "r.csv"))


def test_too_many_rows(tmp_path):
    (tmp_path / "r.csv").write_text(HEADINGS + "\n" * (MOST_ROWS + 2), encoding="utf-8")
    with pytest.raises(BadInput, match=rf"r\.csv:{MOST_ROWS + 1}:1: cell A{MOST_ROWS + 1}: more than {MOST_ROWS} rows"):
        load_sheet(SheetFile(tmp_path / "r.csv"))


def test_a_flood_of_problems_is_cut(tmp_path):
    rows = "\n".join(f"TK-{n},p,a,b,TCP,443,→,○,o,soon" for n in range(300))
    (tmp_path / "r.csv").write_text(f"{HEADINGS}\n{rows}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="and 250 more"):
        load_sheet(SheetFile(tmp_path / "r.csv"))


def test_a_message_stays_short(tmp_path):
    for text in ("{0},p,a,b,TCP,443,→,○,o,+1y", "I,{0},a,b,TCP,443,→,{0},o,{0}", "I,p,{0},{0},{0},{0},{0},○,o,+1y,{0}"):
        (tmp_path / "r.csv").write_text(f"{HEADINGS},{'x' * 900}\n{text.format('x' * 5_000)}\n", encoding="utf-8")
        with pytest.raises(BadInput) as caught:
            load_sheet(SheetFile(tmp_path / "r.csv"))
        assert max(len(line) for line in str(caught.value).splitlines()) < 400


def test_by_itself_a_sheet_is_checked_as_far_as_no_network_is_needed(monkeypatch):
    monkeypatch.chdir(GOLDEN)
    with pytest.raises(BadInput, match=r"cell A4: the id TK-01 is here twice \(first in row 2\)") as caught:
        load_sheet(SheetFile(Path("duplicate-id.csv")), as_of=TODAY)
    assert "TC-03" not in str(caught.value)
    with pytest.raises(BadInput, match="cell J8: TC-03: TK-07 expired on 2026-11-22"):
        load_sheet(SheetFile(Path("bad-dates.csv")), as_of=TODAY)
    with pytest.raises(BadInput, match="cell F4: TC-02: there is no port 65536"):
        load_sheet(SheetFile(Path("bad-ports.csv")), as_of=TODAY)


@pytest.mark.parametrize(
    ("row", "column", "name"), [(1, 1, "A1"), (3, 8, "H3"), (10, 26, "Z10"), (2, 27, "AA2"), (1, 703, "AAA1")]
)
def test_cells_are_named_as_a_spreadsheet_names_them(row, column, name):
    assert cell_name(row, column) == name


def test_the_same_id_is_told_although_one_of_the_rows_is_wrong(tmp_path):
    good, bad = "A,p,a,b,TCP,1,→,○,o,+1y", "A,p,a,b,TCP,1,→,○,o,soon"
    for rows in ((good, bad), (bad, good), (bad, bad), (good, good, bad)):
        (tmp_path / "r.csv").write_text("\n".join([HEADINGS, *rows]), encoding="utf-8")
        with pytest.raises(BadInput) as caught:
            load_sheet(SheetFile(tmp_path / "r.csv"), as_of=TODAY)
        for row in range(3, len(rows) + 2):
            assert str(caught.value).count(f"cell A{row}: the id A is here twice (first in row 2)") == 1
