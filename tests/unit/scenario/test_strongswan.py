"""strongSwan's settings with their places, and what the load says to those of a VPN."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lab.catalogue import load
from lab.scenario.strongswan import settings
from lab.scenario.weak import weaknesses

IKE = load().crypto.ike
TEXT = """# who
connections {
  one : base { proposals = "a, b" # why
    children {
      net { remote_ts = 0.0.0.0/0, ::/0
      }
    } version=2 }
}
"""


def test_sections_values_and_places():
    told = [(one.section, one.key, one.value, one.line, one.column) for one in settings(TEXT)]
    child = ("connections", "one", "children", "net")
    assert told == [
        ((), "connections", None, 2, 1),
        (child[:1], "one", None, 3, 3),
        (child[:2], "proposals", "a, b", 3, 16),
        (child[:2], "children", None, 4, 5),
        (child[:3], "net", None, 5, 7),
        (child, "remote_ts", "0.0.0.0/0, ::/0", 5, 13),
        (child[:2], "version", "2", 7, 7),
    ]


@given(st.text(alphabet='ab{}#=:" \n\t,-'))
def test_no_text_stops_the_reading(text):
    for one in settings(text):
        assert one.line >= 0
    list(weaknesses(text, "vpn-gateway", IKE, ipv6=True))


def test_ipv4_alone_is_everything_where_there_is_no_ipv6():
    text = (
        "connections { c { proposals = aes256gcm16-prfsha384-ecp384\n children { n { local_ts = 0.0.0.0/0\n"
        "esp_proposals = chacha20poly1305-x25519-noesn, aes256-sha256-modp3072-esn\n}}}}"
    )
    assert list(weaknesses(text, "vpn-gateway", IKE, ipv6=False)) == []
    (narrow,) = weaknesses(text, "vpn-gateway", IKE, ipv6=True)
    assert narrow.cause.startswith("VPN-06")
