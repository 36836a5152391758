"""Why a rule drops, told from what it matches."""

import json
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


CRAFTED = DATA / "crafted"
ROLE = parse_ruleset((CRAFTED / "fw-mn.json").read_bytes(), (CRAFTED / "fw-mn.nft").read_text())


@pytest.mark.parametrize(
    ("chain", "comment", "why"),
    [
        ("anti_spoofing", "impossible source", Purpose.IMPOSSIBLE_SOURCE),
        ("anti_spoofing", "unspecified source", Purpose.IMPOSSIBLE_SOURCE),
        ("anti_spoofing", "link-local source", Purpose.IMPOSSIBLE_SOURCE),
        ("anti_spoofing", "own source", Purpose.ANTI_SPOOFING),
        ("anti_spoofing", "anti-spoofing", Purpose.ANTI_SPOOFING),
        ("options", "IPv4 options", Purpose.SHAPE),
        ("options", "routing header", Purpose.SHAPE),
        ("forward", "not a beginning", Purpose.SHAPE),
        ("forward", "invalid", Purpose.INVALID),
        ("forward", "default-deny", Purpose.DEFAULT_DENY),
    ],
)
def test_purposes_of_the_role_s_rules(chain, comment, why):
    found = {purpose(rule) for rule in ROLE.rules() if (rule.chain, rule.comment) == (chain, comment)}
    assert found == {why}


def test_an_emptied_set_drops_nothing_and_names_no_source():
    listed = json.loads((CRAFTED / "fw-mn.json").read_text())
    for each in listed["nftables"]:
        each.get("set", {}).pop("elem", None)
    empty = parse_ruleset(json.dumps(listed).encode(), (CRAFTED / "fw-mn.nft").read_text())
    rules = [rule for rule in empty.rules() if rule.comment == "impossible source"]
    assert rules
    assert all(purpose(rule) is not Purpose.IMPOSSIBLE_SOURCE for rule in rules)
