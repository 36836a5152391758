"""What is at fault, found in a bundle; what the reference does; what to type next."""

import importlib.util
import shlex
from pathlib import Path

import click
import pytest

from lab.catalogue import load
from lab.catalogue.reference import implementations
from lab.cli.root import lab
from lab.record import State
from lab.record.bundle import read
from lab.report.explanation import after, reference_of, seen_of, untested
from lab.report.explanation.reference import line_of
from lab.report.explanation.ruleset import find, lines, policy

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("explained", HERE / "explained.py")
explained = importlib.util.module_from_spec(spec)
spec.loader.exec_module(explained)
ROOT = HERE.parents[2]


@pytest.fixture
def bundle(tmp_path):
    return read(explained.write(tmp_path / "evidence"))


def seen(bundle, control):
    return seen_of(bundle, control, explained.MINIMAL)


def line_in_rules(text):
    return next(number for number, line in enumerate(explained.RULES.splitlines(), 1) if text in line)


def test_counts_and_states_are_those_of_the_control_alone(bundle):
    told = seen(bundle, "ZONE-01")
    assert told.states == {"fail": 2, "error": 1, "pass": 1}
    assert told.warrants == {"witnessed": 3}
    assert told.due
    assert seen(bundle, "CRY-05").states == {}


def test_flows_that_one_rule_lets_through_are_one_fault(bundle):
    fault, other = seen(bundle, "ZONE-01").faults
    assert [check.subject for check in fault.checks] == [one.subject for one in explained.VERDICTS[:2]]
    (place,) = fault.places
    assert (place.host, place.what, place.text) == ("fw-mn", "rule", explained.HOLE)
    assert (place.file, place.line) == ("hosts/fw-mn/ruleset.nft", line_in_rules(explained.HOLE))
    assert place.entry is None
    assert (other.places, other.checks[0].state) == ((), "error")


def test_the_way_has_ports_in_order_and_rules_where_they_judged(bundle):
    way = seen(bundle, "ZONE-01").faults[0].checks[0].way
    assert way.packet == "ipv4 tcp/443 lg-term -> mn-app (10.10.0.10)"
    assert way.intruder == "x-ml"
    assert [(step.port, step.direction, [rule.chain for rule in step.rules]) for step in way.steps] == [
        ("intruder.x-ml", "from", []),
        ("fw-mn.x-ml", "to", ["options", "forward"]),
        ("fw-mn.mn", "from", []),
        ("mn-app.mn", "to", []),
    ]
    assert [step.after_ms for step in way.steps] == [0, 0.005, 0.01, 0.015]


@pytest.mark.parametrize("control", ["TC-02", "TC-03"])
def test_a_rule_that_carries_an_id_brings_the_entry_and_its_line(bundle, control):
    (fault,) = seen(bundle, control).faults
    (place,) = fault.places
    assert place.line == line_in_rules("1-65535")
    assert (place.entry.id, place.entry.origin, place.entry.flow) == ("TK-01", "register", "mn-app -> juki-net tcp/443")
    assert place.entry.owner == "市民課"
    file, _, number = place.entry.where.rpartition(":")
    assert "TK-01" in Path(file).read_text(encoding="utf-8").splitlines()[int(number) - 1]


def test_a_policy_is_found_by_its_chain(bundle):
    (place,) = seen(bundle, "ZONE-05").faults[0].places
    assert (place.what, place.line) == ("policy", line_in_rules("policy accept"))


def test_files_kernel_rules_and_strangers_are_read_from_what_ops_04_says(bundle):
    files, kernel = seen(bundle, "OPS-04").faults
    changed, gone, stranger = files.places
    assert (changed.host, changed.file, changed.line) == ("mn-app", "/etc/nginx/nginx.conf", 21)
    assert (changed.text, changed.instead) == ("ssl_protocols TLSv1 TLSv1.2;", "ssl_protocols TLSv1.2 TLSv1.3;")
    name, _, number = changed.template.rpartition(":")
    assert "ssl_protocols" in (ROOT / name).read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert (gone.what, gone.file) == ("gone", "/etc/nginx/tls/ca.pem")
    assert (stranger.what, stranger.file) == ("stranger", "/usr/local/bin/x")
    hole, lacks, open_policy = kernel.places
    assert (hole.text, hole.line) == (explained.HOLE, line_in_rules(explained.HOLE))
    assert (lacks.file, lacks.instead) == ("/etc/nftables.conf", "ct state invalid drop")
    assert (open_policy.what, open_policy.line) == ("policy", line_in_rules("policy accept"))


