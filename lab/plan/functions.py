"""What a host of each function runs and needs: roles, image, capabilities, devices, kernel settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from lab.plan.model import Frozen, Image, Kind
from lab.tables import read_table

DATA = Path(__file__).parent / "data"


class Functions(Frozen):
    """The tables of data/functions.yaml."""

    functions: dict[str, tuple[str, ...]]  # function -> roles in the order they run
    askers: dict[str, str]  # application -> role of whoever may open a flow of it
    capabilities: dict[str, tuple[str, ...]]  # role -> capabilities, without the CAP_ prefix
    images: dict[str, Image]  # role -> what it must find installed; a role that isn't here needs the general image
    devices: dict[str, tuple[str, ...]]  # role -> device files of the engine machine
    accelerators: dict[str, tuple[str, ...]]  # role -> those it works without, only slower
    memory: dict[str, int]  # role -> MiB that its host can't start without, where that is much
    sealed: tuple[str, ...]  # roles with a kill switch
    sysctls: dict[str, dict[str, str]]

    def roles(self, function: str, asks: Collection[str]) -> tuple[str, ...]:
        """List the roles of a host of this function that may open flows of these applications."""
        return (*self.functions[function], *(role for name, role in self.askers.items() if name in asks))

    def needed(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Unite the capabilities of these roles, sorted."""
        return _united(self.capabilities, roles)

    def devices_of(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Unite the device files of these roles, sorted."""
        return _united(self.devices, roles)

    def accelerators_of(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Unite the device files that spare these roles an emulation, sorted."""
        return _united(self.accelerators, roles)

    def image(self, roles: Iterable[str]) -> Image:
        """The image that holds what all of these roles need."""
        needed = {self.images.get(role, Image.HOST) for role in roles}
        return max(needed, key=list(Image).index, default=Image.HOST)

    def kernel(self, kind: Kind, *, legs: int, ipv6: bool, dynamic: bool = False) -> dict[str, str]:
        """List the sysctls of a host, forwarding first (setting it resets others)."""
        tables = [(kind if kind is Kind.ROUTER else Kind.ENDPOINT).value, "every"]
        if legs > 1:
            tables.append("several_legs")
        tables.append("ipv6_on" if ipv6 else "ipv6_off")
        if ipv6 and dynamic:
            tables.append("dynamic")
        return {name: value for table in tables for name, value in self.sysctls[table].items()}


def _united(table: dict[str, tuple[str, ...]], roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for role in roles for name in table.get(role, ())}))


@cache
def functions() -> Functions:
    """Read the tables once."""
    return Functions.model_validate(read_table(DATA / "functions.yaml"))
