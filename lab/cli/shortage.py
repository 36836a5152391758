"""What this machine has too little of, where Python says it in words that look like a defect."""

from __future__ import annotations

import errno

from lab.errors import LabError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_NO_MEMORY = {errno.ENOMEM, errno.EAGAIN}
_NO_THREAD = "can't start new thread"  # CPython's words (Python/thread.c); it is a plain RuntimeError


def shortage(error: Exception) -> LabError | None:
    """The error to show instead of an internal one; None if it is no shortage."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _NO_ROOM:
        where = str(getattr(error, "filename", None) or "")
        return LabError("no room is left on the disk of this machine", where=where, fix="make some, then run it again")
    if isinstance(error, MemoryError) or number in _NO_MEMORY or str(error) == _NO_THREAD:
        return LabError(
            "this machine gives no more memory or processes",
            fix="end what isn't needed (`free -h`, `ulimit -a`, `lab status` for labs that are left), then run it again",
        )
    return None
