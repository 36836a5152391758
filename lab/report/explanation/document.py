"""An explanation as plain values for JSON."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel


def document(value: object) -> Any:  # noqa: ANN401 - JSON
    """Dictionaries, lists and scalars; the values' own field names."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [document(one) for one in value]
    if isinstance(value, dict):
        return {str(key): document(one) for key, one in value.items()}
    return value
