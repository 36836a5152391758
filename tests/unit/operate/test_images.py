"""The file of `lab images save` is there whole or not at all."""

import errno
from contextlib import nullcontext
from pathlib import Path

import pytest

from lab.engine import ImageFound
from lab.errors import BadInput, LabError
from lab.operate import images
from lab.plan import Image
from lab.record.progress import silent


class Engine:
    """Gives these pieces; an exception among them is raised."""

    def __init__(self, *pieces):
        self._pieces = pieces

    def save_image(self, _kind, _progress):
        def pieces():
            for piece in self._pieces:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece

        return "sanso-host:1", pieces()

    def images(self):
        return (ImageFound("sanso-host:1", "sha256:1", 1, 1, wanted=True, containers=0),)


@pytest.fixture
def engine(monkeypatch):
    def use(*pieces):
        monkeypatch.setattr(images, "connect", lambda: nullcontext(Engine(*pieces)))

    return use


def test_file_is_written_and_described(engine, tmp_path):
    engine(b"one", b"two")
    saved = images.save(tmp_path / "x.tgz", Image.HOST, silent)
    assert (saved.tag, saved.id, saved.size) == ("sanso-host:1", "sha256:1", 6)
    assert [path.name for path in tmp_path.iterdir()] == ["x.tgz"]
    assert saved.file.read_bytes() == b"onetwo"


@pytest.mark.parametrize("failure", [LabError("the engine went away"), KeyboardInterrupt()], ids=["engine", "Ctrl-C"])
def test_what_breaks_off_leaves_nothing(engine, tmp_path, failure):
    engine(b"one", failure)
    with pytest.raises(type(failure)):
        images.save(tmp_path / "x.tgz", Image.HOST, silent)
    assert list(tmp_path.iterdir()) == []


def test_full_disk_is_said_and_leaves_nothing(tmp_path, engine, monkeypatch):
    engine(b"one")
    opened = Path.open

    class Full:
        def __init__(self, file):
            self._file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

        def write(self, _data):
            raise OSError(errno.ENOSPC, "No space left on device")

    def full(path, mode="r", **how):
        file = opened(path, mode, **how)
        return Full(file) if mode == "wb" else file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(LabError, match=r"x\.tgz\.part: cannot be written: No space left on device"):
        images.save(tmp_path / "x.tgz", Image.HOST, silent)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("there", "words"), [("x.tgz", "is there already"), ("x.tgz.part", "another command writes it")]
)
def test_nothing_is_overwritten(engine, tmp_path, there, words):
    engine(b"one")
    (tmp_path / there).write_text("precious")
    with pytest.raises(BadInput, match=words):
        images.save(tmp_path / "x.tgz", Image.HOST, silent)
    assert (tmp_path / there).read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 1


def test_folder_that_is_not_there_is_said(engine, tmp_path):
    with pytest.raises(BadInput, match="cannot be written: No such file"):
        images.save(tmp_path / "no" / "x.tgz", Image.HOST, silent)


def test_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        images.load(tmp_path / "x.tgz", silent)
