"""Inspections: what counts as one, how long it holds, what the register says of it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.errors import LabError
from lab.pki import ensure, inspection, register
from lab.plan import build

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def study():
    """A class that is to be inspected (mn: 30 days), and one that isn't (lg)."""
    path = Path(__file__).parents[3] / "scenarios" / "mn-telework-study.yaml"
    return build(scenario.load(path), catalogue.load(), "t")


def until(directory, host):
    (line,) = [one for one in register.read(directory) if one.host == host]
    return line.inspected


def published(plan, directory, now):
    ensure(plan, directory, now=now)
    return {host: until(directory, host) for host in ("tele-mn", "tele-term")}


def test_terminals_of_such_a_class_alone_are_asked_for_one(study):
    assert [one.host for one in inspection.asked_for(study)] == ["tele-mn"]


def test_without_one_the_register_names_no_end(study, tmp_path):
    assert published(study, tmp_path / "pki", NOW) == {"tele-mn": "", "tele-term": ""}


def test_a_delivered_terminal_is_inspected_for_the_days_of_its_class(study, tmp_path):
    inspection.delivered(study, tmp_path / "pki", NOW)
    end = str(int((NOW + 30 * DAY).timestamp()))
    assert published(study, tmp_path / "pki", NOW) == {"tele-mn": end, "tele-term": ""}


@pytest.mark.parametrize(("days", "moved"), [(14, False), (16, True), (40, True)])
def test_a_later_delivery_counts_when_less_than_half_of_the_days_is_left(study, tmp_path, days, moved):
    inspection.delivered(study, tmp_path, NOW)
    inspection.delivered(study, tmp_path, NOW + days * DAY)
    assert inspection.load(tmp_path)["tele-mn"].then == NOW + (days * DAY if moved else timedelta())


def test_what_was_found_unsound_stays_so_until_an_inspection_finds_it_sound(study, tmp_path):
    directory = tmp_path / "pki"
    inspection.delivered(study, directory, NOW)
    inspection.note(directory, "tele-mn", sound=False, found="an old system", now=NOW)
    inspection.delivered(study, directory, NOW + 100 * DAY)
    assert published(study, directory, NOW)["tele-mn"] == ""
    inspection.note(directory, "tele-mn", sound=True, found="a new system", now=NOW)
    assert published(study, directory, NOW)["tele-mn"]


def test_the_list_is_its_owners_alone_and_a_damaged_one_lets_nobody_in(study, tmp_path):
    inspection.delivered(study, tmp_path, NOW)
    (file,) = tmp_path.glob("inspections.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for text in ("{", "[]", '{"tele-mn": {"at": 1}}'):
        file.write_text(text)
        with pytest.raises(LabError, match="can't be read"):
            inspection.load(tmp_path)
