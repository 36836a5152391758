"""Writes both files: the same report in two languages."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote

from lab.catalogue import Catalogue
from lab.record.bundle import Bundle
from lab.report.html.page import Page

LANGUAGES = ("en", "ja")
PATIENCE = 60.0  # seconds for the other process; what it didn't write by then is written here


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
    beside = get_context("fork").Process(target=_beside, args=(page, second, paths[second]))
    beside.start()
    try:
        _write(page, first, paths[first])
        beside.join(PATIENCE)
    finally:
        beside.kill()
        beside.join()
    if beside.exitcode:
        _write(page, second, paths[second])  # what went wrong there is raised here
    return tuple(paths.values())


def _beside(page: Page, language: str, path: Path) -> None:
    """`_write` in the other process, which says nothing of its own: who started it ends it, and tells what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(Exception):
        _write(page, language, path)
        os._exit(0)
    os._exit(1)


def _write(page: Page, language: str, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(page.render(language), encoding="utf-8")
    part.replace(path)
