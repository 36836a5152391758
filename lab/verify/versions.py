"""Which versions run: on wireless devices (WLAN-10), where the VPN ends (VPN-09), on terminals that are outside (TW-09)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.catalogue import Catalogue
from lab.plan import Host, Plan
from lab.reach import Channel
from lab.record import Verdict
from lab.verdict.support import Maintained, Running, supported
from lab.verify.eapol import asking
from lab.verify.judge import give_all
from lab.verify.session import LabSession

_NUMBER = r"(\d[\w.]*)"


@dataclass(frozen=True, slots=True)
class Asked:
    """A program, the shell line that makes it tell its version, and where in its answer that stands."""

    program: str
    line: str
    pattern: str


def _process(program: str, process: str, pattern: str, option: str = "-v") -> Asked:
    """The process that runs, not the file that would be started next: an update without a restart counts for nothing."""
    return Asked(program, f"for one in $(pidof {process}); do /proc/$one/exe {option} 2>&1 | head -n 1; done", pattern)


_STRONGSWAN = _process("strongSwan", "charon", rf"strongSwan {_NUMBER}", "--version")
_DEBIAN = Asked("Debian", "sed -n 's/^VERSION_ID=/Debian /p' /etc/os-release", rf'Debian "?{_NUMBER}')
_ON_AIR = {
    "access-point": _process("hostapd", "hostapd", rf"\bv{_NUMBER}"),
    "station": _process("wpa_supplicant", "wpa_supplicant", rf"\bv{_NUMBER}"),
}
_LINUX = Asked("Linux", "uname -r", r"(\d[\w.-]*)")  # of the guest: a container's kernel is the machine's
_BY_ROLE = {
    "radius_server": (_process("FreeRADIUS", "freeradius", rf"Version {_NUMBER}"), _DEBIAN),
    "vpn_gateway": (_STRONGSWAN, _DEBIAN),
    "telework_terminal": (_STRONGSWAN, _DEBIAN),
    # starts with each session, so that what is installed is what will run
    "screen_client": (Asked("FreeRDP", "dpkg-query -W -f '${Version}' freerdp2-x11", _NUMBER),),
}


def wireless_devices(plan: Plan) -> tuple[str, ...]:
    """Everything whose software WLAN-10 asks about: what is on the air as staff's, and who decides about it."""
    staff = {one.name for one in (plan.air.ssids if plan.air else ()) if one.staff}
    on_air = [
        one.name
        for one in (plan.air.hosts if plan.air else ())
        if one.function == "access-point" or (one.function == "station" and one.ssid in staff)
    ]
    return (*on_air, *(host.name for host in plan.hosts if on_air and "radius_server" in host.roles))


def vpn_devices(plan: Plan) -> tuple[str, ...]:
    """Everything whose software VPN-09 asks about: gateways, and who decides about their terminals."""
    gateways = [host.name for host in plan.hosts if "vpn_gateway" in host.roles]
    return tuple(dict.fromkeys([*gateways, *(flow.destination for flow in asking(plan) if flow.source in gateways)]))


def programs(host: Host) -> tuple[Asked, ...]:
    """What the host's roles run, and its system."""
    return tuple(dict.fromkeys(one for role in host.roles for one in _BY_ROLE.get(role, ())))


def running(channel: Channel, asked: Asked) -> list[Running]:
    """Every version that runs; one that can't be read, or doesn't run, is "". LabError if the host doesn't answer."""
    told = channel.run(asked.line, timeout=90.0).check().stdout.decode(errors="replace")
    versions = dict.fromkeys(_read(asked.pattern, line) for line in told.splitlines())
    return [Running(asked.program, version) for version in versions or [""]]


def maintained(known: Catalogue) -> list[Maintained]:
    """The catalogue's list."""
    return [Maintained(one.program, one.series, one.maintained_by, one.until) for one in known.support]


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

    def is_maintained(self) -> list[Verdict]:
        """Each program that the host's roles run tells its version, and so does the system."""
        on_air = self._session.plan.on_air(self._host)
        asked = (_ON_AIR[on_air.function], _LINUX) if on_air else programs(self._session.plan.host(self._host))
        channel = self._session.channel(self._host)
        found = [version for one in asked for version in running(channel, one)]
        judgement = supported(self._host, found, maintained(self._session.catalogue), today=self._session.plan.as_of)
        return give_all(self._session, self._controls, [(f"software of {self._host}", judgement, ())])


def _read(pattern: str, line: str) -> str:
    found = re.search(pattern, line)
    return found[1] if found else ""
