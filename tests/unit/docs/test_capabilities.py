"""docs/capabilities.md says what the code gives, no more and no less."""

import re
from itertools import product
from pathlib import Path

from lab.engine import doctor, wiring
from lab.engine.sysctls import BRIDGE_NF, FABRIC_SYSCTLS
from lab.plan.functions import functions
from lab.probe import capture
from lab.probe import client as prober

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "capabilities.md").read_text(encoding="utf-8")


def rows(heading, columns):
    """Cells of the table that begins with these words."""
    table = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    found = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]
    assert found
    assert all(len(line) == columns for line in found), found
    return found


def words(cell):
    return tuple(re.findall(r"`([^`]+)`", cell))


def test_roles():
    table = functions()
    roles = {role for used in table.functions.values() for role in used} | set(table.askers.values())
    told = {words(role)[0]: words(given) for role, given, _ in rows("role", 3)}
    assert told == {role: table.capabilities.get(role, ()) for role in roles}


def test_functions():
    table = functions()
    told = {name.split()[0]: (words(roles), words(given)) for name, roles, given in rows("function (hosts)", 3)}
    assert told == {name: (roles, table.needed(roles)) for name, roles in table.functions.items()}


def test_askers():
    table = functions()
    told = {words(name)[0]: (words(role)[0], words(given)) for name, role, given in rows("a host that may ask for", 3)}
    assert told == {name: (role, table.needed([role])) for name, role in table.askers.items()}


def test_own_containers():
    told = {name: words(given) for name, given, _, why in rows("container", 4)}
    trial = re.search(r"cap_add=(\[.*?\])", Path(doctor.__file__).read_text(encoding="utf-8"))
    assert told == {
        "fabric": (),
        "lock": (),
        "wiring helper": wiring.CAPABILITIES,
        "prober": prober.CAPABILITIES,
        "capture": capture.CAPABILITIES,
        "trial of `lab doctor`": tuple(re.findall(r'"(\w+)"', trial[1])),
    }


def test_kernel_settings():
    told = {}
    for hosts, setting, value, why in rows("hosts", 4):
        assert why
        for key in expanded(words(setting)[0]):
            told.setdefault(hosts, {})[key] = value
    assert told == {**functions().sysctls, "fabric": FABRIC_SYSCTLS | BRIDGE_NF}


def expanded(pattern):
    """`a.{b,c}.d` is `a.b.d` and `a.c.d`."""
    parts = [part.split(",") for part in re.split(r"[{}]", pattern)]
    return ["".join(choice) for choice in product(*parts)]
