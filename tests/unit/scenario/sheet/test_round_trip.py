"""Scenario to CSV to YAML and back: the register stays what it was."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.errors import BadInput
from lab.scenario import SheetFile, load
from lab.scenario.sheet import as_csv, as_yaml, load_sheet
from lab.scenario.tree import HIDDEN

ROOT = Path(__file__).parents[4]
TODAY = date(2026, 11, 23)
BASE = "edition: R8.3\nmodel: alpha\nreference: alpha\n"


def read_back(folder, content, encoding=None):
    """The entries by both ways: the scenario names the sheet, and the sheet's YAML is put into the scenario."""
    (folder / "register.csv").write_bytes(content)
    (folder / "sheet.yaml").write_text(f"{BASE}register: {{csv: register.csv{encoding or ''}}}\n", encoding="utf-8")
    sheet = load_sheet(SheetFile(folder / "register.csv"), as_of=TODAY)
    (folder / "written.yaml").write_text(BASE + as_yaml(sheet.entries, sheet.notes), encoding="utf-8")
    named, written = (load(folder / f"{name}.yaml", as_of=TODAY).entries for name in ("sheet", "written"))
    assert named == written
    return named


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize("name", ["alpha", "alpha-r5", "minimal"])
def test_registers_of_the_lab(tmp_path, name, encoding):
    entries = load(ROOT / "scenarios" / f"{name}.yaml", as_of=TODAY).entries
    assert read_back(tmp_path, as_csv(entries, encoding=encoding)) == tuple(
        entry.model_copy(update={"controls": back.controls, "permitted_by": back.permitted_by})
        for entry, back in zip(entries, read_back(tmp_path, as_csv(entries)), strict=True)
    )


def test_excel_takes_it_as_it_is():
    content = as_csv(load(ROOT / "scenarios" / "minimal.yaml", as_of=TODAY).entries)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    assert "2027/11/23" in content.decode()


def test_a_sign_that_the_encoding_does_not_have():
    (entry,) = load(ROOT / "scenarios" / "minimal.yaml", as_of=TODAY).entries
    with pytest.raises(BadInput, match=r"CP932 \(Shift_JIS\) has no '𠮷' \(U\+20BB7\)\n  fix: write UTF-8"):
        as_csv([entry.model_copy(update={"owner": "𠮷"})], encoding="cp932")


texts = (
    st.text(min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and not HIDDEN.search(text) and not text.startswith("'"))
)
odd = st.sampled_from(
    [
        "on",
        "null",
        "~",
        "1",
        "1.5",
        "- x",
        "a: b",
        "#x",
        "=1",
        "@x",
        "+A1",
        "-",
        'a "b"',
        "a,b",
        "{a}",
        "&a",
        "*a",
        "!a",
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(purpose=st.one_of(texts, odd), owner=st.one_of(texts, odd))
def test_whatever_is_written_as_purpose_and_owner(tmp_path, purpose, owner):
    (entry,) = load(ROOT / "scenarios" / "minimal.yaml", as_of=TODAY).entries
    entry = entry.model_copy(update={"purpose": purpose, "owner": owner})
    assert read_back(tmp_path, as_csv([entry])) == (entry,)
