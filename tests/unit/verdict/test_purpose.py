"""Why a rule drops, told from what it matches."""

from pathlib import Path

import pytest

from lab.verdict import Purpose, parse_ruleset
from lab.verdict.purpose import JAPANESE, purpose

DATA = Path(__file__).parent / "data"
EVERY = parse_ruleset((DATA / "every-statement.json").read_bytes(), (DATA / "every-statement.nft").read_text())
RULES = {rule.text: rule for rule in EVERY.rules()}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('log prefix "DENY " group 5 counter drop', Purpose.DEFAULT_DENY),
        ('ct state invalid log prefix "INVALID " group 5 counter drop', Purpose.INVALID),
        ("ct state != new drop", Purpose.INVALID),
        ('fib saddr . iif oif missing log prefix "SPOOF " drop', Purpose.ANTI_SPOOFING),
        ('iifname "mn" ip saddr 10.10.0.10 ether saddr != 02:11:22:33:44:55 log group 5 drop', Purpose.MAC_BINDING),
        ("ip saddr @dyn drop", Purpose.OVERLOAD),
        ("udp dport 53 quota over 25 mbytes drop", Purpose.OVERLOAD),
        ("ct count over 10 drop", Purpose.OVERLOAD),
        ("numgen random mod 100 < 30 drop", Purpose.OVERLOAD),
        ("ip ttl < 2 drop", Purpose.TTL),
        ("ip frag-off & 8191 != 0 drop", Purpose.SHAPE),
        ("ip option lsrr exists drop", Purpose.SHAPE),
        ("exthdr rt exists drop", Purpose.SHAPE),
        ("tcp flags != syn drop", Purpose.SHAPE),
        ("meta pkttype multicast drop", Purpose.SHAPE),
        ("ip saddr 1.2.3.4 reject with icmp admin-prohibited", Purpose.ANTI_SPOOFING),
        ("meta l4proto != tcp drop", Purpose.EXPLICIT_DENY),
        ("meta l4proto tcp reject with tcp reset", Purpose.EXPLICIT_DENY),
    ],
)
def test_purpose_of_a_rule(text, why):
    assert purpose(RULES[text]) is why


def test_the_way_to_a_chain_counts():
    last, invalid = RULES['log prefix "DENY " group 5 counter drop'], RULES["ct state established,related accept"]
    zones = RULES['iifname "mn*" accept']
    assert purpose(last, [invalid]) is Purpose.STATE
    assert purpose(last, [zones]) is Purpose.DEFAULT_DENY
    assert purpose(last, [RULES["ip ttl < 2 drop"]]) is Purpose.TTL
    assert purpose(last, [RULES["tcp dport 22-25 accept"]]) is Purpose.EXPLICIT_DENY


def test_every_purpose_has_its_japanese():
    assert set(JAPANESE) == set(Purpose)
