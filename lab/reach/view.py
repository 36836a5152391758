"""A desktop as its terminal sees it: the terminal's own client, on an X server without a monitor."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from lab.errors import LabError
from lab.reach.channel import Channel
from lab.reach.picture import headed
from lab.reach.pipe import Pipe

_PAUSE = 0.1
_SHOWN = 3  # last lines of a client that failed
_LOST = ("ERRINFO", "ERRCONNECT", "ERROR")  # of the client's words, those that say why
T = TypeVar("T")


class View:
    """A running client. Its picture is an XWD dump (`lab.reach.picture` makes PNG of it)."""

    def __init__(self, channel: Channel, pipe: Pipe, number: int) -> None:
        self._channel, self._pipe = channel, pipe
        self.display = f":{number}"
        self._folder = f"/run/view-desktop/{number}"
        self._ended = False
        self.said = ""  # what the client printed so far

    def ended(self) -> bool:
        """True once the client is gone; `said` is up to date afterwards."""
        self._pipe.settimeout(0)
        while not self._ended:
            try:
                piece = self._pipe.recv(1 << 16)
            except TimeoutError:
                return False
            self._ended = not piece
            self.said += piece.decode(errors="replace")
        return True

    def picture(self) -> bytes:
        """What is on the screen now; empty before there is one."""
        file = f"{self._folder}/Xvfb_screen0"
        dump = self._channel.run(f"[ ! -s {file} ] || cat {file}").check().stdout
        return dump if headed(dump) else b""

    def until(self, look: Callable[[], T], timeout: float) -> T:
        """What `look` says once it is true, or says last when the client has ended or the time is over."""
        deadline = time.monotonic() + timeout
        while not (found := look()) and not self.ended() and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return found

    def reason(self) -> str:
        """The client's last words about what went wrong, for people."""
        lines = [line for line in self.said.splitlines() if any(word in line for word in _LOST)]
        return " / ".join(line.split("] - ")[-1].strip() for line in lines[-_SHOWN:]) or "the client said nothing"


@contextmanager
def open_view(
    channel: Channel, desk: str, factors: str, options: Sequence[str] = (), libraries: str = ""
) -> Iterator[View]:
    """Start the client for a desktop with both factors (the password, right behind it the code); it ends with the block.

    `options` go to xfreerdp, whose libraries are looked for in the folder `libraries` first. Nothing is awaited: look at the
    picture, or whether it has ended.
    """
    number = secrets.randbelow(9000) + 1000
    before = ("env", f"LD_LIBRARY_PATH={libraries}") if libraries else ()
    with channel.pipe([*before, "view-headless", str(number), desk, *options]) as pipe:
        try:
            pipe.send(f"{factors}\n".encode())
        except OSError as error:
            raise LabError(
                f"the client did not start: {error}", fix="only terminals with a way to a desktop have one"
            ) from error
        yield View(channel, pipe, number)


class Clipboard:
    """The clipboard of an X server on a host. `environment`: what an X client there must have set."""

    def __init__(self, channel: Channel, environment: Sequence[str]) -> None:
        self._channel, self._environment = channel, ("env", *environment)

    def put(self, form: str, content: bytes) -> None:
        """Own the clipboard with that content (form: an X target, "UTF8_STRING" or a MIME type). LabError if it can't."""
        program = " ".join((*self._environment, "xclip", "-selection", "clipboard", "-t", form, "-i"))
        self._channel.run(f"{program} > /dev/null 2>&1", stdin=content).check()

    def content(self, form: str) -> bytes:
        """What a paste of that form would give now; empty where nobody offers it."""
        program = (*self._environment, "timeout", "2", "xclip", "-selection", "clipboard", "-t", form, "-o")
        return self._channel.run(program).stdout
