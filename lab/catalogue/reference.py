"""What the reference network does for each control: files of its roles, and the line in them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from lab.catalogue.model import Frozen, Text
from lab.tables import read_table

DATA = Path(__file__).parent / "data" / "reference.yaml"


class Implementation(Frozen):
    """One place that does something for a control."""

    path: str  # from the project's folder
    at: str  # a piece of text whose first line in the file is meant
    role: str  # whose hosts have it; "" for what no role does
    what: Text


@lru_cache(maxsize=1)
def implementations() -> dict[str, tuple[Implementation, ...]]:
    """Control id -> its places. Read once."""
    return TypeAdapter(dict[str, tuple[Implementation, ...]]).validate_python(read_table(DATA))
