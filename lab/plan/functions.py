"""What a host of each function runs and needs: roles, capabilities, listeners, kernel settings."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lab.plan.model import Frozen, Kind, Protocol

DATA = Path(__file__).parent / "data"


class Listener(Frozen):
    """What a role listens on."""

    protocol: Protocol
    port: int
    application: str


class Role(Frozen):
    """What an Ansible role needs of its container."""

    capabilities: tuple[str, ...] = ()
    services: tuple[Listener, ...] = ()


class Functions(Frozen):
    """The tables of data/functions.yaml."""

    functions: dict[str, tuple[str, ...]]
    roles: dict[str, Role]
    sysctls: dict[str, dict[str, str]]

    def capabilities(self, function: str) -> tuple[str, ...]:
        """The union of what the function's roles need, sorted."""
        return tuple(sorted({name for role in self.functions[function] for name in self.roles[role].capabilities}))

    def listeners(self, function: str) -> tuple[Listener, ...]:
        """Everything that a host of this function listens on beyond loopback."""
        return tuple(listener for role in self.functions[function] for listener in self.roles[role].services)

    def kernel(self, kind: Kind, *, legs: int, ipv6: bool) -> dict[str, str]:
        """The sysctls of a host, forwarding first (setting it resets others)."""
        tables = [kind.value, "every"]
        if legs > 1:
            tables.append("several_legs")
        tables.append("ipv6_on" if ipv6 else "ipv6_off")
        return {name: value for table in tables for name, value in self.sysctls[table].items()}


@cache
def functions() -> Functions:
    """Read the tables once."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (DATA / "functions.yaml").read_text(encoding="utf-8")
    return Functions.model_validate(yaml.load(text, Loader=loader))  # noqa: S506 - a safe loader
