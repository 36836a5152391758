"""How a test says what it judges, and how it says that it can't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])


def control(*ids: str) -> Callable[[Test], Test]:
    """Bind a test to control ids of the catalogue, e.g. `@control("ZONE-01")`. Every verdict of the test carries them."""
    if not ids:
        raise ValueError("control() needs at least one control id")
    return pytest.mark.control(*ids)


def hosts(*selectors: str) -> pytest.MarkDecorator:
    """Which hosts the `host` fixture walks: names ("mn-app"), "role:firewall", "zone:mn", "kind:router" or "all"."""
    if not selectors:
        raise ValueError("hosts() needs at least one selector")
    return pytest.mark.lab_hosts(*selectors)


def disruptive(test: Test) -> Test:
    """Run only with --disruptive, after all others: the test reloads or restarts a firewall, and puts it back."""
    marked: Test = pytest.mark.lab_disruptive(test)
    return marked


def thorough(test: Test) -> Test:
    """Left out by --quick: the test takes long (on the air minutes), and what it judges seldom changes."""
    marked: Test = pytest.mark.lab_thorough(test)
    return marked


class NotTestable(Exception):  # noqa: N818 - it is an outcome, not an error
    """The check could not be made; the reason is for people."""


class Judged(AssertionError):  # noqa: N818 - it is an outcome
    """A verdict of this test is a fail, and is recorded already."""


class CheckError(Exception):
    """The check went wrong (dead host, lost tap, half-built lab): never a pass, never a fail."""
