"""Reports from an evidence bundle; no lab needed."""

from __future__ import annotations

from pathlib import Path

from lab.record.bundle import Bundle, read
from lab.report.junit import write_junit


def render(directory: Path, *, junit: Path | None = None) -> Bundle:
    """Read and check the bundle, write its JUnit beside it (and to `junit`). Raises BadInput for a bundle that isn't whole."""
    bundle = read(directory)
    write_junit(bundle, directory / "junit.xml")
    if junit is not None:
        write_junit(bundle, junit)
    return bundle
