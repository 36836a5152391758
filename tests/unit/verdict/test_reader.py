"""The reader, on a listing with every kind of statement that nft 1.0.6 would load, and on pieces of JSON."""

import json
from ipaddress import ip_address
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.verdict.ruleset import UnknownStatement, parse_ruleset
from lab.verdict.ruleset.fields import STATES, TCP_BITS, Field
from lab.verdict.ruleset.literals import interface
from lab.verdict.ruleset.model import Alteration, Condition, Log, Unsure, Verdict, VerdictMap
from lab.verdict.ruleset.ranges import Ranges

DATA = Path(__file__).parent / "data"
EVERY = parse_ruleset((DATA / "every-statement.json").read_bytes(), (DATA / "every-statement.nft").read_bytes())


def listing(*rules, policy="drop", sets=()):
    chain = {"family": "inet", "table": "t", "name": "c", "handle": 1, "type": "filter", "hook": "forward", "prio": 0}
    objects = [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "inet", "name": "t", "handle": 1}}]
    objects += [{"set": {"family": "inet", "table": "t", **each}} for each in sets]
    objects.append({"chain": {**chain, "policy": policy}})
    for handle, rule in enumerate(rules, 10):
        objects.append({"rule": {"family": "inet", "table": "t", "chain": "c", "handle": handle, "expr": rule}})
    return json.dumps({"nftables": objects}).encode()


def rule(text):
    (found,) = [rule for rule in EVERY.rules() if rule.text == text]
    return found


def only(text, kind=Condition):
    (found,) = [statement for statement in rule(text).statements if isinstance(statement, kind)]
    return found


def test_every_rule_has_its_text():
    assert all(rule.text for rule in EVERY.rules())
    assert rule('log prefix "DENY " group 5 counter drop').chain == "last"


def test_base_chains_come_in_the_order_of_their_priority():
    assert [chain.name for chain in EVERY.base("prerouting", "ip")] == ["raw", "pre"]
    assert [chain.name for chain in EVERY.base("forward", "ip")] == ["forward", "d"]
    assert [chain.name for chain in EVERY.base("forward", "ip6")] == ["forward", "f"]


def test_interval_set_in_a_concatenation():
    boxes = only("ip saddr . ip daddr . tcp dport @pairs accept").boxes
    assert [box[Field.DPORT].spans for box in boxes] == [((443, 443),), ((6514, 6514),), ((100, 200),)]
    low, high = int(ip_address("10.10.0.0")), int(ip_address("10.10.0.255"))
    assert boxes[1][Field.SADDR4].spans == ((low, high),)
    assert all(box[Field.PROTOCOL] == Ranges.single(6) for box in boxes)


@pytest.mark.parametrize(
    ("text", "field", "inside", "outside"),
    [
        ("ct state established,related accept", Field.CT_STATE, [2, 3], [0, 1, 4]),
        ("ct state { established, related } accept", Field.CT_STATE, [2, 3], [0, 1, 4]),
        ("ct state != new drop", Field.CT_STATE, [0, 2, 3, 4], [1]),
        ("tcp dport 22-25 accept", Field.DPORT, [22, 25], [21, 26]),
        ("tcp dport > 1023 accept", Field.DPORT, [1024, 65535], [1023]),
        ("tcp dport != { 22, 23 } accept", Field.DPORT, [21, 24], [22, 23]),
        ("ip ttl < 2 drop", Field.HOP_LIMIT, [0, 1], [2]),
        ("icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept", Field.ICMP_TYPE, [135, 136], [133, 8]),
        ("icmp type { destination-unreachable, echo-request } accept", Field.ICMP_TYPE, [3, 8], [0, 128]),
        ("ip protocol gre accept", Field.PROTOCOL, [47], [6]),
        ("ip frag-off & 8191 != 0 drop", Field.FRAGMENT, [1, 0x2001], [0, 0x4000, 0x2000]),
        ("tcp flags syn / syn,ack accept", Field.TCP_FLAGS, [2, 3], [16, 18]),
        ("tcp flags != syn drop", Field.TCP_FLAGS, [18], [2]),
        ('fib saddr . iif oif missing log prefix "SPOOF " drop', Field.REVERSE_PATH, [0], [1]),
        ("fib daddr type local drop", Field.DESTINATION_KIND, [2], [1]),
        ("ip option lsrr exists drop", Field.LSRR, [1], [0]),
        ("exthdr rt exists drop", Field.RT, [1], [0]),
        ("meta nfproto ipv6 accept", Field.FAMILY, [1], [0]),
        ("udp sport 53 accept", Field.SPORT, [53], [54]),
    ],
)
def test_what_a_condition_matches(text, field, inside, outside):
    values = Ranges.of(
        span for c in rule(text).statements if isinstance(c, Condition) for b in c.boxes for span in b[field].spans
    )
    assert all(value in values for value in inside)
    assert not any(value in values for value in outside)


