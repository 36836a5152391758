"""What is said of a CRL and its end: recorded good and bad standings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lab.record import State
from lab.verdict.freshness import Rehearsal, Standing, raises_alarm, refuses_when_over, stands, warns_before, watches

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
OVER = "radius refused: identity=tele-01@sanso.test reason=eap_tls: (TLS) OpenSSL says error 12 : CRL has expired"
TOLD = (
    "radius crl-watch ALARM: the CRL in /run/x/trust.pem is over since Mar 31 09:00:00 2026 GMT: every login is refused"
)
GOOD = Rehearsal("let in", "refused", (OVER,), (TOLD,))


def standing(**more):
    values = {"end": NOW + timedelta(days=60), "now": NOW, "changed": 100, "started": 100, "watched": True}
    return stands("radius", Standing(**(values | more)), days=14)


def test_a_fresh_crl_that_the_server_has_and_somebody_watches():
    assert standing().state is State.PASS


def test_a_crl_near_its_end_one_that_was_never_read_and_one_that_nobody_watches():
    assert "in 13 days" in standing(end=NOW + timedelta(days=13, hours=5)).message_en
    assert "is newer than the server" in standing(changed=101).message_en
    assert "nobody watches" in standing(watched=False).message_en
    assert {standing(changed=101).state, standing(watched=False).state} == {State.FAIL}


def test_a_crl_that_is_over_refuses_everybody():
    assert refuses_when_over("radius", GOOD).state is State.PASS
    assert refuses_when_over("radius", Rehearsal("let in", "let in", (), ())).state is State.FAIL
    other = refuses_when_over("radius", Rehearsal("let in", "refused", ("reason=certificate revoked",), ()))
    assert other.state is State.FAIL
    assert "certificate revoked" in other.message_en


def test_a_twin_that_refuses_everybody_anyway_shows_nothing():
    assert refuses_when_over("radius", Rehearsal("refused", "refused", (OVER,), ())).state is State.ERROR
    assert refuses_when_over("radius", Rehearsal("let in", "silence", (OVER,), ())).state is State.ERROR


def test_the_alarm_has_to_be_in_the_log():
    assert raises_alarm("radius", GOOD).state is State.PASS
    assert raises_alarm("radius", Rehearsal("let in", "refused", (OVER,), ())).state is State.FAIL


def test_the_alarm_comes_before_the_end():
    soon = "radius crl-watch ALARM: the CRL in /run/x/soon.pem ends in 9 days, at Apr 11 09:00 GMT: then every login is refused"
    late = "radius crl-watch the CRL in /run/x/soon.pem is good until Apr 11 09:00:00 2026 GMT, 9 days"
    assert warns_before("radius", Rehearsal("let in", "refused", (OVER,), (TOLD,), (soon,))).state is State.PASS
    for before in ((), (late,), (TOLD,)):
        assert warns_before("radius", Rehearsal("let in", "refused", (OVER,), (TOLD,), before)).state is State.FAIL


def test_the_running_watch_speaks_of_the_file_that_the_server_reads():
    file = "/etc/sanso/radius_server/trust.pem"
    good = f"radius crl-watch the CRL in {file} is good until Jun 30 09:00:00 2026 GMT, 89 days"
    other = "radius crl-watch the CRL in /root/trust.pem is good until Jun 30 09:00:00 2026 GMT, 89 days"
    none = f"radius crl-watch ALARM: there is no CRL in {file}: no terminal can log in"
    assert watches("radius", file, [other, good]).state is State.PASS
    for told in ([], [other], [none], [f"radius crl-watch the CRL in {file}.old is good until then"]):
        assert watches("radius", file, told).state is State.FAIL
    assert watches("radius", "", [good]).state is State.FAIL
