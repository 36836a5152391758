"""One time of listening for a whole run: all stations join afresh, canaries are sent, requests are made by hand.

Beside it the prober hears every port of the fabric, so that what the air hides is known to have arrived.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from lab.errors import LabError
from lab.plan import Family, Host, Kind, Plan, Protocol, Ssid
from lab.probe.air import Listener, craft, read_capture
from lab.probe.air.elements import MFP_CAPABLE, MFP_REQUIRED, Suites
from lab.probe.air.keys import Key
from lab.record import Application, Attempt
from lab.record.air import AirCapture
from lab.verdict.air import Carried, Request, statuses
from lab.verdict.decrypted import Decrypted
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.wireless.canaries import PORT, TIMES, broadcast_of, fly
from lab.verify.wireless.decrypted import Canaries, answer_by_cable, decrypted, readable
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station, staff
from lab.verify.wireless.master_keys import RadiusWire, master_keys, secret_of
from lab.verify.wireless.openly import ACCESS_POINT, ADDRESSES, MONITOR, open_network

GOOD = "802.1X with protected management frames"
SMALLER_AKM, SMALLER_CIPHER, SMALLER_GROUP = "the AKM of 128 bits", "CCMP-128", "CCMP-128 for the group"
BOTH = MFP_CAPABLE | MFP_REQUIRED
ENTERPRISE = Suites(akm=5, capabilities=BOTH)
SUITE_B_192 = Suites(akm=12, pairwise=9, group=9, group_management=12, capabilities=BOTH)


@dataclass(frozen=True, slots=True)
class Wish:
    """An association request that is sent by hand."""

    name: str
    asked: Suites


def wishes(ssid: Ssid) -> tuple[Wish, ...]:
    """Requests that must be refused, and the good one last: who is associated already is answered differently."""
    good = SUITE_B_192 if ssid.suite_b else ENTERPRISE
    smaller = (
        Wish(SMALLER_AKM, replace(good, akm=ENTERPRISE.akm)),
        Wish(SMALLER_CIPHER, replace(good, pairwise=ENTERPRISE.pairwise)),
        Wish(SMALLER_GROUP, replace(good, group=ENTERPRISE.group)),
    )
    return (
        Wish("PSK", replace(good, akm=2)),
        Wish("SAE", replace(good, akm=8)),
        Wish("802.1X with SHA-1 (WPA2)", replace(good, akm=1)),
        Wish("TKIP", replace(good, pairwise=2)),
        Wish("no protected management frames", replace(good, capabilities=0)),
        *(smaller if ssid.suite_b else ()),
        Wish(GOOD, good),
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """What a run's time of listening brought."""

    capture: AirCapture
    joined: dict[str, dict[str, str]]  # station -> what its supplicant said of the connection
    carried: dict[str, Carried]  # by station
    decrypted: dict[str, Decrypted | CheckError]  # by station; why its keys could not be had
    requests: dict[str, dict[str, Request]]  # by network and name of the request
    seen: dict[str, Application]  # by station; the evidence of it


@dataclass(slots=True)
class _Listened:
    """The run's time of listening: what it brought, or why it brought nothing."""

    heard: Heard | None = None
    failed: Exception | None = None
    numbers: int = 0  # of the pieces of evidence


def heard(session: LabSession) -> Heard:
    """Listen once per run; later callers get the same. CheckError or LabError if it can't be done."""
    known = session.memory.of(_Listened)
    if known.failed is not None:
        raise CheckError(f"the air could not be listened to: {known.failed}")
    if known.heard is None:
        try:
            known.heard = _listen(session)
        except Exception as error:
            known.failed = error
            raise
    return known.heard


def _listen(session: LabSession) -> Heard:
    plan = session.plan
    stations = staff(plan)
    assert plan.air is not None
    canaries = {one.host.name: Canaries.fresh() for one in stations}
    words = [word for one in stations for word in canaries[one.host.name]]
    joined: dict[str, dict[str, str]] = {}
    silent: dict[str, CheckError | None] = {}
    with (
        open_network(session) as (point, client),
        RadiusWire(session) as wire,
        Listener(session.channel("air")) as listener,
    ):
        session.prober.record()
        for one in stations:
            joined[one.host.name] = _join(session, one)
        for one in stations:
            text, station = canaries[one.host.name].own, OnAir(session, one.host.name)
            fly(station, text, str(server_of(plan, one).address(Family.IPV4)))
            fly(station, text, broadcast_of(one.host))
            fly(client, text, ADDRESSES[ACCESS_POINT])
            silent[one.host.name] = answer_by_cable(session, one, canaries[one.host.name])
        mine = next(host for host in plan.air.hosts if host.name == ACCESS_POINT).mac
        for ssid in dict.fromkeys(one.ssid for one in stations):
            for wish in wishes(ssid):
                _ask(point, mine, ssid, wish)
        raw = listener.stop()
        handed = _keys(session, wire)
    seen = session.prober.recorded(words).seen
    session.sink.emit("capture", name="air.pcap", content=base64.b64encode(raw).decode())
    capture = read_capture(raw, words)
    carried: dict[str, Carried] = {}
    opened: dict[str, Decrypted | CheckError] = {}
    for number, one in enumerate(stations):
        first, own = len(Canaries._fields) * number, canaries[one.host.name]
        carried[one.host.name] = _carried(plan, one, first, capture, seen[first], mine)
        opened[one.host.name] = (
            handed
            if isinstance(handed, CheckError)
            else silent[one.host.name]
            or decrypted(
                plan,
                one,
                raw=raw,
                in_clear=readable(capture, first, mine),
                read_openly=carried[one.host.name].in_clear,
                canaries=own,
                keys=handed,
                seen=seen[first : first + len(own)],
            )
        )
    return Heard(
        capture=capture,
        joined=joined,
        carried=carried,
        decrypted=opened,
        requests=_requests(stations, capture, mine),
        seen={
            name: _evidence(session, one, joined[name], carried[name], opened[name])
            for one in stations
            for name in [one.host.name]
        },
    )


