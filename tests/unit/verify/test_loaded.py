"""What swanctl prints of connections and tunnels, read."""

from __future__ import annotations

import pytest

from lab.verdict.loaded import Connection
from lab.verify.loaded import connections, listed
from lab.verify.marks import CheckError

TELEWORK = (
    "list-conn event {telework {local_addrs=[%any] remote_addrs=[%any] version=IKEv2 reauth_time=0 rekey_time=14400"
    " unique=UNIQUE_REPLACE dpd_delay=5 local-1 {id=vpn-gw.vpnz.sanso.test class=public key groups=[] cert_policy=[]"
    " certs=[O=Sans Lab, CN=vpn-gw.vpnz.sanso.test] cacerts=[]} remote-1 {id=%any eap-type=EAP_RADIUS class=EAP groups=[]"
    " cert_policy=[] certs=[] cacerts=[]} children {net {mode=TUNNEL rekey_time=3600 local-ts=[0.0.0.0/0 ::/0]}}}}\n"
)
MAINT = (
    "list-conn event {maint {local_addrs=[2001:db8:113::40] remote_addrs=[%any] version=IKEv1/2 reauth_time=0"
    " local-1 {class=public key groups=[]} remote-1 {id=maint@sanso.test class=pre-shared key groups=[]}"
    " remote-2 {groups=[]} children {}}}\n"
)
END = "list-conns reply {}\n"
TUNNEL = (
    "list-sa event {telework {uniqueid=4 version=2 state=ESTABLISHED local-host=203.0.113.40 local-id=vpn-gw.vpnz.sanso.test"
    " remote-host=198.51.100.10 remote-port=4500 remote-id=tele-01@sanso.test child-sas {net-4 {name=net}}}}\n"
)


def test_connections_are_read_with_their_version_and_every_round():
    right = Connection("telework", "IKEv2", ("EAP by EAP_RADIUS",))
    assert connections(TELEWORK + END) == (right,)
    assert connections(TELEWORK + MAINT + END)[1] == Connection("maint", "IKEv1/2", ("pre-shared key", "any"))


@pytest.mark.parametrize("told", ["", TELEWORK, "list-conn event garbage\n" + END])
def test_connections_that_are_not_whole_are_no_answer(told):
    with pytest.raises(CheckError):
        connections(told)


def test_tunnels_of_one_identity_are_told_by_their_other_ends():
    second = TUNNEL.replace("198.51.100.10", "203.0.113.66")
    other = TUNNEL.replace("tele-01", "tele-02")
    told = TUNNEL + second + other + "list-sas reply {}\n"
    assert listed(told, "tele-01@sanso.test") == ("198.51.100.10", "203.0.113.66")
    assert listed("list-sas reply {}\n", "tele-01@sanso.test") == ()
    with pytest.raises(CheckError):
        listed(TUNNEL, "tele-01@sanso.test")
