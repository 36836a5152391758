"""What is written beside something else is there, whatever becomes of the other."""

import pytest

from lab.report.beside import beside


def test_both_are_done(tmp_path):
    with beside(lambda: (tmp_path / "other").write_text("x")):
        (tmp_path / "own").write_text("x")
    assert {file.name for file in tmp_path.iterdir()} == {"other", "own"}


def test_what_goes_wrong_there_is_raised_here(tmp_path):
    with pytest.raises(FileNotFoundError), beside(lambda: (tmp_path / "no" / "other").write_text("x")):
        (tmp_path / "own").write_text("x")
    assert [file.name for file in tmp_path.iterdir()] == ["own"]


def test_an_own_failure_does_not_keep_the_other_from_being_written(tmp_path):
    with pytest.raises(OSError, match="mine"), beside(lambda: (tmp_path / "other").write_text("x")):
        raise OSError("mine")
    assert [file.name for file in tmp_path.iterdir()] == ["other"]
