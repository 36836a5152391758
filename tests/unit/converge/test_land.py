"""How staged files get into their places, by the program that does it on a host, on a disk of our own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import lab.converge

PROGRAM = Path(lab.converge.__file__).with_name("land.pl")


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    """Two files for a folder that isn't there yet, and one for a file that is."""
    for name, content, mode in (
        ("new/deep/a b", b"\x00\xff\n", 0o600),
        ("new/empty", b"", 0o755),
        ("old", b"after", 0o644),
    ):
        file = tmp_path / "stage" / str(tmp_path).lstrip("/") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(mode)
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "0").write_text("left by a run that was killed")
    (tmp_path / "old").write_text("before")
    (tmp_path / "gone").write_text("")
    return tmp_path


def _land(root: Path, names: list[str], removed: list[str]) -> subprocess.CompletedProcess[str]:
    paths = [*(str(root / name) for name in names), "-", *(str(root / name) for name in removed)]
    argv = ["perl", "-w", str(PROGRAM), str(root / "stage"), str(root / "landing"), *paths]
    return subprocess.run(argv, check=False, capture_output=True, text=True)


def test_files_come_with_their_modes_and_folders_and_others_go(staged: Path):
    done = _land(staged, ["new/deep/a b", "new/empty", "old"], ["gone", "never-there"])
    assert (done.returncode, done.stderr) == (0, "")
    assert (staged / "new/deep/a b").read_bytes() == b"\x00\xff\n"
    assert (staged / "new/empty").read_bytes() == b""
    assert (staged / "old").read_text() == "after"
    assert [(staged / name).stat().st_mode & 0o777 for name in ("new/deep/a b", "new/empty", "old", "new/deep")] == [
        0o600, 0o755, 0o644, 0o755
    ]  # fmt: skip
    assert not (staged / "gone").exists()
    assert list((staged / "landing").iterdir()) == []


def test_nothing_lands_when_one_file_is_not_there(staged: Path):
    done = _land(staged, ["old", "missing"], ["gone"])
    assert done.returncode != 0
    assert f"{staged}/missing: No such file or directory" in done.stderr
    assert (staged / "old").read_text() == "before"
    assert (staged / "gone").exists()


def test_a_folder_in_a_files_place_is_named(staged: Path):
    (staged / "old").unlink()
    (staged / "old").mkdir()
    done = _land(staged, ["old"], [])
    assert (done.returncode != 0, done.stderr) == (True, f"{staged}/old: Is a directory\n")
