"""The product's own data, as the YAML files beside the code have it. What a user writes is read by `lab.scenario` alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's where it was built: ten times as fast


def read_table(path: Path) -> Any:  # noqa: ANN401 - raw YAML; whoever asks gives it its type
    """The content of one of our files. OSError or yaml.YAMLError if it isn't whole: a defect of the installation."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader either way
