"""Writes both files: the same report in two languages."""

from __future__ import annotations

import os
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import quote

from lab.catalogue import Catalogue
from lab.record.bundle import Bundle
from lab.report.beside import beside
from lab.report.html.page import Page

LANGUAGES = ("en", "ja")


def write_html(bundle: Bundle, catalogue: Catalogue, directory: Path, today: date) -> tuple[Path, ...]:
    """Write report.en.html and report.ja.html into the directory, each whole or not at all; their paths.

    `today` is the day the report is made on: what expired between the run and that day is marked. Links lead to the
    bundle's files by a relative path. Each language is rendered by a process of its own: it is all computing.
    """
    directory.mkdir(parents=True, exist_ok=True)
    base = Path(os.path.relpath(bundle.directory, directory)).as_posix()
    page = Page(bundle, catalogue, "" if base == "." else f"{quote(base)}/", today)
    paths = {language: directory / f"report.{language}.html" for language in LANGUAGES}
    first, second = LANGUAGES
    with beside(partial(_write, page, second, paths[second])):
        _write(page, first, paths[first])
    return tuple(paths.values())


def _write(page: Page, language: str, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(page.render(language), encoding="utf-8")
    part.replace(path)
