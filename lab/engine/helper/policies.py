"""Policy rules of routing that nobody has to account for, by priority."""

from __future__ import annotations

_KERNEL = frozenset({0, 32766, 32767})  # local, main, default
_TUNNEL = 220  # charon's: what goes into a tunnel is looked up in its own table first


def accounted_for(*, tunnel: bool) -> frozenset[int]:
    """The kernel's own; of a host with a tunnel its VPN daemon's too."""
    return _KERNEL | {_TUNNEL} if tunnel else _KERNEL
