"""The folder of overlays, and the lines for the scenario beside it: what is written is what a scenario reads."""

from __future__ import annotations

import pytest
import yaml

from lab import catalogue, scenario
from lab.converge import check_overlays
from lab.errors import BadInput
from lab.operate.export import lines, write
from lab.plan import build

CONTENT = "# 手で変更\ntable inet sanso {\n}\n"
OVERLAYS = {"/etc/nftables.conf": CONTENT, "/etc/sanso/services/ulogd/run": "#!/bin/sh\n"}


@pytest.mark.parametrize("name", ["overlays", "外部 設定", "a: b"])
def test_scenario_with_the_lines_has_the_files(tmp_path, name):
    folder = tmp_path / name
    told = lines(folder, "fw-mn", write(folder, "fw-mn", OVERLAYS))
    path = tmp_path / "ours.yaml"
    path.write_text(f"edition: R8.3\nmodel: alpha\n{told}", encoding="utf-8")
    plan = build(scenario.load(path), catalogue.load(), "unit")
    check_overlays(plan)
    assert plan.overlays == {"fw-mn": OVERLAYS}


def test_folder_may_be_the_current_one(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    folder = type(tmp_path)()
    told = yaml.safe_load(lines(folder, "fw-mn", write(folder, "fw-mn", OVERLAYS)))
    assert told["overlays"]["fw-mn"]["/etc/nftables.conf"] == "here/fw-mn/etc/nftables.conf"


def test_without_changes_there_are_neither_lines_nor_a_folder(tmp_path):
    assert lines(tmp_path / "x", "fw-mn", write(tmp_path / "x", "fw-mn", {})) == ""
    assert list(tmp_path.iterdir()) == []


def test_same_export_again_is_no_error(tmp_path):
    assert write(tmp_path, "fw-mn", OVERLAYS) == write(tmp_path, "fw-mn", OVERLAYS)


def test_another_file_in_the_way_is_kept_and_nothing_is_written(tmp_path):
    there = tmp_path / "fw-mn" / "etc" / "nftables.conf"
    there.parent.mkdir(parents=True)
    there.write_text("precious")
    with pytest.raises(BadInput, match="another file"):
        write(tmp_path, "fw-mn", OVERLAYS)
    assert there.read_text() == "precious"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_folder_that_cannot_be_written_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        write(tmp_path / "file", "fw-mn", OVERLAYS)
