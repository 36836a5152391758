"""`lab screenshot` and `lab open`: a desktop as its person sees it, from the terminal and over the lab's own path."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lab.engine import Engine, Lab, connect
from lab.errors import BadInput, LabError
from lab.operate.choose import choose
from lab.operate.inside import host_of
from lab.pki import Account, accounts, people, state_directory
from lab.reach import open_channel
from lab.reach.picture import colours, png
from lab.reach.view import open_view
from lab.record.progress import Event, Progress

PATIENCE = 45.0  # seconds until a desktop shows something
TRIES = 2  # xrdp 0.9.21 now and then lets somebody in and never draws; another session does
STILL = 1.0  # seconds without a change after which it has been drawn
DRAWN = 16  # colours of a desktop with a window on it
_END = (  # a session, for good: who comes next must not get it
    "pkill -u {user}; for i in $(seq 40); do pgrep -u {user} > /dev/null || exit 0; sleep 0.05; done; pkill -KILL -u {user}"
)
USED = "/var/lib/desktop/users.oath"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was taken."""

    desk: str
    terminal: str
    user: str
    file: Path
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Door:
    """What a viewer is to be given. The code is good for one session, from `since` on (seconds since 1970)."""

    account: Account
    name: str  # that the desktop's certificate carries
    root: Path  # certificate to check it against
    password: str
    code: str
    since: float


def screenshot(name: str | None, desk: str, file: Path, progress: Progress) -> Picture:
    """Log in on the terminal, wait for the desktop to be drawn, keep its picture as PNG, and leave.

    A session that nothing was drawn in is ended, and another one opened. BadInput for a host that is no desktop or a file
    that is there. LabError with the client's words if no session opens.
    """
    if file.exists():
        raise BadInput("is there already", where=str(file), fix="choose another name, or remove it")
    with connect() as engine:
        lab = choose(engine, name)
        for left in reversed(range(TRIES)):
            door = _door(engine, lab, desk)
            _await(door, progress)
            drawn, why = _drawn(engine, lab, door, progress)
            if drawn:
                break
            if not left:
                raise LabError(
                    f"no desktop was drawn within {PATIENCE:g} s: {why}", where=desk, fix=f"look at `lab logs {desk}`"
                )
            progress(Event("screen", desk, "info", f"nothing was drawn within {PATIENCE:g} s ({why}): another session"))
            with open_channel(engine, lab, desk) as channel:
                channel.run(_END.format(user=shlex.quote(door.account.user)))
        picture = png(drawn)
    try:
        file.write_bytes(picture)
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror}", where=str(file), fix="choose a folder that is yours"
        ) from error
    progress(Event("screen", desk, "done", f"{len(picture)} bytes"))
    return Picture(desk, door.account.terminal, door.account.user, file, len(picture))


def _drawn(engine: Engine, lab: Lab, door: Door, progress: Progress) -> tuple[bytes, str]:
    """What a session shows once it stands still; or nothing, and the client's words."""
    last, since = b"", time.monotonic()
    with open_channel(engine, lab, door.account.terminal) as channel:
        progress(
            Event(
                "screen", door.account.desk, "start", f"a session of {door.account.user} from {door.account.terminal}"
            )
        )
        with open_view(channel, door.account.desk, door.password + door.code) as view:

            def still() -> bool:
                nonlocal last, since
                now = view.picture()
                if now != last:
                    last, since = now, time.monotonic()
                return bool(now) and time.monotonic() - since > STILL and colours(now) >= DRAWN

            return (last, "") if view.until(still, PATIENCE) else (b"", view.reason())


def visit(name: str | None, desk: str, progress: Progress, opened: Callable[[Door, Engine, Lab], None]) -> None:
    """Look up how to get to a desktop, and have `opened` do it while the lab is at hand."""
    with connect() as engine:
        lab = choose(engine, name)
        door = _door(engine, lab, desk)
        _await(door, progress)
        opened(door, engine, lab)


def _door(engine: Engine, lab: Lab, desk: str) -> Door:
    host_of(lab, desk)
    known = accounts(lab.plan)
    account = next((one for one in known if one.desk == desk), None)
    if account is None:
        there = ", ".join(sorted({one.desk for one in known})) or "none: its scenario has no path to one"
        raise BadInput(
            f"{desk} is no desktop; desktops of this lab: {there}",
            fix="a scenario with the path telework has lg-desk, one with the path screens in-desk or mn-desk",
        )
    keys = state_directory(lab.name) / "pki"
    with open_channel(engine, lab, desk) as channel:
        lines = [line.split("\t") for line in channel.run(["cat", USED]).check().stdout.decode().splitlines()]
    used = next((line[5] for line in lines if len(line) > 5 and line[1] == account.user), "")  # noqa: PLR2004 - liboath's columns
    code, since = people.fresh_code(keys, account.user, used, time.time())
    name = lab.plan.host(desk).names[0]
    return Door(account, name, keys / "root.pem", people.password(keys, account.user), code, since)


def _await(door: Door, progress: Progress) -> None:
    """A code opens one session: for the next one the clock must move on."""
    left = door.since - time.time()
    if left > 0:
        progress(Event("screen", door.account.desk, "info", f"the next code is good in {left:.0f} s"))
        time.sleep(left)
