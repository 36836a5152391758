"""Entering a host's network namespace with this thread, and coming back whatever happens."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """The namespaces are not what the plan says; nothing more was done."""


def open_namespace(host: str) -> int:
    """A descriptor of the host's namespace file. Refused when it is not a namespace other than our own."""
    try:
        descriptor = os.open(f"/netns/{host}", os.O_RDONLY)
    except OSError as error:
        raise Refused(f"{host}: no namespace file: {error}") from error
    theirs, own = os.fstat(descriptor), os.stat("/proc/self/ns/net")
    if theirs.st_dev != own.st_dev:
        raise Refused(f"{host}: the host is not running, its namespace file is empty")
    if theirs.st_ino == own.st_ino:
        raise Refused(f"{host}: this is the fabric's own namespace")
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
