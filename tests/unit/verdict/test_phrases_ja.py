"""Fixed phrases of taps, daemons and reviews, in Japanese."""

import re
from pathlib import Path

import pytest

from lab.verdict.phrases_ja import failure_ja, rules_ja, state_ja, trouble_ja

REVIEWS = Path(__file__).parents[3] / "playbooks" / "roles" / "log_review" / "files" / "tree" / "usr" / "local"
FOREIGN = re.compile("[a-z]{4}")


@pytest.mark.parametrize(
    ("said", "ja"),
    [
        ("the tap lost 3 frames", "観測で 3 フレームを取りこぼし"),
        ("the nftables trace of fw-mn ended", "fw-mn のルールの追跡が途中で終了"),
        ("the nftables trace of fw-mn lost events", "fw-mn のルールの追跡に取りこぼし"),
        ("the ruleset of fw-mn was changed meanwhile", "検査中に fw-mn のルールが変更"),
        ("the source's own firewall refused to send", "送信元自身のファイアウォールが送信を拒否"),
        ("Operation not permitted", "Operation not permitted"),
    ],
)
def test_a_trouble_is_told_in_japanese_and_the_systems_own_words_stay(said, ja):
    assert trouble_ja(said) == ja


@pytest.mark.parametrize(
    ("said", "ja"),
    [
        ("no SA", "SAなし"),
        ("SA c1 of charon 40", "SA c1（charon 40）"),
        ("SA c1 of charon 40, vpn-gw started at 512", "SA c1（charon 40）、vpn-gw 512 に起動"),
        ("SA c1 of charon 40, 192.168.1.77 in between", "SA c1（charon 40）、その間は 192.168.1.77"),
        ("no connection through the tunnel in between: eth9", "その間、トンネル経由の接続なし：eth9"),
        ("mn was down 3", "mn の断 3 回"),
        ("61f3ab", "61f3ab"),
    ],
)
def test_a_state_is_told_in_japanese(said, ja):
    assert state_ja(said) == ja


def test_every_rule_of_the_reviews_has_a_japanese_name():
    text = "".join(
        path.read_text()
        for path in (REVIEWS / "sbin" / "review-access", *sorted((REVIEWS / "lib" / "log-review").glob("screen_*.py")))
    )
    rules = {rule for pair in re.findall(r'"rule": f?"([^"]+)"|\brule = "([^"]+)"', text) for rule in pair if rule}
    assert len(rules) >= 9
    for rule in rules:
        said = re.sub(r"\{[^}]*\}", "12", rule) + ("port" if rule.endswith("without ") else "")
        assert not FOREIGN.search(rules_ja([said]).replace("port", "")), rule


def test_what_a_line_lacks_is_named():
    assert rules_ja(["a line without user, port", "refused again and again"]) == "user・port のない記録、繰返しの拒否"


def test_why_a_client_got_nothing():
    assert failure_ja("no connection: refused") == "接続不成立（応答：接続拒否）"
    assert failure_ja("no answer") == "応答なし"
    assert failure_ja("TLS: handshake failure") == "TLS: handshake failure"
