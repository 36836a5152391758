"""A network without any security beside the lab's own: what is sent there must be found on the air, or the listener is deaf.

Its access point is also who sends requests by hand: a radio answers, and hears answers, only where it is on a channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lab.verify.session import LabSession
from lab.verify.wireless.hosts import CONNECTED, OnAir

SSID = "sanso-open"
ACCESS_POINT, CLIENT = "evil-ap", "sta-rogue"
MONITOR = "mon0"
ADDRESSES = {ACCESS_POINT: "172.31.255.1", CLIENT: "172.31.255.2"}  # a network of these two alone
_HOSTAPD = f"interface=wlan\ndriver=nl80211\nctrl_interface=/run/hostapd\nssid={SSID}\nhw_mode=g\nchannel=6\n"
_CLIENT = f'ctrl_interface=/run/wpa\nnetwork={{\n    ssid="{SSID}"\n    scan_freq=2437\n    key_mgmt=NONE\n}}\n'
_START = (
    "/usr/local/sbin/station stop; hostapd -B -t -f /var/log/open.log -P /run/open.pid /run/open.conf >/dev/null && "
    f"iw dev wlan interface add {MONITOR} type monitor && ip link set {MONITOR} up && "
    f"ip address add {ADDRESSES[ACCESS_POINT]}/30 dev wlan"
)
_STOP = (
    f"iw dev {MONITOR} del; kill $(cat /run/open.pid); timeout 10 sh -c 'while [ -e /run/open.pid ]; do usleep 20000; done'; "
    "ip address flush dev wlan; ip link set wlan up"
)


@contextmanager
def open_network(session: LabSession) -> Iterator[tuple[OnAir, OnAir]]:
    """The network while the block runs: its access point and its one client, connected."""
    point, client = OnAir(session, ACCESS_POINT), OnAir(session, CLIENT)
    point.put({"/run/open.conf": _HOSTAPD.encode()})
    client.put({"/run/open-client.conf": _CLIENT.encode()})
    try:
        point.run(_START)
        client.join("/run/open-client.conf")
        client.awaits(CONNECTED)
        client.run(f"ip address add {ADDRESSES[CLIENT]}/30 dev wlan")
        yield point, client
    finally:
        client.channel.run("/usr/local/sbin/station stop; ip address flush dev wlan", timeout=60)
        point.channel.run(_STOP, timeout=60)
