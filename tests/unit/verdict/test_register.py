"""Live rules against the register: recorded good rulesets, and rules of mutants as nft lists them."""

import json

import pytest

from lab.plan import Family, Protocol
from lab.record import State, Warrant
from lab.verdict import Kind, parse_ruleset, register_match


def found(plan, ruleset, device="fw-mn"):
    return register_match(plan, device, ruleset)


def kinds(findings):
    return {finding.kind for finding in findings}


@pytest.mark.parametrize("device", ["fw-mn", "fw-lg", "fw-in"])
def test_reference_rules_equal_the_register(plan, recorded, device):
    (finding,) = register_match(plan, device, recorded(device))
    assert finding.kind is Kind.MATCH
    assert (finding.judgement.state, finding.judgement.warrant) == (State.PASS, Warrant.INSPECTED)


@pytest.mark.parametrize(
    ("mutant", "kind"),
    [
        ("accept-above-the-drop", Kind.UNEXPLAINED),
        ("one-extra-port", Kind.UNEXPLAINED),
        ("ipv6-unfiltered", Kind.WIDER),
        ("source-port", Kind.SOURCE_PORT),
        ("dns-source-port", Kind.SOURCE_PORT),
        ("input-ssh", Kind.INPUT),
        ("input-icmp", Kind.INPUT),
        ("wide-source", Kind.WIDER),
        ("set-with-more", Kind.WIDER),
        ("established-first", Kind.MAC_AFTER_ESTABLISHED),
        ("mac-of-anyone", Kind.MAC_MISSING),
        ("drop-without-log", Kind.NO_LOG),
        ("masquerade", Kind.ALTERATION),
        ("dnat", Kind.ALTERATION),
        ("notrack", Kind.ALTERATION),
        ("helper", Kind.ALTERATION),
        ("limit-accept", Kind.UNEXPLAINED),
        ("gre", Kind.UNEXPLAINED),
        ("icmp", Kind.UNEXPLAINED),
        ("shadowing-drop", Kind.MISSING),
        ("jump-in-wrong-order", Kind.UNEXPLAINED),
        ("vmap", Kind.UNEXPLAINED),
    ],
)
def test_each_mutant_is_found(plan, recorded, mutant, kind):
    findings = found(plan, recorded("fw-mn", mutant))
    assert kind in kinds(findings)
    assert all(finding.judgement.state is State.FAIL for finding in findings)
    assert all("fw-mn" in f.judgement.message_en and "fw-mn" in f.judgement.message_ja for f in findings)


@pytest.mark.parametrize(
    "mutant",
    ["accept-above-the-drop", "one-extra-port", "source-port", "dns-source-port", "input-ssh", "wide-source",
     "set-with-more", "limit-accept", "icmp", "jump-in-wrong-order", "vmap", "dnat", "ipv6-unfiltered"],
)  # fmt: skip
def test_suspicious_accept_comes_with_a_packet_to_try(plan, recorded, mutant):
    findings = found(plan, recorded("fw-mn", mutant))
    attempts = [finding.attempt for finding in findings if finding.attempt]
    assert attempts
    permitted = {(f.source, f.destination, f.protocol, f.port, None) for f in plan.allowed}
    for attempt in attempts:
        tried = (attempt.source, attempt.destination, attempt.protocol, attempt.port, attempt.intruder_segment)
        assert tried not in permitted


def attempt_of(plan, recorded, mutant):
    return next(finding.attempt for finding in found(plan, recorded("fw-mn", mutant)) if finding.attempt)


def test_attempt_through_a_second_firewall_starts_right_in_front_of_it(plan, recorded):
    attempt = attempt_of(plan, recorded, "accept-above-the-drop")
    assert (attempt.source, attempt.destination, attempt.port) == ("lg-term", "mn-app", 443)
    assert attempt.intruder_segment == "x-ml"
    assert attempt.intruder_source == "10.20.0.20"
    leg = next(leg for leg in plan.host("fw-mn").legs if leg.segment == "x-ml")
    assert attempt.intruder_next_hop == leg.mac


def test_attempt_from_a_neighbour_is_sent_by_the_real_host(plan, recorded):
    attempt = attempt_of(plan, recorded, "one-extra-port")
    assert (attempt.source, attempt.destination, attempt.port) == ("mn-app", "juki-net", 8443)
    assert attempt.intruder_segment is None


def test_source_port_accept_is_tried_from_that_port(plan, recorded):
    attempt = attempt_of(plan, recorded, "dns-source-port")
    assert (attempt.protocol, attempt.source_port) == (Protocol.UDP, 53)


def test_set_with_more_is_tried_with_the_element_too_many(plan, recorded):
    attempt = attempt_of(plan, recorded, "set-with-more")
    assert (attempt.source, attempt.destination, attempt.port) == ("mn-term", "juki-net", 443)


def test_hole_into_the_device_is_tried_at_the_device(plan, recorded):
    attempt = attempt_of(plan, recorded, "input-ssh")
    assert (attempt.destination, attempt.port) == ("fw-mn", 22)


def test_ipv6_hole_is_tried_over_ipv6(plan, recorded):
    assert attempt_of(plan, recorded, "ipv6-unfiltered").family is Family.IPV6


def test_missing_mac_check_is_tried_with_another_card(plan, recorded):
    ruleset = recorded("fw-mn", "mac-of-anyone")
    finding = next(f for f in found(plan, ruleset) if f.kind is Kind.MAC_MISSING)
    own = next(leg.mac for leg in plan.host("mn-app").legs)
    assert finding.flow == "TK-01"
    assert finding.attempt.intruder_source == "10.10.0.10"
    assert finding.attempt.intruder_mac not in {None, own}


