"""The agent's programs as files of a helper container."""

from __future__ import annotations

from importlib.resources import files

PACKAGE = "lab.probe.agent"


def programs() -> dict[str, bytes]:
    """The whole package, at the path where `python3 -m` finds it from the root folder."""
    where = "/" + PACKAGE.replace(".", "/")
    return {f"{where}/{e.name}": e.read_bytes() for e in files(PACKAGE).iterdir() if e.name.endswith(".py")}


def command(program: str, *arguments: str) -> tuple[str, ...]:
    """The argument list that runs one of them."""
    return ("python3", "-E", "-s", "-m", f"{PACKAGE}.{program}", *arguments)