def _keys(session: LabSession, wire: RadiusWire) -> dict[str, list[Key]] | CheckError:
    """The master keys that crossed, by the station's MAC address; or why they can't be had, which spoils nothing else."""
    try:
        return master_keys(wire.packets(), secret_of(session))
    except (CheckError, LabError) as error:
        return CheckError(f"the keys of sessions could not be had: {error}")


def _join(session: LabSession, one: Station) -> dict[str, str]:
    """A fresh, whole authentication: nothing rests on a connection that was there before."""
    station = OnAir(session, one.host.name)
    station.join()
    said = station.awaits(CONNECTED)
    session.sink.emit("host-file", host=one.host.name, name="wpa.log", content=said)
    return station.status()


def _ask(point: OnAir, mine: str, ssid: Ssid, wish: Wish) -> None:
    request = craft.association(mine, ssid.bssid, ssid.name, wish.asked)
    craft.send(point.channel, MONITOR, [craft.authentication(mine, ssid.bssid), request])


def _requests(stations: Sequence[Station], capture: AirCapture, mine: str) -> dict[str, dict[str, Request]]:
    found = {}
    for ssid in dict.fromkeys(one.ssid for one in stations):
        answers, wanted = statuses(capture, mine, ssid.bssid), wishes(ssid)
        if len(answers) != len(wanted):
            raise CheckError(
                f"{len(answers)} of {len(wanted)} association requests to {ssid.name} were heard on the air"
            )
        found[ssid.name] = {wish.name: Request(wish.name, status) for wish, status in zip(wanted, answers, strict=True)}
    return found


def server_of(plan: Plan, one: Station) -> Host:
    """A wired host of the station's zone, for something to be sent to."""
    return next(
        host
        for host in plan.hosts
        if host.zone == one.host.zone and host.kind is Kind.ENDPOINT and any(leg.addresses for leg in host.legs)
    )


def _carried(plan: Plan, one: Station, number: int, capture: AirCapture, ports: frozenset[str], point: str) -> Carried:
    assert plan.air is not None
    own = [frame for frame in capture.frames if one.ssid.bssid in (frame.bssid, frame.receiver, frame.transmitter)]
    clear = [frame for frame in capture.frames if point in (frame.bssid, frame.receiver, frame.transmitter)]
    mine = [frame for frame in own if frame.kind == "data" and frame.transmitter == one.host.mac]
    return Carried(
        station=one.host.name,
        sent=TIMES,
        readable=sum(frame.needles[number] for frame in own),
        protected=sum(frame.protected for frame in mine),
        in_clear=sum(frame.needles[number] for frame in clear),
        ports=ports,
        port=f"{plan.air.container}.{one.ssid.segment}/from",
    )


def _evidence(
    session: LabSession, one: Station, status: dict[str, str], carried: Carried, opened: Decrypted | CheckError
) -> Application:
    server = server_of(session.plan, one)
    known = session.memory.of(_Listened)
    known.numbers += 1
    seen = Application(
        id=f"air-{known.numbers:05d}",
        attempt=Attempt(
            source=one.host.name,
            destination=server.name,
            address=str(server.address(Family.IPV4)),
            family=Family.IPV4,
            protocol=Protocol.UDP,
            port=PORT,
        ),
        ok=status.get("wpa_state") == "COMPLETED",
        detail={
            "status": status,
            "readable_on_the_air": carried.readable,
            "encrypted_frames": carried.protected,
            "readable_on_an_open_network": carried.in_clear,
            "seen_at": sorted(carried.ports),
            "decrypted": str(opened) if isinstance(opened, CheckError) else _told(opened),
        },
    )
    session.saw(seen)
    return seen


def _told(opened: Decrypted) -> dict[str, object]:
    """As the evidence has it: names of suites and numbers of frames, no key."""
    return {name: value for name, value in asdict(opened).items() if name not in ("station", "ports")}
