"""The log store's reviews as the suites ask them: the records that they left, and one that is made now."""

from __future__ import annotations

import json
from typing import Any

from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.store import Store

RECORDS = "/var/log/sanso-review"  # of wireless access
SESSIONS = f"{RECORDS}/sessions"  # of screen sessions


def left(session: LabSession, folder: str) -> list[dict[str, Any]]:
    """Every record of that folder, oldest first."""
    # no record at all is a finding, and the judgement's to tell
    told = session.channel(Store(session).host).run(f"cat {folder}/*.json 2>/dev/null || true")
    return _several(told.stdout.decode())


def made_now(session: LabSession, program: str, about: str) -> dict[str, Any]:
    """The record of a review by hand. `about`: what its piece of evidence is called. CheckError if it went wrong."""
    store = Store(session).host
    done = session.channel(store).run(program)
    if done.rc:
        raise CheckError(f"{store}: the review failed: {done.stderr.decode(errors='replace').strip()[-300:]}")
    text = done.stdout.decode()
    session.sink.emit("host-file", host=store, name=f"review-{about}.json", content=text)
    record: dict[str, Any] = json.loads(text)
    return record


def _several(text: str) -> list[dict[str, Any]]:
    """JSON documents one after the other."""
    decoder, made, at = json.JSONDecoder(), [], 0
    while at < len(text):
        one, at = decoder.raw_decode(text, at)
        made.append(one)
        at += len(text[at:]) - len(text[at:].lstrip())
    return made
