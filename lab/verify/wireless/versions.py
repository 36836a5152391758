"""Which versions the access point, the stations and the authentication servers run (WLAN-10)."""

from __future__ import annotations

import re

from lab.plan import Plan
from lab.record import Verdict
from lab.verdict.support import Maintained, Running, supported
from lab.verify.judge import give_all
from lab.verify.session import LabSession

# of the process that runs, not of the file that would be started next: an update without a restart counts for nothing
_ASK = "for one in $(pidof {process}); do /proc/$one/exe -v 2>&1 | head -n 1; done"
_KERNEL = "uname -r"
_VERSION = re.compile(r"(?:\bv|Version )(\d[\w.]*)")
_RELEASE = re.compile(r"(\d[\w.-]*)")
_PROGRAMS = {"access-point": ("hostapd", "hostapd"), "station": ("wpa_supplicant", "wpa_supplicant")}
_SERVER = ("FreeRADIUS", "freeradius")


def devices(plan: Plan) -> tuple[str, ...]:
    """Everything whose software WLAN-10 asks about: what is on the air as staff's, and who decides about it."""
    staff = {one.name for one in (plan.air.ssids if plan.air else ()) if one.staff}
    on_air = [
        one.name
        for one in (plan.air.hosts if plan.air else ())
        if one.function == "access-point" or (one.function == "station" and one.ssid in staff)
    ]
    return (*on_air, *(host.name for host in plan.hosts if on_air and "radius_server" in host.roles))


class Versions:
    """The `software` fixture: `software(host).is_maintained()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, host: str) -> Software:
        return Software(self._session, self._controls, host)


class Software:
    """The programs of one host."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], host: str) -> None:
        self._session, self._controls, self._host = session, controls, host
        on_air = session.plan.on_air(host)
        self._program = _SERVER if on_air is None else _PROGRAMS[on_air.function]
        self._has_kernel = on_air is not None  # a container's kernel is the machine's, not the lab's

    def is_maintained(self) -> list[Verdict]:
        """Each running program tells its version, and the kernel of a host on the air its release."""
        name, process = self._program
        lines = self._ask(_ASK.format(process=process)).splitlines()
        found = [Running(name, version) for version in dict.fromkeys(_read(_VERSION, line) for line in lines)]
        found = found or [Running(name, "")]
        if self._has_kernel:
            found.append(Running("Linux", _read(_RELEASE, self._ask(_KERNEL))))
        known = [
            Maintained(one.program, one.series, one.maintained_by, one.until) for one in self._session.catalogue.support
        ]
        judgement = supported(self._host, found, known, today=self._session.plan.as_of)
        return give_all(self._session, self._controls, [(f"software of {self._host}", judgement, ())])

    def _ask(self, line: str) -> str:
        return self._session.channel(self._host).run(line, timeout=90.0).check().stdout.decode(errors="replace")


def _read(pattern: re.Pattern[str], line: str) -> str:
    found = pattern.search(line)
    return found[1] if found else ""
