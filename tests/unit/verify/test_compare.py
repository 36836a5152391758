"""What is said of rules in which nothing of the asked kinds was found."""

from lab.record import State, Warrant
from lab.verdict.judgement import failed, passed
from lab.verdict.register import Finding, Kind
from lab.verify.compare import _none_of

WRONG = failed(Warrant.INSPECTED, "wrong", "誤り")


def test_other_differences_are_named():
    found = [Finding(Kind.NO_LOG, WRONG), Finding(Kind.NO_LOG, WRONG), Finding(Kind.SHADOWED, WRONG)]
    judgement = _none_of("fw-mn", {Kind.MAC_MISSING}, found)
    assert judgement.state is State.PASS
    assert (
        "none of: MAC not checked (other differences: drop without log: 2, rule that never matches: 1)"
        in judgement.message_en
    )
    assert "MACアドレスの照合なし（他の差異：記録しない破棄 2 件、一致しえないルール 1 件）" in judgement.message_ja


def test_a_match_is_no_difference():
    judgement = _none_of("fw-mn", {Kind.NO_LOG}, [Finding(Kind.MATCH, passed(Warrant.INSPECTED, "same", "一致"))])
    assert "(other differences: none)" in judgement.message_en
    assert "（他の差異：なし）" in judgement.message_ja
