"""Both files are written side by side; what goes wrong with either is raised here, and said once."""

from __future__ import annotations

import os
from datetime import date

import pytest

from lab import catalogue
from lab.report.html import write_html

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_file_that_cannot_be_written_is_an_error_without_a_traceback(bundle, tmp_path, capfd, language):
    (tmp_path / f"report.{language}.html").mkdir()  # a folder is in the way
    with pytest.raises(IsADirectoryError):
        write_html(bundle(), catalogue.load(), tmp_path, TODAY)
    assert capfd.readouterr() == ("", "")


def test_what_the_other_process_does_not_write_is_written_here(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("lab.report.beside._alone", lambda *_: os._exit(9))
    paths = write_html(bundle(), catalogue.load(), tmp_path, TODAY)
    assert [path.name for path in paths] == ["report.en.html", "report.ja.html"]
    assert all(path.stat().st_size > 10_000 for path in paths)
