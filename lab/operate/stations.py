"""The wireless stations of a running lab, as their supplicants tell of themselves: on which network, how, since when."""

from __future__ import annotations

from dataclasses import dataclass

from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.reach import open_channel

_PATIENCE = 15.0  # seconds for one station
_STATION = "station"
_ASK = (
    "wpa_cli -p /run/wpa -i wlan status; wpa_cli -p /run/wpa -i wlan signal_poll; "
    "date +now=%s; sed -n 's/^\\([0-9]*\\)\\..*CTRL-EVENT-CONNECTED.*/since=\\1/p' /var/log/wpa.log | tail -n 1"
)


@dataclass(frozen=True, slots=True)
class StationStatus:
    """One station. What it doesn't say is ""; `signal` in dBm and `seconds` connected are None then."""

    name: str
    network: str  # the one that it is configured for
    state: str  # "COMPLETED": it is on it; "no answer": its guest or supplicant is not there
    ssid: str = ""
    bssid: str = ""
    akm: str = ""
    cipher: str = ""
    protected: bool = False  # management frames
    signal: int | None = None
    seconds: int | None = None


def stations(engine: Engine, lab: Lab) -> tuple[StationStatus, ...]:
    """Ask every station of the plan, if the container of their guest runs."""
    air = lab.plan.air
    if air is None or lab.states().get(air.container) != "running":
        return ()
    return tuple(_asked(engine, lab, host.name, host.ssid or "") for host in air.hosts if host.function == _STATION)


def _asked(engine: Engine, lab: Lab, name: str, network: str) -> StationStatus:
    try:
        with open_channel(engine, lab, name) as channel:
            told = channel.run(_ASK, timeout=_PATIENCE).stdout.decode(errors="replace")
    except LabError:
        told = ""
    return read(name, network, told)


def read(name: str, network: str, told: str) -> StationStatus:
    """Read what the station said: lines of `key=value`."""
    said = dict(line.partition("=")[::2] for line in told.splitlines() if "=" in line)
    state = said.get("wpa_state", "no answer")
    if state != "COMPLETED":
        return StationStatus(name, network, state)
    since, now = said.get("since", ""), said.get("now", "")
    return StationStatus(
        name,
        network,
        state,
        ssid=said.get("ssid", ""),
        bssid=said.get("bssid", ""),
        akm=said.get("key_mgmt", ""),
        cipher=said.get("pairwise_cipher", ""),
        protected=said.get("pmf", "0") != "0",
        signal=int(said["RSSI"]) if said.get("RSSI") else None,
        seconds=int(now) - int(since) if since and now else None,
    )
