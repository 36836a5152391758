from __future__ import annotations

from pathlib import Path

from lab.engine.rules import digest, stable

DATA = Path(__file__).parent / "data"
ZONES = (DATA / "zones.nft").read_text()
TRACE = (DATA / "trace.nft").read_text()


def test_the_probers_own_table_is_left_out():
    assert digest(TRACE + ZONES) == digest(ZONES + TRACE) == digest(ZONES)


def test_learnt_elements_are_left_out_and_written_ones_kept():
    assert "10.10.0.2" not in stable(ZONES)
    assert "10.0.0.0/8" in stable(ZONES)
    assert digest(ZONES) == digest(ZONES.replace("10.10.0.21", "10.10.0.99"))
    assert digest(ZONES) != digest(ZONES.replace("10.0.0.0/8", "11.0.0.0/8"))


def test_a_changed_rule_policy_or_table_changes_the_digest():
    for old, new in (("accept\n", "drop\n"), ("policy drop", "policy accept"), ("inet zones", "ip zones")):
        assert digest(ZONES) != digest(ZONES.replace(old, new, 1))
    assert digest(ZONES) != digest("")


def test_a_table_that_only_mentions_the_flag_is_kept():
    assert "mine" in stable('table inet mine {\n\tcomment "flags owner"\n\tchain c {\n\t}\n}\n')
