"""A station's own posture: one network at a time, no network but its own, a new group key when somebody leaves."""

from __future__ import annotations

from lab.converge.air import SECURITY
from lab.probe.air import Listener, read_capture
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.stations import REKEYED, Lure, Second, knows_its_own, not_lured, on_one_network, rekeyed
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station, point_silent
from lab.verify.wireless.joining import FOLDER, STRANGER, Attempts
from lab.verify.wireless.known import NETWORKS
from lab.verify.wireless.openly import ACCESS_POINT

SECOND = "usb0"
_PLUG = (
    f"ip link del {SECOND} 2>/dev/null; ip link add {SECOND} type veth peer name {SECOND}-far && "
    f"ip address add 192.168.42.2/24 dev {SECOND} && ip link set {SECOND}-far up && ip link set {SECOND} up"
)
_DOWN = f"timeout 20 sh -c 'while ip -o link show up dev {SECOND} | grep -q .; do usleep 50000; done'"
_FORWARDS = (
    "for one in ipv4/ip_forward ipv6/conf/all/forwarding; do "
    "read -r is < /proc/sys/net/$one; [ $is = 0 ] || echo $one; done"
)
LOG = "/var/log/one-network.log"
_SEEN = "timeout 60 sh -c 'until wpa_cli -p /run/wpa -i wlan scan_results | grep -q {}; do usleep 200000; done'"
_OPEN = (
    "interface=wlan\ndriver=nl80211\nctrl_interface=/run/hostapd\nssid={}\nhw_mode=g\nchannel=6\n"
    "logger_stdout=-1\nlogger_stdout_level=1\n"
)
HOME = "careless-home"  # a network that a careless client knows and asks for by its name
_CARELESS = 'ctrl_interface=/run/wpa\nnetwork={{\n    ssid="{}"\n    scan_freq=2437\n    key_mgmt=NONE\n{}}}\n'
_CARELESS_STOP = "/usr/local/sbin/station stop; rm -f /run/careless.conf"
_START = (
    "/usr/local/sbin/station stop; rm -f /var/log/lure.log; "
    "hostapd -B -t -f /var/log/lure.log -P /run/lure.pid /run/lure.conf >/dev/null"
)
_STOP = "kill $(cat /run/lure.pid); timeout 10 sh -c 'while [ -e /run/lure.pid ]; do usleep 20000; done'; ip link set wlan up"


