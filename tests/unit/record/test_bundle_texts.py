"""What a user reads when `lab report` is given a wrong evidence folder: every text of tests/golden/bundles, letter by letter."""

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.cli import main
from lab.plan import build
from lab.record import State, Verdict
from lab.record.bundle import FORMAT, BundleWriter

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "bundles"
NOBODY = 65534
RUN = {
    "lab": "minimal",
    "scenario": "minimal",
    "edition": "R8.3",
    "model": "alpha",
    "as_of": "2026-11-23",
    "controls_due": ["ZONE-01"],
    "subset": False,
    "exit": 1,
    "problems": [],
}
EVIDENCE = Path("evidence")


def write(*, finish=True):
    writer = BundleWriter(EVIDENCE)
    writer.plan(build(scenario.load(ROOT / "scenarios" / "minimal.yaml"), catalogue.load(), "minimal"))
    told = {"message_en": "it got through", "message_ja": "通過しました", "warrant": None, "observations": ()}
    writer.verdict(Verdict(state=State.FAIL, control="ZONE-01", subject="s", **told))
    writer.host_file("fw-lg", "ruleset.nft", "table inet sanso {\n}\n")
    if finish:
        writer.finish(RUN)


def change(name, text):
    (EVIDENCE / name).write_text(text, encoding="utf-8")


def rewrite(name, text):
    """Change a file and its hash as well."""
    change(name, text)
    lines = [line for line in manifest() if not line.endswith(f"  {name}")]
    change("MANIFEST.sha256", "\n".join([*lines, f"{sha256(text.encode()).hexdigest()}  {name}"]) + "\n")


def manifest():
    return (EVIDENCE / "MANIFEST.sha256").read_text().splitlines()


def plan_with(**more):
    return json.dumps({**json.loads((EVIDENCE / "plan.json").read_text()), **more})


def without(key):
    return json.dumps({name: value for name, value in {"format": FORMAT, **RUN}.items() if name != key})


def half_written():
    shutil.rmtree(EVIDENCE)
    write(finish=False)


def in_place_of_the_folder(make):
    shutil.rmtree(EVIDENCE)
    make()


CASES = {
    "altered": lambda: change("hosts/fw-lg/ruleset.nft", "table inet sanso {}\n"),
    "altered-verdicts": lambda: change(
        "verdicts.jsonl", (EVIDENCE / "verdicts.jsonl").read_text().replace("fail", "pass")
    ),
    "altered-run": lambda: change("run.json", without("exit")),
    "missing-and-added": lambda: (EVIDENCE / "plan.json").rename(EVIDENCE / "hosts" / "plan.json"),
    "half-written": half_written,
    "newer": lambda: change("run.json", json.dumps({**RUN, "format": FORMAT + 1})),
    "empty-folder": lambda: in_place_of_the_folder(EVIDENCE.mkdir),
    "no-such-folder": lambda: in_place_of_the_folder(lambda: None),
    "a-file": lambda: in_place_of_the_folder(lambda: EVIDENCE.write_text("x")),
    "another-folder": lambda: in_place_of_the_folder(lambda: shutil.copytree(ROOT / "scenarios", EVIDENCE)),
    "hash-list-empty": lambda: change("MANIFEST.sha256", ""),
    "hash-list-leads-outside": lambda: change(
        "MANIFEST.sha256", "\n".join([*manifest(), f"{'0' * 64}  ../../etc/passwd"])
    ),
    "hash-list-without-run": lambda: change(
        "MANIFEST.sha256", "\n".join(one for one in manifest() if "run.json" not in one)
    ),
    "hash-list-without-verdicts": lambda: change(
        "MANIFEST.sha256", "\n".join(one for one in manifest() if "verdicts" not in one)
    ),
    "plan-no-json": lambda: rewrite("plan.json", '{"lab": '),
    "plan-of-another-version": lambda: rewrite("plan.json", plan_with(colour="blue")),
    "verdict-no-json": lambda: rewrite("verdicts.jsonl", (EVIDENCE / "verdicts.jsonl").read_text() + "{\n"),
    "verdict-of-another-version": lambda: rewrite("verdicts.jsonl", '{"state": "fine"}\n'),
    "run-no-json": lambda: rewrite("run.json", "{"),
    "run-without-format": lambda: rewrite("run.json", "[]"),
    "run-without-exit": lambda: rewrite("run.json", without("exit")),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    write()
    return tmp_path


def report(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["report", "evidence"])
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


@pytest.mark.usefixtures("folder")
def test_the_bundle_itself_is_good(capsys):
    code, out, err = report(capsys)
    assert (code, err) == (1, "")
    assert "ZONE-01 fail: s\n    it got through\n" in out


@pytest.mark.parametrize("name", CASES)
@pytest.mark.usefixtures("folder")
def test_error_text(name, capsys):
    CASES[name]()
    code, out, err = report(capsys)
    assert (code, out) == (3, "")
    assert err == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_no_golden_text_is_an_orphan():
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(CASES) | {"unreadable-file", "unreadable-folder"}


@contextmanager
def as_nobody():
    """Root reads everything: be somebody else for a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(("name", "path"), [("unreadable-file", "verdicts.jsonl"), ("unreadable-folder", ".")])
def test_unreadable(name, path, capsys, monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.chdir(folder)
        write()
        (EVIDENCE / path).chmod(0)
        with as_nobody():
            code, out, err = report(capsys)
        (EVIDENCE / path).chmod(0o700)
        assert (code, out) == (3, "")
        assert err == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
        monkeypatch.chdir(ROOT)


def test_a_folder_that_cannot_be_written_to(capsys, monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.chdir(folder)
        write()
        report(capsys)  # imports all that it needs while it is somebody who may read this interpreter's files
        Path(folder).chmod(0o755)
        EVIDENCE.chmod(0o555)
        with as_nobody():
            code, out, err = report(capsys)
        EVIDENCE.chmod(0o755)
        assert (code, out) == (3, "")
        assert err.startswith(
            "error: evidence/report.en.html.part: a report can't be written: Permission denied\n  fix: "
        )
        monkeypatch.chdir(ROOT)
