"""What an X server without a monitor shows, as PNG: its framebuffer file is an XWD dump (X11/XWDFile.h, version 7)."""

from __future__ import annotations

import struct
import zlib

from lab.errors import LabError

_HEADER = struct.Struct(">25I")
_COLOUR = 12  # bytes of an entry in the colour map between header and pixels
_PNG = b"\x89PNG\r\n\x1a\n"
_RGB = 2  # PNG's colour type
_VERSION, _ZPIXMAP, _LSB, _BITS, _DEPTH = 7, 2, 0, 32, 24


def headed(dump: bytes) -> bool:
    """Whether the X server has written the head: it makes an empty file of the full size first, and fills it in later."""
    if len(dump) < _HEADER.size:
        return False
    _, version, _, depth, width, height, _, _, _, _, _, bits, line, *_ = _HEADER.unpack_from(dump)
    return all((version, depth, width, height, bits, line))


def png(dump: bytes) -> bytes:
    """The picture of a 24-bit ZPixmap dump, 32 bits a pixel, least byte first. LabError for any other or a cut one."""
    width, height, line, pixels = _pixels(dump)
    rows = bytearray()
    for number in range(height):
        row = pixels[number * line :][: width * 4]
        packed = bytearray(width * 3)
        packed[0::3], packed[1::3], packed[2::3] = row[2::4], row[1::4], row[0::4]
        rows += b"\0" + packed
    about = struct.pack(">IIBBBBB", width, height, 8, _RGB, 0, 0, 0)
    return _PNG + _part(b"IHDR", about) + _part(b"IDAT", zlib.compress(bytes(rows), 9)) + _part(b"IEND", b"")


def colours(dump: bytes) -> int:
    """How many different pixels it has: a screen that nothing was drawn on has one. LabError as for `png`."""
    return len(set(_pixels(dump)[3].cast("I")))


def _pixels(dump: bytes) -> tuple[int, int, int, memoryview]:
    """Width and height, bytes of a row, and the rows."""
    if len(dump) < _HEADER.size:
        raise LabError("the X server's picture is cut off")
    size, version, form, depth, width, height, _, order, _, _, _, bits, line, *rest = _HEADER.unpack_from(dump)
    if (version, form, depth, order, bits) != (_VERSION, _ZPIXMAP, _DEPTH, _LSB, _BITS):
        raise LabError(f"the X server's picture has another form: version {version}, {depth} bits, {bits} a pixel")
    start = size + rest[6] * _COLOUR
    if len(dump) < start + line * height:
        raise LabError("the X server's picture is cut off")
    return width, height, line, memoryview(dump)[start : start + line * height]


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
