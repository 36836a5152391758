"""An X server's picture becomes a PNG that others read the same; a cut or foreign one is refused."""

from __future__ import annotations

import struct
import zlib

import pytest

from lab.errors import LabError
from lab.reach.picture import colours, headed, png

WIDTH, HEIGHT = 3, 2
PIXELS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (1, 2, 3), (255, 255, 255), (255, 0, 0)]


def dump(version=7, bits=32, pixels=PIXELS):
    header = [
        160,
        version,
        2,
        24,
        WIDTH,
        HEIGHT,
        0,
        0,
        32,
        0,
        32,
        bits,
        WIDTH * 4,
        4,
        0,
        0,
        0,
        8,
        256,
        2,
        0,
        0,
        0,
        0,
        0,
    ]
    body = b"".join(struct.pack("<BBBx", blue, green, red) for red, green, blue in pixels)
    return struct.pack(">25I", *header).ljust(160, b"\0") + bytes(2 * 12) + body


def read(picture):
    """Pixels of an RGB picture without filters."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    at, parts = 8, {}
    while at < len(picture):
        (size,), name = struct.unpack_from(">I", picture, at), picture[at + 4 : at + 8]
        content = picture[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", picture, at + 8 + size) == (zlib.crc32(name + content),)
        parts[name], at = content, at + 12 + size
    width, height = struct.unpack_from(">II", parts[b"IHDR"])
    rows = zlib.decompress(parts[b"IDAT"])
    line = 1 + width * 3
    flat = b"".join(rows[number * line + 1 : (number + 1) * line] for number in range(height))
    return (width, height), [tuple(flat[start : start + 3]) for start in range(0, len(flat), 3)]


def test_pixels_stay_what_they_are():
    assert read(png(dump())) == ((WIDTH, HEIGHT), PIXELS)


@pytest.mark.parametrize(
    ("content", "ready"), [(dump(), True), (bytes(len(dump())), False), (b"", False), (dump(version=0), False)]
)
def test_a_file_that_the_server_has_not_filled_in_is_no_picture_yet(content, ready):
    assert headed(content) is ready


def test_colours_are_counted():
    assert colours(dump()) == 5
    assert colours(dump(pixels=[(0, 0, 0)] * 6)) == 1


@pytest.mark.parametrize(
    "content",
    [b"", dump()[:50], dump()[:-1], dump(version=6), dump(bits=16)],
    ids=["none", "header", "cut", "old", "16"],
)
def test_anything_else_is_refused(content):
    with pytest.raises(LabError, match=r"cut off|another form"):
        png(content)
