"""lab run refuses what it would refuse at its end before it builds a lab."""

import pytest
from click.testing import CliRunner

from lab.cli.commands.run import command
from lab.errors import BadInput


@pytest.fixture(autouse=True)
def nothing_is_built(monkeypatch):
    def up(*_):
        pytest.fail("a lab was built")

    monkeypatch.setattr("lab.operate.up.up", up)


def refused(*arguments):
    with pytest.raises(BadInput) as caught:
        CliRunner().invoke(command, ["scenarios/minimal.yaml", *arguments], catch_exceptions=False)
    return str(caught.value)


def test_evidence_folder_that_is_not_empty(tmp_path):
    (tmp_path / "verdicts.jsonl").touch()
    assert "is there already and not an empty folder" in refused("--evidence", str(tmp_path))


def test_unknown_control():
    assert refused("--control", "ZONE-1").startswith("unknown control ZONE-1")
