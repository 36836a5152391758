"""Files of the radio guest's hosts against what was delivered to them, and their repair without a new start of the guest.

What was delivered is in the guest's container, with the list of the role's files; both are compared with the record like
those of any container. The hosts are asked by way of that container, so that no key leaves it.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.converge import GUEST, GUEST_FILES
from lab.engine import Drift, DriftKind, Engine, Lab
from lab.errors import LabError
from lab.plan import Air
from lab.reach import Channel, open_channel
from lab.reach.air import ONAIR
from lab.record.progress import Event, Progress

_MANIFEST = f"/var/lib/sanso/manifest/{GUEST}.sha256"
_PATIENCE = 240.0  # seconds for all hosts; two on a quiet machine, but a guest that is still starting is waited for
_RESTART = 480.0  # seconds for a daemon or the whole guest, under emulation on a busy machine
_SERVICE = "/etc/sanso/services/radio"
# a guest that starts just now is waited for; one that was stopped by hand is drift of its container, and is not asked
_ASK = f"""
[ "$(s6-svstat -o wantedup {_SERVICE} 2>/dev/null)" = true ] || {{ echo '== off'; exit 0; }}
s6-svwait -U -t 180000 {_SERVICE} >/dev/null 2>&1
for name; do
    (
        sums=$(sed -n "s|  {GUEST_FILES}/$name/|  /|p" {_MANIFEST})
        [ -n "$sums" ] || exit # nothing to hold its files against: it counts as a host that doesn't answer
        said=$(printf '%s\\n' "$sums" | {ONAIR} "$name" 'sha256sum --check --quiet - 2>/dev/null; echo == end' 2>/dev/null)
        printf '%s\\n' "$said" | sed "s|^|$name |"
    ) &
done
wait
"""
_DAEMONS = {"access-point": "access-point", "station": "station", "sensor": "sensor"}  # function -> /usr/local/sbin/...
_AT_BOOT = ("/etc/start", "/etc/daemons", "/usr/local/sbin/one-network")  # undone by a new start of the guest alone
_ANEW = "/usr/lib/sanso/service restart radio && /usr/local/sbin/radio-failures >&2 && /usr/lib/sanso/service restart radio-ways"


@dataclass(frozen=True, slots=True)
class Found:
    """What a host's files are: those that differ, or None if it didn't answer."""

    changed: tuple[str, ...] | None


def guest_drift(engine: Engine, lab: Lab) -> tuple[Drift, ...]:
    """What differs on the hosts of the guest; nothing without one, or while its container does not run."""
    return tuple(drift for name, found in _found(engine, lab).items() for drift in _told(name, found))


def restore_guest(engine: Engine, lab: Lab, progress: Progress) -> None:
    """Lay the delivered files down again where they differ and start what reads them anew; LabError if that doesn't help."""
    air = lab.plan.air
    found = {name: one for name, one in _found(engine, lab).items() if one.changed != ()}
    if air is None or not found:
        return
    with open_channel(engine, lab, air.container) as channel:
        if any(one.changed is None or set(one.changed) & set(_AT_BOOT) for one in found.values()):
            _must(channel, _ANEW, air.container, "the radio guest did not start anew")
            progress(Event("repair", air.container, "done", "the radio guest was started anew"))
        else:
            for name, one in found.items():
                _lay(channel, air, name, one.changed or ())
                progress(Event("repair", name, "done", f"{len(one.changed or ())} files restored"))
    if still := guest_drift(engine, lab):
        names = "; ".join(str(drift) for drift in still)
        raise LabError(f"still drifted after the repair: {names}", fix="lab up --fresh")


def read(told: str, names: Sequence[str]) -> Mapping[str, Found]:
    """What the hosts said: lines "NAME PATH: FAILED ..." and a last "NAME == end". Of those that said nothing: None."""
    if told.startswith("== off"):
        return {}
    lines = [line.partition(" ")[::2] for line in told.splitlines()]
    ended = {name for name, rest in lines if rest == "== end"}
    return {
        one: Found(
            tuple(sorted(rest.rpartition(": ")[0] for name, rest in lines if name == one and ": FAILED" in rest))
            if one in ended
            else None
        )
        for one in names
    }


def _found(engine: Engine, lab: Lab) -> Mapping[str, Found]:
    air = lab.plan.air
    if air is None or lab.states().get(air.container) != "running":
        return {}
    names = [host.name for host in air.hosts]
    with open_channel(engine, lab, air.container) as channel:
        try:
            told = channel.run(["sh", "-c", _ASK, "sh", *names], timeout=_PATIENCE)
        except LabError:
            return read("", names)
    return read(told.stdout.decode(errors="replace"), names)


def _told(name: str, found: Found) -> list[Drift]:
    if found.changed is None:
        return [Drift(DriftKind.UNREADABLE, name, "it does not tell of its files")]
    return [Drift(DriftKind.FILES, name, f"{path} was changed or removed") for path in found.changed]


def _lay(channel: Channel, air: Air, name: str, paths: Sequence[str]) -> None:
    """From the container's tree into the host, then the daemon that reads them."""
    host = next(one for one in air.hosts if one.name == name)
    there = shlex.join(path.lstrip("/") for path in paths)
    line = f"tar -C {GUEST_FILES}/{name} -cf - {there} | {ONAIR} {name} 'tar -xpf - -C /'"
    _must(channel, line, name, "its files were not restored")
    if daemon := _DAEMONS.get(host.function):
        _must(channel, f"{ONAIR} {name} '/usr/local/sbin/{daemon} restart'", name, f"{daemon} did not start again")


def _must(channel: Channel, line: str, host: str, failure: str) -> None:
    done = channel.run(line, timeout=_RESTART)
    if done.rc:
        said = (done.stderr + done.stdout).decode(errors="replace").strip()
        raise LabError(f"{host}: {failure}: {said or f'exit {done.rc}'}", fix="lab up --fresh")