class Postures:
    """The `posture` fixture: `posture(network).stays_on_one_network()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Posture:
        return Posture(self._session, self._controls, station)


class Posture:
    """One station."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], one: Station) -> None:
        self._session, self._controls, self._one = session, controls, one
        self._name, self._station = one.host.name, OnAir(session, one.host.name)

    def stays_on_one_network(self) -> list[Verdict]:
        """A second interface is plugged in while it is on the radio, and brought up."""
        self._joined()
        forwards = tuple(self._station.run(_FORWARDS).split())
        try:
            self._station.run(f": > {LOG}; {_PLUG}")
            up = self._station.channel.run(_DOWN, timeout=60).rc != 0
            came = SECOND in self._station.run(f"ip -o link show dev {SECOND}")
            said = self._station.run(
                f"timeout 5 sh -c 'until grep -m 1 \"{SECOND} \" {LOG}; do usleep 50000; done' || true"
            ).strip()
        finally:
            self._station.run(f"ip link del {SECOND} 2>/dev/null || true")
        connected = self._station.status().get("wpa_state") == "COMPLETED"
        seen = Second(self._name, SECOND, came, up, said, connected, forwards)
        return self._give(f"second network of {self._name}", on_one_network(seen))

    def knows_its_own_network_alone(self) -> list[Verdict]:
        """As its supplicant ran when this run began, and as its files have it."""
        found = self._session.ahead.answer(NETWORKS, self._name)
        akm = str(SECURITY[self._one.ssid.security]["key_mgmt"])
        judgement = knows_its_own(self._name, self._one.ssid.name, akm, found)
        return self._give(f"networks that {self._name} knows", judgement)

    def joins_no_strange_network(self) -> list[Verdict]:
        """While its own is silent, an open network is there: of that very name, of another, of each that anybody asks for."""
        names = [self._one.ssid.name, "sanso-free"]
        with point_silent(self._session, self._station):
            made = [(f"{self._name} beside an open network called {name}", self._beside(name), ()) for name in names]
            made += [
                (
                    f"{self._name} beside an access point that takes a name that is asked for: {name}",
                    self._beside(name),
                    (),
                )
                for name in self._asked_for()
                if name not in names
            ]
        return give_all(self._session, self._controls, made)

    def gets_a_new_group_key(self) -> list[Verdict]:
        """A second station with right credentials joins, and leaves: the first must get a new group key."""
        self._joined()
        other = OnAir(self._session, STRANGER)
        Attempts(self._session, (), self._one).join_rightly(other)
        try:
            before = self._station.said().count(REKEYED)
        finally:
            other.run(f"wpa_cli -p /run/wpa -i wlan disconnect; /usr/local/sbin/station stop; rm -rf {FOLDER}")
        left = "CTRL-EVENT-DISCONNECTED" in other.said()
        wait = f"timeout 15 sh -c 'until [ $(grep -c \"{REKEYED}\" /var/log/wpa.log) -gt {before} ]; do usleep 100000; done'"
        self._station.channel.run(wait, timeout=60)
        after = self._station.said().count(REKEYED)
        judgement = rekeyed(self._name, STRANGER, before=before, after=after, left=left)
        return self._give(f"group key of {self._one.ssid.name}", judgement)

    def _asked_for(self) -> list[str]:
        """The names that are heard in requests on the air (KARMA) while the station and a careless client search."""
        careless = OnAir(self._session, STRANGER)
        careless.put({"/run/careless.conf": _CARELESS.format(HOME, "    scan_ssid=1\n").encode()})
        try:
            with Listener(self._session.channel("air")) as listener:
                self._station.join()
                careless.join("/run/careless.conf")
                listener.awaits(HOME, 60)
                frames = read_capture(listener.stop()).frames
        finally:
            careless.channel.run(_CARELESS_STOP, timeout=60)
        asked = [frame for frame in frames if frame.kind == "probe-request"]
        if not any(frame.transmitter == self._one.host.mac for frame in asked):
            raise CheckError(f"{self._name} was not heard while it searched for its network")
        return sorted({frame.ssid for frame in asked if frame.ssid})

    def _beside(self, name: str) -> Judgement:
        lure, careless = OnAir(self._session, ACCESS_POINT), OnAir(self._session, STRANGER)
        lure.put({"/run/lure.conf": _OPEN.format(name).encode()})
        careless.put({"/run/careless.conf": _CARELESS.format(name, "").encode()})
        try:
            lure.run(_START)
            self._station.join()
            bssid = lure.run("cat /sys/class/net/wlan/address").strip()
            looked = self._station.channel.run(_SEEN.format(bssid), timeout=120).rc == 0
            careless.join("/run/careless.conf")
            careless.awaits(CONNECTED)
            told = lure.run("cat /var/log/lure.log")
        finally:
            careless.channel.run(_CARELESS_STOP, timeout=60)
            lure.channel.run(_STOP, timeout=60)
        joined = tuple(
            {line.split("STA ")[1][:17] for line in told.splitlines() if "STA " in line and "associated" in line}
        )
        mac = careless.run("cat /sys/class/net/wlan/address").strip()
        return not_lured(Lure(self._name, name, joined, self._one.host.mac, careless=mac, looked=looked))

    def _joined(self) -> None:
        self._station.join()
        self._station.awaits(CONNECTED)

    def _give(self, subject: str, judgement: Judgement) -> list[Verdict]:
        return give_all(self._session, self._controls, [(subject, judgement, ())])