def without(comment):
    """Remove every rule of that comment from a JSON listing (texts may stay: handles decide)."""

    def change(text):
        if not text.startswith("{"):
            return text
        objects = [o for o in json.loads(text)["nftables"] if o.get("rule", {}).get("comment") != comment]
        return json.dumps({"nftables": objects})

    return change


def test_entry_without_rule(plan, recorded):
    findings = found(plan, recorded("fw-mn", change=without("TK-01")))
    assert kinds(findings) == {Kind.MISSING}
    assert {finding.flow for finding in findings} == {"TK-01"}
    assert len(findings) == 2  # one for each family


def test_no_way_back_for_the_answers(plan, recorded):
    findings = found(plan, recorded("fw-mn", change=without("return traffic")))
    assert Kind.MISSING in kinds(findings)
    assert any("answers" in finding.judgement.message_en for finding in findings)


def test_missing_default_deny_is_a_silent_drop_by_policy(plan, recorded):
    findings = found(plan, recorded("fw-mn", change=without("default-deny")))
    assert kinds(findings) == {Kind.NO_LOG}


def test_policy_accept_is_found_even_behind_a_terminal_drop(plan, recorded):
    findings = found(
        plan, recorded("fw-mn", change=lambda text: text.replace('"policy": "drop"', '"policy": "accept"'))
    )
    assert kinds(findings) == {Kind.POLICY}


def test_empty_ruleset_is_open(plan):
    findings = found(plan, parse_ruleset(b'{"nftables": [{"metainfo": {}}]}'))
    assert Kind.POLICY in kinds(findings)
    assert any(finding.attempt for finding in findings)


def test_ipv4_only_table_leaves_ipv6_open(plan, recorded):
    findings = found(
        plan,
        recorded(
            "fw-mn",
            change=lambda text: text.replace('"family": "inet"', '"family": "ip"').replace("table inet", "table ip"),
        ),
    )
    policies = [f for f in findings if f.kind is Kind.POLICY]
    assert policies
    assert all("ipv6" in f.judgement.message_en for f in policies if "policy" in f.judgement.message_en)


def test_comments_are_no_evidence(plan, recorded):
    findings = found(plan, recorded("fw-mn", change=lambda text: text.replace('"TK-01"', '"something"')))
    assert kinds(findings) == {Kind.MATCH}


def test_log_that_is_limited_samples(plan, recorded):
    """A limited log before the silent drop: some drops are logged, some are not."""

    def change(text):
        if not text.startswith("{"):
            return text
        listed = json.loads(text)
        for each in listed["nftables"]:
            rule = each.get("rule", {})
            if rule.get("comment") == "default-deny":
                rule["expr"].insert(0, {"limit": {"rate": 5, "burst": 5, "per": "second"}})
        return json.dumps(listed)

    assert Kind.NO_LOG in kinds(found(plan, recorded("fw-mn", change=change)))
    sampled = found(plan, recorded("fw-mn", "sampled-log", change=without("default-deny")))
    assert {Kind.NO_LOG, Kind.SAMPLED_LOG} & kinds(sampled)


def test_mark_that_nobody_sets_is_harmless(plan, recorded):
    assert kinds(found(plan, recorded("fw-mn", "mark"))) == {Kind.MATCH}


def test_a_log_that_nobody_reads_is_no_log(plan, recorded):
    rules = recorded("fw-mn")
    assert kinds(register_match(plan, "fw-mn", rules, {5, 9})) == {Kind.MATCH}
    unread = register_match(plan, "fw-mn", rules, {9})
    assert kinds(unread) == {Kind.NO_LOG}
    assert any("sanso forward" in one.judgement.message_en for one in unread)
    elsewhere = recorded("fw-mn", change=lambda text: text.replace('"group": 5', '"level": "debug"', 1))
    assert Kind.NO_LOG in kinds(register_match(plan, "fw-mn", elsewhere, {5}))


DROP, LOG = {"drop": None}, {"log": {"group": 5}}
LEAD = {"jump": {"target": "more"}}


@pytest.mark.parametrize("family", ["netdev", "inet"])
@pytest.mark.parametrize(
    ("early", "more", "policy", "found"),
    [
        ([DROP], [], "accept", True),
        ([LOG, DROP], [], "accept", False),
        ([{"counter": None}], [], "accept", False),
        ([{"counter": None}], [], "drop", True),
    ],
)
def test_what_is_dropped_at_the_link_is_logged_too(plan, recorded, family, early, more, policy, found):
    rules = recorded("fw-mn", change=at_the_link(family, early, more, policy))
    assert (Kind.NO_LOG in kinds(register_match(plan, "fw-mn", rules, {5}))) is found


def test_a_chain_that_one_at_the_link_leads_to_is_looked_into(plan, recorded):
    rules = recorded("fw-mn", change=at_the_link("netdev", [LEAD], [DROP], "accept"))
    assert Kind.NO_LOG in kinds(register_match(plan, "fw-mn", rules, {5}))


def at_the_link(family, early, more, policy):
    """One more table with a chain at a device, and one without a hook."""
    place = {"family": family, "table": "link"}
    hook = {"type": "filter", "hook": "ingress", "dev": "mn", "prio": -500, "policy": policy}
    objects = [
        {"table": {"family": family, "name": "link", "handle": 90}},
        {"chain": {**place, "name": "early", "handle": 91, **hook}},
        {"chain": {**place, "name": "more", "handle": 92}},
        {"rule": {**place, "chain": "early", "handle": 93, "expr": early}},
        *([{"rule": {**place, "chain": "more", "handle": 94, "expr": more}}] if more else []),
    ]

    def change(text):
        if not text.startswith("{"):
            return text
        listed = json.loads(text)
        return json.dumps({"nftables": [*listed["nftables"], *objects]})

    return change
