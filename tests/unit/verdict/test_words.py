"""The nouns of the messages, in both languages."""

import pytest

from lab.record import Sighting
from lab.verdict.register import Kind
from lab.verdict.register.describe import box_text, box_text_ja, rule_text, rule_text_ja
from lab.verdict.ruleset.fields import Field
from lab.verdict.ruleset.literals import interface
from lab.verdict.ruleset.ranges import Ranges
from lab.verdict.words import answer_ja, ports, ports_ja, way, way_ja


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("none", "なし"),
        ("connected", "接続成立"),
        ("refused", "接続拒否"),
        ("replied", "応答あり"),
        ("unreachable", "到達不能"),
        ("unreachable: no route", "到達不能（経路なし）"),
        ("error: Invalid argument", "エラー（Invalid argument）"),
    ],
)
def test_an_answer_in_japanese(answer, told):
    assert answer_ja(answer) == told


def test_a_set_of_packets_in_both_languages():
    box = {
        Field.FAMILY: Ranges.single(0),
        Field.IIF: interface("lg"),
        Field.SADDR4: Ranges.single(0x0A140014),
        Field.PROTOCOL: Ranges.single(6),
        Field.DPORT: Ranges.of([(80, 80), (443, 443)]),
    }
    assert box_text(box) == "ipv4, in lg, from 10.20.0.20, tcp, port 80 or 443"
    assert box_text_ja(box) == "ipv4、受信側 lg、送信元 10.20.0.20、tcp、ポート 80 または 443"
    assert (box_text({}), box_text_ja({})) == ("any packet", "すべてのパケット")


def test_all_but_a_few():
    box = {Field.DPORT: Ranges.of([(0, 21), (23, 65535)])}
    assert (box_text(box), box_text_ja(box)) == ("port not 22", "ポート 22 以外")


def test_a_policy_in_both_languages():
    assert rule_text(None, "inet sanso forward") == "policy of inet sanso forward"
    assert rule_text_ja(None, "inet sanso forward") == "inet sanso forward の既定動作"


def test_places_in_both_languages():
    seen = [Sighting(port=f"h{n}.lg", direction="to", at_ns=n) for n in range(6)]
    assert ports(seen).endswith("h3.lg/to and 2 more")
    assert ports_ja(seen).endswith("h3.lg/to、ほか 2 か所")
    assert (way([]), way_ja([])) == ("nowhere", "なし")
    assert way(seen[:1]) == way_ja(seen[:1]) == "h0.lg/to"


def test_every_kind_of_difference_has_a_name_in_japanese():
    assert len({kind.ja for kind in Kind}) == len(Kind)