def test_what_names_no_place_of_its_own_gets_that_of_ops_04_on_the_same_host(bundle):
    (fault,) = seen(bundle, "CRY-03").faults
    assert {place.found_by for place in fault.places} == {"OPS-04"}
    assert fault.places[0].file == "/etc/nginx/nginx.conf"
    assert fault.checks[0].way.answer == "tls: TLSv1"


def test_a_control_that_passes_shows_one_example(bundle):
    told = seen(bundle, "LOG-01")
    assert told.faults == ()
    assert told.example.subject == "mn-app in the log"


def test_left_out_tests_are_named_at_their_control_only(bundle):
    assert seen(bundle, "ZONE-05").not_run == ("nothing passes while a link changes (ZONE-05)",)
    assert seen(bundle, "ZONE-01").not_run == ()
    assert seen(bundle, "OPS-05").not_quick == ("a backup is restored (OPS-05)",)
    assert seen(bundle, "ZONE-05").not_quick == ()


def test_a_bundle_without_plan_and_rules_still_explains(tmp_path):
    old = read(explained.write(tmp_path / "old", plan=False))
    for one in explained.VERDICTS:
        seen_of(old, one.control)
    place = seen_of(old, "TC-02").faults[0].places[0]
    assert place.entry is None
    assert not after(load().control("TC-02"), seen_of(old, "TC-02"), None, running=True, scenario=None)[
        0
    ].text.startswith("lab trace")


def test_a_firewall_is_not_blamed_for_what_an_application_behind_it_did(tmp_path):
    one = explained.verdict("ZONE-04", "lg-term -> mn-app: CONNECT", "it did not refuse", observations=("obs-1",))
    made = read(explained.write(tmp_path / "e", verdicts=(one, explained.VERDICTS[8])))
    (fault,) = seen_of(made, "ZONE-04").faults
    assert {(place.host, place.found_by) for place in fault.places} == {("mn-app", "OPS-04")}


def test_the_rule_that_stopped_an_allowed_flow_is_named(tmp_path):
    one = explained.verdict("TC-01", "TK-01 ipv4", "it did not get through", observations=("obs-8",))
    (fault,) = seen_of(read(explained.write(tmp_path / "e", verdicts=(one,))), "TC-01").faults
    assert fault.places[0].text.endswith('drop comment "default-deny"')


@pytest.mark.parametrize("state", [State.ERROR, State.NOT_TESTABLE])
def test_no_rule_is_blamed_for_what_was_not_judged(tmp_path, state):
    one = explained.verdict("ZONE-01", "ipv4 tcp/443 lg-term -> mn-app at fw-mn", "tap lost", state=state,
                            observations=("obs-1",))  # fmt: skip
    told = seen_of(read(explained.write(tmp_path / "e", verdicts=(one,))), "ZONE-01")
    assert told.faults[0].places == ()


def test_rules_are_found_in_their_own_table_and_chain_only():
    assert find(explained.RULES, "inet sanso", "forward", handle=68).number == line_in_rules(explained.HOLE)
    assert find(explained.RULES, "inet other", "forward", text=explained.HOLE).number > line_in_rules(
        "table inet other"
    )
    assert find(explained.RULES, "inet sanso", "input", handle=68) is None
    assert policy(explained.RULES, "inet sanso", "forward").text.endswith("policy drop;")
    assert all(one.chain for one in lines(explained.RULES))


def test_figures_of_a_counter_do_not_make_another_rule():
    listing = (
        "table ip t { # handle 1\n\tchain c { # handle 1\n\t\ttcp dport 1 counter packets 5 bytes 70 drop # handle 2\n"
    )
    assert find(listing, "ip t", "c", text="tcp dport 1 counter packets 0 bytes 0 drop").number == 3


