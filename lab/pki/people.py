"""Accounts of desktops: one person per terminal, with two factors that nobody else has (SCR-06, TW-08).

Both are made once and stay: a password, of which the desktop gets the hash, and the secret of a time-based code (RFC 6238).
"""

from __future__ import annotations

import ctypes
import ctypes.util
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from hmac import digest
from pathlib import Path

from lab.errors import LabError
from lab.pki.needs import DESKTOP, SCREEN
from lab.pki.place import account_stem
from lab.pki.store import write_private
from lab.plan import Plan

PASSWORD, HASH, CODE = ".password", ".shadow", ".totp"
STEP, DIGITS = 30, 6  # seconds that a code lives, its length
_BYTES = 20  # of a code's secret: SHA-1's own length
_SALT = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may open a session on a desktop, and from where."""

    desk: str
    terminal: str
    user: str  # "staff01"


def accounts(plan: Plan) -> tuple[Account, ...]:
    """Everybody whose terminal has a way to a desktop by screen transfer, hop by hop, in the plan's order."""
    flows = [flow for flow in plan.allowed if flow.application == SCREEN]
    ends = {flow.destination for flow in flows}
    found = [
        (desk, start)
        for start in dict.fromkeys(flow.source for flow in flows if flow.source not in ends)
        for desk in onward(plan, start)
        if DESKTOP in plan.host(desk).roles
    ]
    return tuple(Account(desk, terminal, f"staff{number:02}") for number, (desk, terminal) in enumerate(found, 1))


def onward(plan: Plan, start: str) -> tuple[str, ...]:
    """The host itself, and all that screen transfer leads on to from there, nearest first."""
    reached = [start]
    for at in reached:
        reached += [
            flow.destination
            for flow in plan.allowed
            if (flow.source, flow.application) == (at, SCREEN) and flow.destination not in reached
        ]
    return tuple(reached)


def ensure(plan: Plan, directory: Path) -> tuple[Path, ...]:
    """Make missing secrets, drop those that the plan no longer needs; every file, in a stable order.

    Per person USER.password, USER.totp (hex) and USER.shadow (crypt(5), SHA-512); per desktop what its host gets:
    DESK.shadow for the name service, DESK.oath for the code's PAM module.
    """
    known = accounts(plan)
    made = [file for one in known for file in _person(directory, one.user)]
    for desk in dict.fromkeys(one.desk for one in known):
        users = [one.user for one in known if one.desk == desk]
        made += [
            _written(directory, desk, HASH, "".join(f"{user}:{_read(directory, user, HASH)}:20000::::::\n" for user in users)),
            _written(directory, desk, ".oath", "".join(
                f"HOTP/T{STEP}/{DIGITS}\t{user}\t+\t{_read(directory, user, CODE)}\n" for user in users
            )),
        ]  # fmt: skip
    for path in account_stem(directory, "any").parent.glob("*.*"):
        if path not in made:
            path.unlink()
    return tuple(made)


def password(directory: Path, user: str) -> str:
    """The first factor. LabError if it isn't on this machine."""
    return _read(directory, user, PASSWORD)


def code(directory: Path, user: str, now: float) -> str:
    """The second factor at that moment (seconds since 1970). LabError if its secret isn't on this machine."""
    counter = struct.pack(">Q", int(now) // STEP)
    mac = digest(bytes.fromhex(_read(directory, user, CODE)), counter, "sha1")
    (number,) = struct.unpack_from(">I", mac, mac[-1] & 0xF)
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def _person(directory: Path, user: str) -> list[Path]:
    fresh: dict[str, Callable[[], str]] = {
        PASSWORD: lambda: secrets.token_urlsafe(18),
        HASH: lambda: _hashed(_read(directory, user, PASSWORD)),
        CODE: lambda: secrets.token_hex(_BYTES),
    }
    files = {suffix: account_stem(directory, user).with_suffix(suffix) for suffix in fresh}
    if not all(files[suffix].is_file() for suffix in (PASSWORD, HASH)):  # a hash of another password opens nothing
        files[HASH].unlink(missing_ok=True)
    for suffix, make in fresh.items():
        if not files[suffix].is_file():
            write_private(files[suffix], f"{make()}\n".encode())
    return list(files.values())


def _hashed(word: str) -> str:
    """SHA-512 crypt(5) with a salt of its own, by the C library that every login of this machine uses."""
    name = ctypes.util.find_library("crypt")
    if name is None:
        raise LabError(
            "libcrypt is missing: passwords of desktops cannot be hashed", fix="sudo apt-get install libcrypt1"
        )
    library = ctypes.CDLL(name)
    salt = "".join(secrets.choice(_SALT) for _ in range(16))
    crypt = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)(("crypt", library))
    found: bytes | None = crypt(word.encode(), f"$6${salt}".encode())
    if not found or not found.startswith(b"$6$"):
        raise LabError("libcrypt knows no SHA-512: passwords of desktops cannot be hashed")
    return found.decode()


def _written(directory: Path, name: str, suffix: str, content: str) -> Path:
    path = account_stem(directory, name).with_suffix(suffix)
    if not path.is_file() or path.read_text() != content:
        write_private(path, content.encode())
    return path


def _read(directory: Path, name: str, suffix: str) -> str:
    path = account_stem(directory, name).with_suffix(suffix)
    try:
        return path.read_text().strip()
    except OSError as error:
        raise LabError(
            f"cannot be read: {error.strerror}", where=str(path), fix="accounts are on the machine that built the lab"
        ) from error


def fresh_code(directory: Path, user: str, used: str, now: float, window: int = 1) -> tuple[str, float]:
    """The earliest code that a desktop still takes after `used`, and the moment from which it does (seconds since 1970).

    A desktop takes no code twice, nor one of an earlier step; `window` steps ahead of its clock it takes one already.
    """
    step = int(now) // STEP
    for ahead in range(window, -window - 2, -1):
        if used and code(directory, user, (step + ahead) * STEP) == used:
            wanted = max(step, step + ahead + 1)
            break
    else:
        wanted = step
    return code(directory, user, wanted * STEP), float((wanted - window) * STEP)
