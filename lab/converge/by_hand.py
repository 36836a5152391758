"""What somebody changed by hand on a host, sorted: what a scenario can keep as an overlay, and what it can't and why. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lab.record.bundle.redaction import redact

LARGEST = 1 << 20  # bytes of an overlay: scenarios take no more
_KEY = b"PRIVATE KEY"


@dataclass(frozen=True, slots=True)
class Left:
    """A change that no overlay can hold."""

    what: str  # a path, or a part of the kernel's state
    why: str
    instead: str = ""  # what to do about it


@dataclass(frozen=True, slots=True)
class Changes:
    """`overlays`: path -> content."""

    overlays: Mapping[str, str]
    left: tuple[Left, ...]


def changed_paths(listed: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Delivered files whose content is another. Both: path -> SHA-256."""
    return sorted(path for path in listed if path in found and found[path] != listed[path])


def sort_out(
    listed: Mapping[str, str],
    found: Mapping[str, str],
    strangers: Sequence[str],
    contents: Mapping[str, bytes],
    overlayable: Collection[str],
) -> Changes:
    """Sort a host's changes.

    `listed`, `found`: path -> SHA-256 of what was delivered and of what is there; `strangers`: files that nobody
    delivered; `contents`: of the changed ones; `overlayable`: files that an overlay may take the place of.
    """
    overlays: dict[str, str] = {}
    left = [
        Left(path, "was deleted; an overlay is a file, and can't say that there is none", "lab up brings it back")
        for path in sorted(listed)
        if path not in found
    ]
    for path in changed_paths(listed, found):
        if path not in overlayable:
            left.append(
                Left(
                    path, "is the lab's own (a certificate, a key or the list of a role's files)", "lab up restores it"
                )
            )
            continue
        why = _unfit(contents[path])
        if why:
            left.append(Left(path, why))
        else:
            overlays[path] = contents[path].decode()
    own = ", ".join(path for path in sorted(overlayable) if not path.startswith("/etc/sanso/services/"))
    left += [
        Left(path, "is no file that a role delivers", f"put what it says into one that a role does: {own}")
        for path in strangers
    ]
    return Changes(overlays, tuple(left))


def _unfit(content: bytes) -> str:
    """Why this can't be the content of an overlay; "" if it can."""
    if len(content) > LARGEST:
        return f"has {len(content)} bytes; an overlay has {LARGEST} at most"
    if b"\0" in content:
        return "is no text (it holds a zero byte)"
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return f"is no text in UTF-8 (byte {error.start})"
    if _KEY in content or redact(text) != text:
        return "holds a private key, a password or another secret, which is left out on purpose"
    return ""
