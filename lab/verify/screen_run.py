"""One desktop's rehearsal: everything that its suites want to know, tried once per run, in one go.

A terminal's client tries to get in with less than it takes, then with both factors, asking for every channel there is. What
it could copy, it tries; then the same client looks at the same session through a second door on the desktop's loopback,
which has the channels on: the control of everything that must not come through.
"""

from __future__ import annotations

import secrets
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lab.converge.screens import first_hop
from lab.pki import Account, accounts, people, state_directory
from lab.reach.picture import colours
from lab.reach.view import Clipboard, View, open_view
from lab.verdict.screen_access import Entry, Logged
from lab.verdict.screens import Copied, ScreenSession
from lab.verify.ask import literal
from lab.verify.screen_channels import FOLDER, MAKE, OPTIONS
from lab.verify.screen_control import Control
from lab.verify.screen_words import DeskWords, log_lines, until
from lab.verify.session import LabSession
from lab.verify.store import Store

EVERYTHING = ("+clipboard", "/drive:lab,/tmp", "/printer", "/smartcard", "/sound", "/microphone", *OPTIONS)
OPENING = 45.0  # seconds until a session shows something
# sessions that are opened before it is said that none opens: with a clipboard switched on, xrdp 0.9.21 now and then lets
# somebody in and never draws
TRIES = 3
PATIENCE, DEADLINE = 3.0, 15.0  # seconds for what must not come, and for what must
AGAIN = 1.5  # seconds after which something is copied once more
DRAWN = 16  # colours of a screen with a window on it
USED = "/var/lib/desktop/users.oath"
UNLOGGED = Logged({}, {}, "")
NONE = ScreenSession(frozenset(), frozenset(), frozenset())
PIXELS = slice(54, 86)  # the first half of a picture's: xrdp's channel server cuts the last 14 bytes off a small one
TEXT, IMAGE = "UTF8_STRING", "image/bmp"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of it."""

    good: bool  # a session opened with both factors
    entries: tuple[Entry, ...]
    delivered: ScreenSession = NONE
    control: ScreenSession = NONE
    logged: Logged = UNLOGGED
    settings: dict[str, str] = field(default_factory=dict)
    engaged: tuple[int, ...] = ()
    sessions: int = 0
    beside: str = ""  # the desktop's line that it let the person in again, by another client
    why: str = ""  # the client's words where no session opened


class Rehearsal:
    """Tries everything at the desktop of one account."""

    def __init__(self, session: LabSession, account: Account) -> None:
        self._session, self._account = session, account
        self._terminal, self._desk = session.channel(account.terminal), session.channel(account.desk)
        self._keys = state_directory(session.plan.lab) / "pki"
        self._words = DeskWords(session, account)
        self._store = Store(session)

    def run(self) -> Rehearsed:
        """All of it. CheckError if the way itself doesn't work; LabError if a host doesn't answer."""
        with ExitStack() as stack:
            stack.enter_context(self._terminal.alone())
            stack.enter_context(self._desk.alone())
            stack.callback(self._clean)
            stack.callback(lambda: self._terminal.run(["rm", "-rf", FOLDER]))
            self._terminal.run(MAKE).check()
            entries = [*self._weak(), self._by_rdps_own_security()]
            for _ in range(TRIES):
                since, mark = self._words.now(), self._words.mark()
                code = self._code()
                with self._client(code, EVERYTHING) as view:
                    opened = self._opened(view, mark)
                    if opened:
                        display = self._words.display()
                        sessions, settings = self._words.sessions(), self._words.settings(display)
                        clipboard = Clipboard(self._terminal, (f"DISPLAY={view.display}",))
                        delivered = self._copies(clipboard, display, PATIENCE)
                    view.ended()  # takes in what it said so far
                if opened:
                    break
                self._keep(since, mark, view.said, [], UNLOGGED)
                self._clean()
            else:
                return Rehearsed(good=False, entries=tuple(entries), why=view.reason())
            entries.append(
                self._try(
                    "with a code that was used",
                    "使用済みのコード",
                    people.password(self._keys, self._account.user) + code,
                )
            )
            asked, off, on = self._words.channels(since)
            devices = self._words.devices(display, since)
            with Control(self._session, self._account, display, EVERYTHING) as control:
                copied = self._copies(control.clipboard(), display, DEADLINE)
                seen = self._words.devices(display, control.since, wait=DEADLINE)
                named, door = control.channels(), control.words()
                beside = self._beside(control)
                sessions = max(sessions, self._words.sessions())
            told = self._logged(since)
            self._keep(since, mark, view.said, door, told)
            return Rehearsed(
                delivered=ScreenSession(asked, off, on, tuple(delivered), devices, PATIENCE),
                control=ScreenSession(*named, tuple(copied), seen, DEADLINE),
                good=True,
                entries=tuple(entries),
                logged=told,
                settings=settings,
                engaged=self._words.engaged(since),
                sessions=sessions,
                beside=beside,
            )

    def _weak(self) -> Iterator[Entry]:
        """With less than both factors. A code that goes with a wrong password is used up."""
        word = people.password(self._keys, self._account.user)
        yield self._try("with the password alone", "パスワードのみ", word)
        right = self._code()
        wrong = f"{(int(right) + secrets.randbelow(900_000) + 50_000) % 1_000_000:06}"
        yield self._try("with the password and a wrong code", "正しいパスワードと誤ったコード", word + wrong)
        wrong = secrets.token_urlsafe(18) + right
        yield self._try("with a wrong password and the right code", "誤ったパスワードと正しいコード", wrong)
        for other in accounts(self._session.plan):
            if other.terminal == self._account.terminal and other != self._account:
                factors = people.password(self._keys, other.user) + people.code(self._keys, other.user, time.time())
                yield self._try(
                    f"with password and code of {other.desk}", f"{other.desk} のパスワードとコード", factors
                )

    def _by_rdps_own_security(self) -> Entry:
        """A client that speaks RDP's own encryption alone. Its factors are wrong: that they are asked for at all is too much."""
        since, mark = self._words.now(), self._words.mark()
        with open_view(self._terminal, self._account.desk, "-", ("/sec:rdp",)) as view:
            view.until(lambda: self._words.refused(mark), DEADLINE)
            asked = self._words.let_in(mark) or self._words.refused(mark)
            words = self._words.wants_tls(since, DEADLINE)
            en, ja = "without TLS, by RDP's own security", "TLSを使わないRDP独自の暗号化"
            return Entry(en, ja, bool(asked), words, "" if words else view.reason())

    def _try(self, what: str, what_ja: str, factors: str) -> Entry:
        self._session.ahead.pause()
        mark = self._words.mark()
        with open_view(self._terminal, self._account.desk, factors) as view:
            view.until(lambda: self._words.let_in(mark) or self._words.refused(mark), OPENING)
            return Entry(what, what_ja, bool(self._words.let_in(mark)), self._words.refused(mark))

    def _beside(self, control: Control) -> str:
        """The same person once more while the session is there, by a client that is another one in all that can be told."""
        plan, account = self._session.plan, self._account
        port = first_hop(plan, account).port
        assert port is not None  # screens are TCP
        where = literal(plan.host(account.desk).address(plan.families[0]), port)
        factors = people.password(self._keys, account.user) + self._code()
        mark = self._words.mark()
        with control.beside(where, account.user, factors):
            until(lambda: self._words.let_in(mark) or self._words.refused(mark), DEADLINE)
            return self._words.let_in(mark)

    @contextmanager
    def _client(self, code: str, options: tuple[str, ...]) -> Iterator[View]:
        word = people.password(self._keys, self._account.user)
        with open_view(self._terminal, self._account.desk, word + code, options, FOLDER) as view:
            yield view

    def _opened(self, view: View, mark: int) -> bool:

        def drawn() -> bool:
            picture = view.picture()
            return bool(picture) and colours(picture) >= DRAWN and bool(self._words.let_in(mark))

        return view.until(drawn, OPENING)

    def _code(self) -> str:
        return unused_code(self._session, self._keys, self._account)

    def _copies(self, terminal: Clipboard, display: str, patience: float) -> list[Copied]:
        home = f"/var/lib/desktop/home/{self._account.user}"
        desk = Clipboard(self._desk, (f"DISPLAY={display}", f"XAUTHORITY={home}/.Xauthority"))
        found = []
        for form in ("text", "image"):
            for way, source, sink in (("in", terminal, desk), ("out", desk, terminal)):
                self._session.ahead.pause()
                found.append(_copied(way, form, source, sink, patience))
        return found

    def _logged(self, since: str) -> Logged:
        """The central log's lines of the session that ended, once they are there."""
        gateway = first_hop(self._session.plan, self._account).destination
        return log_lines(self._store, gateway, self._account, since, DEADLINE)

    def _keep(self, since: str, mark: int, client: str, door: list[str], told: Logged) -> None:
        """What the verdicts rest on, into the evidence."""
        parts = {
            "the desktop": self._words.kept(since, mark),
            "its second door, with the channels on": [line for line in door if "channel" in line.lower()],
            "the client": client.splitlines(),
            "the central log": [str(dict(told.start)), str(dict(told.end)), told.let_in],
        }
        text = "\n".join(f"== {who}\n" + "\n".join(lines) for who, lines in parts.items())
        self._session.sink.emit("host-file", host=self._account.desk, name="screen-transfer.txt", content=text + "\n")

    def _clean(self) -> None:
        """End what is left of the session: nobody else may come back to it, and no process of it stays."""
        user = self._account.user
        self._desk.run(
            f"pkill -u {user}; for i in $(seq 100); do pgrep -u {user} > /dev/null || break; sleep 0.05; done"
        )


