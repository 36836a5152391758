"""What was changed by hand on a host of the radio guest, for `lab export`. Files alone: its kernel is compared with nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from lab.converge import GUEST, GUEST_FILES, Changes, overlayable, sort_out
from lab.converge.by_hand import LARGEST, changed_paths
from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.plan import AirHost
from lab.reach import Channel, open_channel
from lab.verdict.asked import sums
from lab.verdict.delivered import ChangedFile, strangers

MANIFEST = f"{GUEST}.sha256"
_MADE_AT_BOOT = frozenset(
    {"/etc/ssh/host_key", "/etc/ssh/sshd_config", "/root/.ssh/authorized_keys"}
)  # the way in, made in the container
# the guest's own files and those that were delivered are of 1970: whatever is younger came later
_CAME_LATER = "find / -xdev -type f -newer /etc/debian_version -exec stat -c '%a %n' {} +"
_STATED = re.compile(r"([0-7]+) (/.*)")
_PATIENCE = 120.0  # seconds, under emulation on a busy machine


def guest_changes(engine: Engine, lab: Lab, host: AirHost) -> Changes:
    """Compare its files with those that its container has for it. LabError if it or its container doesn't answer."""
    listed = _delivered(engine, lab, host)
    with open_channel(engine, lab, host.name) as channel:
        told = channel.run(["sha256sum", "--", *listed], timeout=_PATIENCE)
        if told.rc not in (0, 1):  # 1: a file is gone
            raise LabError(f"{host.name}: its files can't be read: {told.stderr.decode(errors='replace').strip()}")
        found = {path: digest for digest, path in sums(told.stdout.decode(errors="replace").splitlines())}
        contents = {
            path: channel.run(["head", "-c", str(LARGEST + 1), "--", path]).check().stdout
            for path in changed_paths(listed, found)
        }
        return sort_out(listed, found, _strangers(channel, listed), contents, overlayable(host))


def delivered(manifest: str, host: str) -> dict[str, str]:
    """Path on that host -> SHA-256, from the list of the role's files on the container."""
    place = f"{GUEST_FILES}/{host}"
    return {
        path.removeprefix(place): digest for digest, path in sums(manifest.splitlines()) if path.startswith(f"{place}/")
    }


def _delivered(engine: Engine, lab: Lab, host: AirHost) -> dict[str, str]:
    assert lab.plan.air is not None  # it has this host
    container = lab.plan.air.container
    with open_channel(engine, lab, container) as channel:
        manifest = channel.run(["cat", "--", f"/var/lib/sanso/manifest/{MANIFEST}"]).stdout
    if lab.delivered().get(container, {}).get(MANIFEST) != sha256(manifest).hexdigest():
        raise LabError(
            f"{container}: the list of what was delivered for {host.name} was changed on it",
            fix="lab up, which restores it",
        )
    return delivered(manifest.decode(errors="replace"), host.name)


def _strangers(channel: Channel, listed: Mapping[str, str]) -> list[str]:
    lines = channel.run(_CAME_LATER, timeout=_PATIENCE).stdout.decode(errors="replace").split("\n")
    came = tuple(ChangedFile(told[2], int(told[1], 8)) for line in lines if (told := _STATED.fullmatch(line)))
    return [one.path for one in strangers(came, listed) if one.path not in _MADE_AT_BOOT]
