"""What a gateway says of its tunnels."""

from __future__ import annotations

from lab.operate.tunnels import Tunnel, listed

TOLD = (
    "list-sa event {telework {uniqueid=4 version=2 state=ESTABLISHED local-host=203.0.113.40 local-id=vpn-gw.vpnz.sanso.test"
    " remote-host=198.51.100.10 remote-port=4500 remote-id=tele-01@sanso.test established=125 rekey-time=14003"
    " remote-vips=[10.99.0.20 fd53:616e:736f:99::20] child-sas {net-4 {name=net uniqueid=4 state=INSTALLED mode=TUNNEL"
    " bytes-in=146328 packets-in=2999 bytes-out=12 install-time=125 local-ts=[0.0.0.0/0 ::/0]}}}}\n"
    "list-sa event {telework {uniqueid=5 version=2 state=CONNECTING remote-host=203.0.113.66 child-sas {}}}\n"
    "list-sas reply {}\n"
)


def test_tunnels_are_read_with_whose_they_are_and_what_went_through():
    up, half = listed("vpn-gw", TOLD)
    inside = ("10.99.0.20", "fd53:616e:736f:99::20")
    assert up == Tunnel("vpn-gw", "tele-01@sanso.test", "198.51.100.10", inside, "INSTALLED", 125, 146328, 12)
    assert half == Tunnel("vpn-gw", "?", "203.0.113.66", (), "CONNECTING", 0, 0, 0)


def test_no_tunnel_is_none():
    assert list(listed("vpn-gw", "list-sas reply {}\n")) == []