# --- the reference


def test_every_tested_control_has_a_reference_and_no_other_word_is_there():
    tested = {control.id for control in load().controls.values() if control.tested}
    assert set(implementations()) == tested


@pytest.mark.parametrize("control", implementations())
def test_every_named_line_exists(control):
    for one in implementations()[control]:
        assert (ROOT / one.path).is_file(), one.path
        assert line_of(one.path, one.at), one
        assert not one.role or (ROOT / "playbooks" / "roles" / one.role / "tasks" / "main.yml").is_file()
        assert one.path.startswith(f"playbooks/roles/{one.role}/") or not one.role


def test_the_reference_names_hosts_of_the_plan_and_leaves_out_roles_that_it_lacks(bundle):
    told = reference_of("CRY-03", bundle.plan)
    assert "mn-app" in told[0].hosts
    assert not any("tc_relay" in one.where for one in told)
    assert any("tc_relay" in one.where for one in reference_of("CRY-03", None))


# --- what to type


def commands(bundle, control, *, running=True, scenario=None):
    told = seen(bundle, control)
    return [one.text for one in after(load().control(control), told, bundle.plan, running=running, scenario=scenario)]


def test_a_hole_is_traced_looked_at_repaired_and_judged_again(bundle):
    assert commands(bundle, "ZONE-01") == [
        "lab trace lg-term mn-app:443 --lab told",
        "lab exec --lab told fw-mn -- nft -a list chain inet sanso forward",
        "lab up --lab told",
        "lab up --reconverge --lab told",
        "lab verify --control ZONE-01 --lab told",
    ]


def test_a_changed_file_is_looked_at_and_its_packet_is_not_sent_again(bundle):
    told = commands(bundle, "CRY-03")
    assert told[0] == "lab exec --lab told mn-app -- sed -n 21p /etc/nginx/nginx.conf"
    assert not any(text.startswith("lab trace") for text in told)


def test_a_lab_that_is_gone_is_built_first(bundle):
    assert commands(bundle, "ZONE-01", running=False, scenario="s.yaml") == [
        "lab up s.yaml --lab told",
        "lab trace lg-term mn-app:443 --lab told",
        "lab verify --control ZONE-01 --lab told",
    ]


def test_a_pass_asks_for_nothing_but_what_was_left_out(bundle):
    assert commands(bundle, "LOG-01") == []
    assert "lab verify --disruptive --control ZONE-05 --lab told" in commands(bundle, "ZONE-05")
    assert commands(bundle, "OPS-05")[-1] == "lab verify --control OPS-05 --lab told"


def test_an_overlay_is_its_owners_to_change(tmp_path):
    made = read(explained.write(tmp_path / "e"))
    plan = made.plan.model_copy(update={"overlays": {"fw-mn": {"/etc/nftables.conf": "x"}}})
    told = after(load().control("ZONE-01"), seen(made, "ZONE-01"), plan, running=True, scenario=None)
    assert "lab up SCENARIO --lab told" in [one.text for one in told]
    assert "lab up --lab told" not in [one.text for one in told]


def test_without_evidence_it_is_built_and_tested():
    control = load().control("ZONE-01")
    assert [one.text for one in untested(control, "s.yaml", None)] == [
        "lab up s.yaml",
        "lab verify --control ZONE-01",
        "lab explain ZONE-01",
    ]
    assert next(one.text for one in untested(control, None, "x")) == "lab verify --control ZONE-01 --lab x"
    assert untested(control.model_copy(update={"tested": False}), "s.yaml", None) == ()


@pytest.mark.parametrize("control", sorted({one.control for one in explained.VERDICTS}))
def test_every_command_can_be_typed(bundle, control):
    for text in [
        *commands(bundle, control),
        *commands(bundle, control, running=False, scenario="scenarios/minimal.yaml"),
    ]:
        words = shlex.split(text)
        assert words[0] == "lab"
        lab.get_command(click.Context(lab), words[1]).make_context(words[1], words[2:])
