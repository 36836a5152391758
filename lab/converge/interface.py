"""The variables a role takes, from its argument spec. Ansible's validator ignores a name that it doesn't know."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lab.errors import BadInput, LabError, ManyErrors


def check_names(role: Path, names: Iterable[str]) -> None:
    """Raise ManyErrors for every variable with the role's prefix that the role doesn't take: a typo would do nothing."""
    known = options(role)
    errors = [_unknown(role.name, name, known) for name in names if name not in known]
    if errors:
        raise ManyErrors(errors)


@cache
def options(role: Path) -> dict[str, dict[str, Any]]:
    """Return the role's variables: name -> type and more, as in its argument spec."""
    path = role / "meta" / "argument_specs.yml"
    try:
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise LabError(f"cannot be read: {error}", where=str(path)) from error
    return dict(spec["argument_specs"]["main"].get("options", {}))


def _unknown(role: str, name: str, known: Iterable[str]) -> BadInput:
    close = get_close_matches(name, list(known), 1)
    fix = f"did you mean {close[0]}?" if close else f"it takes {', '.join(sorted(known))}"
    return BadInput(f"role {role} has no variable {name}", fix=fix)
