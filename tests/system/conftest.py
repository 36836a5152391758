"""Which tests run one after another because they share a lab, and which need a path; groups run side by side with `pytest -n`.

pytest-xdist asks for a group by a test's id (its own `loadgroup` doesn't know the ids of pytest 9.2: pytest-xdist #1386).
"""

from __future__ import annotations

import re

import pytest

OWN_LABS = {
    "test_images",
    "test_interrupts",
    "test_whole_runs",
}  # modules of the command line that leave its shared lab alone
PATHS = {
    "telework",
    "mn-telework-study",
    "wlan",
    "wlan-192",
    "wlan-r5",
    "screens",
    "alpha",
}  # scenarios with images and suites of their own
ON_A_PATH = {"test_desktops", "test_telework", "test_wireless"}  # modules whose labs are such
LONG = {"cli/test_whole_runs", "cli/test_faults", "cli/test_backup"}  # modules
FIRST = "minimal-1"  # the lane of breakages that isn't long
TEST = re.compile(r"(?:tests/system/)?(?P<room>\w+)/(?P<module>\w+)\.py::(?:\w+\[on (?P<lane>[\w-]+): )?")


def group(test: str) -> str:
    """The group of a test by its id.

    A module has labs of its own, but the command line's and the converged lab are for several; "on LANE: " at the
    beginning of a parameter's id is a group inside a module.
    """
    room, module, lane = TEST.match(test).group("room", "module", "lane")
    if lane:
        return f"{module} {lane}"
    return room if room == "converge" or (room == "cli" and module not in OWN_LABS) else f"{room} {module}"


def pytest_collection_modifyitems(items):
    """Mark what needs a lab with a telework or wireless path, and of the rest what takes long: `make test` leaves both out."""
    for item in items:
        found = TEST.search(item.nodeid)
        if found and (found["module"] in ON_A_PATH or found["lane"] in PATHS):
            item.add_marker(pytest.mark.path)
        elif found and (f"{found['room']}/{found['module']}" in LONG or found["lane"] not in {None, FIRST}):
            item.add_marker(pytest.mark.long)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group(nodeid)

    return Groups(config, log)
