"""What a user reads when a scenario is wrong: every text of tests/golden/errors, letter by letter."""

import os
from datetime import date
from pathlib import Path

import pytest

from lab.errors import BadInput
from lab.scenario import load
from lab.scenario.text import LARGEST

GOLDEN = Path(__file__).parents[2] / "golden" / "errors"
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("name", sorted(file.stem for file in GOLDEN.glob("*.yaml")))
def test_error_text(name, monkeypatch):
    monkeypatch.chdir(GOLDEN)
    with pytest.raises(BadInput) as caught:
        load(Path(f"{name}.yaml"), as_of=TODAY)
    assert f"{caught.value}\n" == Path(f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(file.stem for file in GOLDEN.glob("*.txt")))
def test_every_error_says_where_and_how_to_mend_it(name):
    text = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    causes = [line for line in text.splitlines() if not line.startswith("  fix: ")]
    fixes = [line for line in text.splitlines() if line.startswith("  fix: ")]
    assert len(causes) == len(fixes)
    assert all(cause.startswith(f"{name}.yaml:") for cause in causes)


def test_no_golden_text_is_an_orphan():
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {file.stem for file in GOLDEN.glob("*.yaml")}


def test_missing_file(tmp_path):
    with pytest.raises(BadInput, match=r"none\.yaml: there is no such file\n  fix: .*minimal"):
        load(tmp_path / "none.yaml")


def test_file_as_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="a part of the path is not a directory"):
        load(tmp_path / "file" / "scenario.yaml")


def test_directory(tmp_path):
    with pytest.raises(BadInput, match=r"this is a directory\n  fix: give the file inside it"):
        load(tmp_path)


def test_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(BadInput, match="not a regular file"):
        load(tmp_path / "pipe.yaml")


def test_too_large(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(BadInput, match="more than 1048576"):
        load(file)


def test_largest_is_read(tmp_path):
    file = tmp_path / "large.yaml"
    head = b"edition: R8.3\nmodel: alpha\n"
    file.write_bytes(head + b"#" * (LARGEST - len(head)))
    assert load(file).edition == "R8.3"


def test_too_many_values_end_the_reading(tmp_path):
    file = tmp_path / "many.yaml"
    file.write_text("x: [" + "1," * 100_000 + "]")
    with pytest.raises(BadInput, match="more than 20000 values"):
        load(file)


def test_endless_nesting_ends_the_reading(tmp_path):
    file = tmp_path / "nested.yaml"
    file.write_text("[" * 1_000_000)
    with pytest.raises(BadInput, match="nested deeper than 12 levels"):
        load(file)


def test_a_flood_of_problems_is_cut(tmp_path):
    file = tmp_path / "flood.yaml"
    file.write_text("edition: R8.3\nmodel: alpha\n" + "".join(f"k{n}: 1\n" for n in range(300)))
    with pytest.raises(BadInput, match="and 250 more"):
        load(file)


def test_name_that_no_file_can_have():
    with pytest.raises(BadInput, match="not a file name"):
        load(Path("a\0b"))


def test_unreadable_name_is_shown_printable(tmp_path):
    with pytest.raises(BadInput) as caught:
        load(tmp_path / "\x1b[31m\udcff.yaml")
    assert "\x1b" not in str(caught.value)
    str(caught.value).encode()


@pytest.mark.parametrize(
    "text",
    [
        "{0}: 1",
        "{0}: 1\n{0}: 2",
        "a: &{0} 1",
        "a: *{0}",
        "a: !{0} 1",
        "edition: {0}\nmodel: {0}",
        "hosts: {{add: {{{0}: 1}}}}",
        "overlays: {{fw-mn: {{? {0} : {0}}}}}",
        "register: [{{? {0} : 1}}]",
        "paths: {{wlan: [{0}]}}",
    ],
)
def test_a_message_stays_short(tmp_path, text):
    file = tmp_path / "s.yaml"
    file.write_text(f"edition: R8.3\nmodel: alpha\n{text.format('x' * 5_000)}\n")
    with pytest.raises(BadInput) as caught:
        load(file)
    assert max(len(line) for line in str(caught.value).splitlines()) < 300