def test_tcp_flags_any_of():
    (first, _port) = [s for s in rule("tcp flags syn tcp dport 1 accept").statements if isinstance(s, Condition)]
    assert TCP_BITS["syn"] | TCP_BITS["ack"] in first.boxes[0][Field.TCP_FLAGS]
    assert TCP_BITS["ack"] not in first.boxes[0][Field.TCP_FLAGS]


def test_interface_patterns_are_ranges_of_names():
    values = only('iifname "mn*" accept').boxes[0][Field.IIF]
    assert interface("mn").first in values
    assert interface("mnx").first in values
    assert interface("m").first not in values
    assert interface("mgmt").first not in values


def test_a_port_implies_its_protocol_also_when_negated():
    (box,) = only("tcp dport != { 22, 23 } accept").boxes
    assert box[Field.PROTOCOL] == Ranges.single(6)


@pytest.mark.parametrize(
    "text",
    [
        "ip saddr @dyn drop",
        'limit name "l1" accept',
        "meta skuid 0 accept",
        "@nh,96,32 0xa000001 accept",
        "ct status dnat accept",
        "numgen random mod 100 < 30 drop",
        'meta hour "08:00"-"17:00" accept',
        "ct count over 10 drop",
        "add @dyn { ip saddr limit rate 1/second } accept",
    ],
)
def test_what_headers_do_not_tell_is_unsure(text):
    assert any(isinstance(statement, Unsure) for statement in rule(text).statements)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tcp dport 4443 dnat ip to 10.10.0.10:443", "dnat"),
        ("tcp dport 80 redirect to :8080", "redirect"),
        ('oifname "x-ml" masquerade', "masquerade"),
        ("tcp dport 21 notrack", "notrack"),
        ('ct helper set "ftp-std"', "helper"),
        ('tcp dport 99 dup to 10.10.0.1 device "mn"', "dup"),
    ],
)
def test_alterations_are_named(text, kind):
    assert only(text, Alteration).kind == kind


@pytest.mark.parametrize(
    ("left", "operator", "right", "field", "inside", "outside"),
    [
        ({"ip option": {"name": "rr"}}, "==", True, Field.RR, [1], [0]),
        ({"ip option": {"name": "ssrr"}}, "==", False, Field.SSRR, [0], [1]),
        ({"exthdr": {"name": "frag"}}, "==", True, Field.FRAG, [1], [0]),
        ({"payload": {"protocol": "ip", "field": "hdrlength"}}, ">", 5, Field.HEADER_WORDS, [6, 15], [5]),
        (
            {"fib": {"result": "type", "flags": ["saddr"]}},
            "==",
            {"set": ["local", "broadcast"]},
            Field.SOURCE_KIND,
            [2, 3],
            [1],
        ),
    ],
)
def test_what_is_odd_about_a_packet_is_a_field(left, operator, right, field, inside, outside):
    found = parse_ruleset(listing([{"match": {"op": operator, "left": left, "right": right}}, {"drop": None}]))
    (box,) = found.rules()[0].statements[0].boxes
    assert all(value in box[field] for value in inside)
    assert not any(value in box[field] for value in outside)


@pytest.mark.parametrize(
    "left", [{"ip option": {"name": "lsrr", "field": "ptr"}}, {"exthdr": {"name": "rt", "field": "type"}}]
)
def test_what_stands_in_an_option_or_header_is_unsure(left):
    found = parse_ruleset(listing([{"match": {"op": "==", "left": left, "right": 0}}, {"drop": None}]))
    assert isinstance(found.rules()[0].statements[0], Unsure)


def test_verdict_map_by_named_map():
    entries = only("iifname . oifname vmap @nm", VerdictMap).entries
    assert [(verdict.kind, verdict.target) for _, verdict in entries] == [("drop", ""), ("jump", "to_juki")]


