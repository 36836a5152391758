"""What a station's supplicant and an access point's radio tell of their networks."""

from lab.record.air import AirCapture, AirFrame
from lab.verify.wireless.known import known
from lab.verify.wireless.running import interfaces, on_the_air

TOLD = """\
network WPA-EAP-SHA256 "sanso-lg"
network WPA-PSK WPA-EAP "at the cafe"
network NONE 00ff
credentials 0\trealm\tname
program wpa_supplicant -B -i wlan -c /etc/wlan/wpa_supplicant.conf
file /etc/wlan/wpa_supplicant.conf
text ctrl_interface=/run/wpa
text network={
text     ssid="sanso-lg"
text     key_mgmt=WPA-EAP-SHA256
text }
text network={
text     psk="secret"
text }
end"""
IW = """\
phy#0
\tInterface ap-mn
\t\tifindex 7
\t\taddr 02:00:00:00:00:01
\t\tssid sanso mn
\t\ttype AP
\t\tchannel 6 (2437 MHz), width: 20 MHz, center1: 2437 MHz
\tInterface ap-lg
\t\taddr 02:00:00:00:00:00
\t\ttype managed
"""


def test_station_tells_of_all_its_networks():
    found = known(TOLD.splitlines())
    assert found.running == (("sanso-lg", "WPA-EAP-SHA256"), ("at the cafe", "WPA-PSK WPA-EAP"), ("00ff", "NONE"))
    assert found.filed == (("sanso-lg", "WPA-EAP-SHA256"), ("any", "WPA-PSK WPA-EAP"))
    assert (found.credentials, len(found.programs)) == (("0\trealm\tname",), 1)


def test_radio_tells_of_all_its_interfaces():
    assert interfaces(IW) == {("02:00:00:00:00:01", "sanso mn"), ("02:00:00:00:00:00", "(no name, managed)")}


def test_hidden_network_is_heard():
    def frame(kind, bssid, ssid):
        return AirFrame(
            at_us=0, kind=kind, receiver="ff", transmitter=bssid, bssid=bssid, size=9, protected=False, ssid=ssid
        )

    frames = (
        frame("beacon", "02:09", ""),
        frame("beacon", "02:08", "\0\0"),
        frame("probe-response", "02:00", "sanso-lg"),
    )
    heard = on_the_air(AirCapture(frames=(*frames, frame("probe-request", "ff", "cafe"))))
    assert heard == {("02:09", "(no name)"), ("02:08", "(no name)"), ("02:00", "sanso-lg")}
