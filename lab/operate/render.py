"""Reports from an evidence bundle; no lab needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lab import catalogue
from lab.errors import BadInput
from lab.operate.uncollected import uncollected
from lab.record.bundle import Bundle, read
from lab.report.beside import beside
from lab.report.junit import write_junit
from lab.scenario.dates import today


@dataclass(frozen=True, slots=True)
class Rendered:
    """A bundle that was read and checked, and where its HTML reports are."""

    bundle: Bundle
    html: tuple[Path, ...]


def render(directory: Path, *, junit: Path | None = None, html: Path | None = None) -> Rendered:
    """Read and check the bundle; write its JUnit beside it (and to `junit`) and its HTML beside it (or into `html`).

    Raises BadInput for a bundle that isn't whole, and for a folder that can't be written.
    """
    with uncollected():
        bundle = read(directory)
        return Rendered(bundle, _write(bundle, directory, junit, html))


def prepare() -> None:
    """Load what reports are made with: for whoever will `render` later and has nothing better to do now."""
    from lab.report.html import prepare

    prepare()


def _write(bundle: Bundle, directory: Path, junit: Path | None, html: Path | None) -> tuple[Path, ...]:
    from lab.report.html import write_html

    try:
        with beside(partial(write_junit, bundle, directory / "junit.xml", *([] if junit is None else [junit]))):
            return write_html(bundle, catalogue.load(), html or directory, today())
    except OSError as error:
        raise BadInput(
            f"a report can't be written: {error.strerror or error}",
            where=str(error.filename or directory),
            fix="name folders that you may write, or copy the bundle to one",
        ) from error
