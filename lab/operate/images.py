"""`lab images`: the images as files, for machines that reach no registry."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lab.engine import ImageFound, connect
from lab.errors import BadInput, LabError
from lab.operate.up import plan_of
from lab.plan import Image
from lab.record.progress import Progress

PART = ".part"  # of a file that is still being written


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One image in one file."""

    tag: str
    id: str  # "" where it was not asked for
    file: Path
    size: int  # bytes of the file


def build(scenario: Path | None, progress: Progress, *, every: bool = False) -> tuple[str, ...]:
    """References of the general image, of those that a scenario needs, or of all; built where they are missing."""
    kinds = tuple(Image) if every else plan_of(scenario).images if scenario else (Image.HOST,)
    with connect() as engine:
        return tuple(engine.ensure_image(kind, progress) for kind in kinds)


def save(file: Path, kind: Image, progress: Progress) -> ImageFile:
    """Write this version's image of that kind to a new file; it is there whole or not at all. BadInput if that can't be."""
    if file.exists():
        raise BadInput("is there already", where=str(file), fix="choose another name, or remove it")
    part = file.with_name(file.name + PART)
    try:
        part.open("xb").close()  # before anything is built
    except FileExistsError:
        raise BadInput(
            "is there already: another command writes it, or one was killed", where=str(part), fix=f"rm {part}"
        ) from None
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror}", where=str(file), fix="choose a folder that is yours"
        ) from error
    try:
        with connect() as engine:
            tag, pieces = engine.save_image(kind, progress)
            _write(part, pieces)
            (found,) = [one for one in engine.images() if one.tag == tag]
        part.replace(file)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return ImageFile(tag, found.id, file, file.stat().st_size)


def _write(part: Path, pieces: Iterable[bytes]) -> None:
    with part.open("wb") as target:
        for piece in pieces:
            try:
                target.write(piece)
                target.flush()
            except OSError as error:
                raise LabError(
                    f"cannot be written: {error.strerror}", where=str(part), fix="it takes 100 to 350 MiB: make room"
                ) from error


def load(file: Path, progress: Progress) -> ImageFile:
    """Load it into the engine. BadInput, with nothing loaded, unless it is a whole image of this version of the lab."""
    try:
        source = file.open("rb")
    except OSError as error:
        raise BadInput(
            f"cannot be read: {error.strerror}", where=str(file), fix="lab images save FILE makes one"
        ) from error
    with source, connect() as engine:
        found = engine.load_image(source, str(file), progress)
        return ImageFile(found.tag, found.id, file, file.stat().st_size)


def listed() -> tuple[ImageFound, ...]:
    """The lab's images on this engine."""
    with connect() as engine:
        return engine.images()