def test_equality_with_two_states_matches_nothing_and_its_negation_everything():
    both = {"|": ["established", "related"]}
    left = {"ct": {"key": "state"}}
    ruleset = parse_ruleset(
        listing(
            [{"match": {"op": "==", "left": left, "right": both}}, {"accept": None}],
            [{"match": {"op": "!=", "left": left, "right": both}}, {"drop": None}],
            [{"match": {"op": "!", "left": left, "right": ["established", "related"]}}, {"drop": None}],
        )
    )
    nothing, everything, neither = [rule.statements[0] for rule in ruleset.rules()]
    assert nothing.boxes == ()
    assert everything.boxes == ({},)
    assert STATES["established"] not in neither.boxes[0][Field.CT_STATE]
    assert STATES["new"] in neither.boxes[0][Field.CT_STATE]


@pytest.mark.parametrize(
    "statement",
    [
        {"xt": None},
        {"future": {"x": 1}},
        {"match": {"op": "~", "left": {"meta": {"key": "l4proto"}}, "right": "tcp"}},
        {"match": {"op": "==", "left": {"meta": {"key": "future"}}, "right": 1}},
        {"match": {"op": "==", "left": {"payload": {"protocol": "geneve", "field": "vni"}}, "right": 1}},
        {"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "some-protocol"}},
        {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@gone"}},
        {"match": {"op": "==", "left": {"ip option": {"name": "future"}}, "right": True}},
        {"match": {"op": "==", "left": {"exthdr": {"name": "future"}}, "right": True}},
        {"match": {}},
    ],
)
def test_unknown_statement_names_table_chain_and_handle(statement):
    with pytest.raises(UnknownStatement) as caught:
        parse_ruleset(listing([{"counter": None}], [statement, {"accept": None}]))
    assert (caught.value.table, caught.value.chain, caught.value.handle) == ("inet t", "c", 11)
    assert "handle 11" in str(caught.value)


def test_unknown_object_is_not_skipped():
    text = json.dumps({"nftables": [{"metainfo": {}}, {"tunnel": {"family": "inet", "table": "t", "name": "x"}}]})
    with pytest.raises(UnknownStatement, match="tunnel"):
        parse_ruleset(text.encode())


@pytest.mark.parametrize("garbage", [b"", b"{}", b"[]", b"Error: x", b'{"nftables": [1]}'])
def test_no_listing_is_an_error(garbage):
    with pytest.raises(LabError):
        parse_ruleset(garbage)


def own(*expr, policy="accept"):
    chain = {
        "family": "inet",
        "table": "sanso_probe",
        "name": "begin",
        "handle": 1,
        "type": "filter",
        "hook": "prerouting",
        "prio": -350,
        "policy": policy,
    }
    rule = {"family": "inet", "table": "sanso_probe", "chain": "begin", "handle": 2, "expr": list(expr)}
    return json.dumps({"nftables": [{"chain": chain}, {"rule": rule}]}).encode()


def test_own_trace_table_is_left_out():
    trace = {"mangle": {"key": {"meta": {"key": "nftrace"}}, "value": 1}}
    assert parse_ruleset(own(trace)).chains == ()


def test_real_trace_table_is_left_out():
    assert parse_ruleset((DATA / "trace-table.json").read_bytes()).chains == ()


@pytest.mark.parametrize("text", [own({"accept": None}), own({"counter": None}, policy="drop")])
def test_a_table_of_that_name_that_decides_is_judged(text):
    assert parse_ruleset(text).chains


def test_log_is_seen():
    assert any(isinstance(s, Log) for s in rule('log prefix "DENY " group 5 counter drop').statements)
    assert Verdict("drop") in rule('log prefix "DENY " group 5 counter drop').statements


@pytest.mark.parametrize("flag", ["dormant", "some word", ["dormant", "owner"]], ids=["newer", "1.0.6", "list"])
def test_a_table_that_is_switched_off_has_no_chains(flag):
    listed = {
        "nftables": [
            {"metainfo": {"json_schema_version": 1}},
            {"table": {"family": "inet", "name": "x", "handle": 1, "flags": flag}},
            {"chain": {"family": "inet", "table": "x", "name": "c", "handle": 1, "type": "filter", "hook": "forward",
                       "prio": 0, "policy": "drop"}},
            {"rule": {"family": "inet", "table": "x", "chain": "c", "handle": 2, "expr": [{"drop": None}]}},
            {"table": {"family": "ip", "name": "x", "handle": 2}},
            {"chain": {"family": "ip", "table": "x", "name": "c", "handle": 1}},
        ]
    }  # fmt: skip
    given = parse_ruleset(json.dumps(listed).encode())
    assert [(chain.table, chain.name) for chain in given.chains] == [("ip x", "c")]
    assert given.rules() == ()
