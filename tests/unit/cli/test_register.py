"""`lab register`: what is printed, what is written, and that nobody's file is overwritten."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lab.cli.commands.register import command
from lab.errors import BadInput

ROOT = Path(__file__).parents[3]
SHEET, ALPHA, MINIMAL = (
    ROOT / name for name in ("docs/examples/register.csv", "scenarios/alpha.yaml", "scenarios/minimal.yaml")
)


def run(*arguments):
    return CliRunner().invoke(command, [str(each) for each in arguments], standalone_mode=False, catch_exceptions=False)


def test_import_prints_entries_and_says_what_it_did_not_read():
    done = run("import", SHEET)
    assert done.stdout.startswith("register:  # 特定通信台帳")
    assert "  - id: TK-01\n    purpose: 住基ネット本人確認\n    from: mn-app\n    to: juki-net\n" in done.stdout
    assert "  # 番号法による 情報提供\n  - id: TK-02\n" in done.stdout
    assert done.stderr == f"3 entries of {SHEET}\ncolumns that were not read: 承認日\n"


def test_import_judges_in_a_scenario():
    assert run("import", SHEET, "--scenario", ALPHA).return_value == 0
    with pytest.raises(BadInput, match=r'register\.csv:4:4: cell D4: unknown host "chukan"'):
        run("import", SHEET, "--scenario", MINIMAL)


def test_as_of_is_the_day_that_counts():
    with pytest.raises(BadInput, match=r"cell J3: TC-03: TK-01 expired on 2099-03-31 \(today is 2099-04-01\)"):
        run("import", SHEET, "--as-of", "2099-04-01")


def test_what_is_written_is_read_again(tmp_path):
    run("export", ALPHA, "-o", tmp_path / "a.csv", "--encoding", "cp932")
    run("import", tmp_path / "a.csv", "-o", tmp_path / "a.yaml")
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8").count("  - id: ") == 8
    assert run("export", ALPHA).stdout_bytes.decode("utf-8-sig").encode("cp932") == (tmp_path / "a.csv").read_bytes()


@pytest.mark.parametrize("arguments", [("import", SHEET), ("export", ALPHA)])
def test_no_file_is_overwritten(tmp_path, arguments):
    (tmp_path / "there").write_text("x")
    with pytest.raises(BadInput, match="there: there is a file already"):
        run(*arguments, "-o", tmp_path / "there")
    assert (tmp_path / "there").read_text() == "x"
    with pytest.raises(BadInput, match="it can't be written: No such file or directory"):
        run(*arguments, "-o", tmp_path / "no" / "such")


def test_no_such_file():
    with pytest.raises(BadInput, match=r"none\.csv: there is no such file\n  fix: name the CSV file"):
        run("import", "none.csv")
