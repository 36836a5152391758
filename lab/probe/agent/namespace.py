"""Enter a network namespace for one call and come back whatever happens (setns(2); this process has one thread)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


@contextmanager
def inside(descriptor: int) -> Iterator[None]:
    """Run the body in that namespace. OSError if it can't be entered."""
    _enter(descriptor)
    try:
        yield
    finally:
        _enter(_home)


def open_host(name: str) -> int:
    """Descriptor of a lab host's namespace. Refuses the fabric's own: a probe from there would prove nothing."""
    descriptor = os.open(f"/netns/{name}", os.O_RDONLY | os.O_CLOEXEC)
    if os.fstat(descriptor).st_ino == os.fstat(_home).st_ino:
        os.close(descriptor)
        raise ValueError(f"{name}: this is the fabric's own namespace")
    return descriptor


def make() -> int:
    """A new, empty namespace; it lives as long as its descriptor (and what runs in it)."""
    if _libc.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare a network namespace")
    try:
        return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        _enter(_home)


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "enter a network namespace")
