"""Entering a host's network namespace with this thread, and coming back whatever happens."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class RefusedError(Exception):
    """The namespaces are not what the plan says; nothing more was done."""


def open_namespace(host: str) -> int:
    """A descriptor of the host's namespace file. RefusedError when it is not a namespace other than our own."""
    try:
        descriptor = os.open(f"/netns/{host}", os.O_RDONLY)
    except OSError as error:
        raise RefusedError(f"{host}: no namespace file: {error}") from error
    theirs, own = os.fstat(descriptor), Path("/proc/self/ns/net").stat()
    if theirs.st_dev != own.st_dev:
        raise RefusedError(f"{host}: the host is not running, its namespace file is empty")
    if theirs.st_ino == own.st_ino:
        raise RefusedError(f"{host}: this is the fabric's own namespace")
    return descriptor


@contextmanager
def inside(descriptor: int) -> Iterator[None]:
    """Be in that namespace; sockets made meanwhile stay in it, child processes inherit it."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        _enter(descriptor)
        try:
            yield
        finally:
            _enter(home)
    finally:
        os.close(home)


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
