"""The committed JSON Schema says what the loader says."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from lab.scenario import json_schema
from lab.scenario.file import RegisterEntry, Shape
from lab.scenario.wording import _MODELS

ROOT = Path(__file__).parents[3]
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_committed_schema_is_current():
    file = ROOT / "docs" / "scenario.schema.json"
    current = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    assert file.read_text(encoding="utf-8") == current, (
        "write it again: .venv/bin/python -c 'import json, lab.scenario as s; "
        "print(json.dumps(s.json_schema(), ensure_ascii=False, indent=2))' > docs/scenario.schema.json"
    )


def test_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("file", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda file: file.stem)
def test_scenarios_of_the_lab_are_valid(file):
    VALIDATOR.validate(yaml.safe_load(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "{edition: R8.3}",
        "{edition: R8.3, model: alpha, tittle: x}",
        "{edition: R8.3, model: alpha, ipv6: maybe}",
        "{edition: R8.3, model: alpha, register: [{id: TK-01}]}",
        "{edition: R8.3, model: alpha, hosts: {add: {Bad_Name: {zone: mn, function: server, number: 10}}}}",
    ],
)
def test_schema_refuses(text):
    assert not VALIDATOR.is_valid(yaml.safe_load(text))


def test_register_keys_are_the_words_of_the_file():
    entry = json_schema()["$defs"]["RegisterEntry"]
    assert {"from", "to"} <= set(entry["properties"])
    assert set(entry["required"]) == {"id", "purpose", "from", "to", "service"}


def test_unknown_keys_are_explained_for_every_mapping():
    shapes = {one for one in Shape.__subclasses__() if one.__module__ == RegisterEntry.__module__}
    assert shapes == set(_MODELS.values())