def unused_code(session: LabSession, keys: Path, account: Account) -> str:
    """A code that was not used yet; the clock must move on where it was."""
    told = session.channel(account.desk).run(["cat", USED]).check().stdout.decode()
    lines = [line.split("\t") for line in told.splitlines()]
    used = next((line[5] for line in lines if len(line) > 5 and line[1] == account.user), "")  # noqa: PLR2004 - liboath's
    code, since = people.fresh_code(keys, account.user, used, time.time())
    session.ahead.pause(max(0.0, since - time.time()))
    return code


def _copied(way: str, form: str, source: Clipboard, sink: Clipboard, patience: float) -> Copied:
    mark = secrets.token_hex(8).encode() if form == "text" else secrets.token_bytes(64)
    kind = TEXT if form == "text" else IMAGE
    wanted = mark if form == "text" else _bitmap(mark)[PIXELS]
    content = mark if form == "text" else _bitmap(mark)
    end = time.monotonic() + patience
    while (began := time.monotonic()) < end:  # as a person would: copied again where nothing came of it
        source.put(kind, content)
        while time.monotonic() < min(began + AGAIN, end):
            if wanted in sink.content(kind):
                return Copied(way, form, time.monotonic() - began)
            time.sleep(0.05)
    return Copied(way, form, None)


def _bitmap(colour: bytes) -> bytes:
    """A BMP of 4 x 4 pixels, 32 bits each, of these 64 bytes; the fourth of each pixel is nought, as clients make it."""
    pixels = b"".join(colour[start : start + 3] + b"\0" for start in range(0, 64, 4))
    about = struct.pack("<IiiHHIIiiII", 40, 4, 4, 1, 32, 0, len(pixels), 2835, 2835, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 14 + len(about) + len(pixels), 0, 0, 54) + about + pixels
