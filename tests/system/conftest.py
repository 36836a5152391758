"""Which tests run one after another because they share a lab; groups run side by side with `pytest -n`."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(group(item)))


def group(item):
    """The command line's shared lab, the converged lab, else a module: its lab is its own."""
    place = item.path.relative_to(HERE).with_suffix("")
    if "shared_lab" in item.fixturenames:
        return "shared"
    return place.parts[0] if place.parts[0] == "converge" else str(place)
