"""A prober that is killed leaves nothing; one that has gone deaf says so; what one before it left deceives none."""

import pytest
import tenacity

from lab.errors import LabError
from lab.plan import Family
from lab.probe import open_prober
from lab.record import Craft, Shape, State
from lab.verdict import denied

soon = tenacity.retry(stop=tenacity.stop_after_delay(10), wait=tenacity.wait_fixed(0.05), reraise=True)


def helpers(bench):
    client = bench.engine._client
    return client.containers(filters={"label": [f"sanso.lab={bench.plan.lab}", "sanso.kind=prober"]})


@soon
def assert_nothing_left(bench):
    assert b"sanso_probe" not in bench.run("fw-mn", "nft", "list", "tables")
    assert b"sanso_probe" not in bench.run("fw-lg", "nft", "list", "tables")
    assert b"intruder" not in bench.run("fabric", "ip", "link")


def another(bench):
    before = {each["Id"] for each in helpers(bench)}
    prober = open_prober(bench.engine, bench.lab, deadline=60)
    (new,) = [each["Id"] for each in helpers(bench) if each["Id"] not in before]
    return prober, new


def test_closed_prober_leaves_nothing(bench):
    bench.prober.close()
    assert_nothing_left(bench)
    prober, _ = another(bench)
    assert b"sanso_probe" in bench.run("fw-mn", "nft", "list", "tables")
    prober.close()
    assert_nothing_left(bench)


def test_killed_prober_leaves_nothing_and_its_client_says_so(bench):
    prober, container = another(bench)
    try:
        forged = bench.in_front_of("fw-mn", "mn", bench.attempt("mn-app", "juki-net"))
        assert prober.observe([forged])[0].sightings
        bench.engine._client.kill(container, "SIGKILL")
        with pytest.raises(LabError, match="prober"):
            prober.observe([forged])
    finally:
        prober.close()
    assert_nothing_left(bench)


def test_death_of_the_trace_is_noticed(bench):
    prober, container = another(bench)
    try:
        top = bench.engine._client.top(container, "-o pid,args")
        attempt, control = bench.attempt("lg-term", "mn-app"), bench.attempt("lg-term", "log", 6514)
        assert not prober.observe([attempt])[0].trouble
        kill = "for p in /proc/[0-9]*; do grep -qs '^nft' $p/cmdline && kill -9 ${p#/proc/}; done; true"
        with bench.engine.exec_open(container, ["sh", "-c", kill]) as stream:
            stream.read_all(timeout=10)
        assert any("nft" in " ".join(line) for line in top["Processes"])

        @soon
        def noticed():
            seen, alive = prober.observe([attempt, control])
            assert any("trace" in text for text in seen.trouble)
            return seen, alive

        seen, alive = noticed()
        judgement = denied(seen, [alive], device="fw-lg", plan=bench.plan, ruleset=bench.ruleset("fw-lg"))
        assert judgement.state is State.ERROR
    finally:
        prober.close()


def test_silence_for_as_long_as_it_was_told_ends_it(bench):
    prober = open_prober(bench.engine, bench.lab, deadline=1)

    @tenacity.retry(
        retry=tenacity.retry_if_result(lambda gone: not gone),
        stop=tenacity.stop_after_delay(30),
        wait=tenacity.wait_fixed(2),  # every order is one more second for it
    )
    def gone():
        try:
            prober.observe([bench.attempt("lg-term", "mn-app")])
        except LabError:
            return True
        return False

    try:
        assert gone()
    finally:
        prober.close()
    assert_nothing_left(bench)


def test_nothing_runs_in_the_hosts(bench):
    prober, _ = another(bench)
    try:
        for host in ("lg-term", "fw-mn", "mn-app"):
            top = bench.engine._client.top(bench.lab.container(host), "-o pid,args")
            lines = [" ".join(line) for line in top["Processes"]]
            assert not [line for line in lines if "python" in line or "nft" in line]
    finally:
        prober.close()


@pytest.mark.parametrize("family", list(Family))
def test_no_packet_passes_for_a_part_of_what_an_earlier_prober_left(bench, family):
    """All source ports but four are in the firewall's table as connections to the same port."""
    source, target = (str(bench.plan.host(name).address(family)) for name in ("mn-term", "log"))
    left = [
        f"-A -p tcp -s {source} -d {target} --sport {port} --dport 6514 --state ESTABLISHED -t 60 -u ASSURED,SEEN_REPLY"
        for port in range(61000, 65000)
        if port % 1000 != 777
    ]
    bench.run("fw-mn", "conntrack", "-R", "-", stdin="\n".join(left).encode())
    acknowledged = bench.in_front_of(
        "fw-mn",
        "mn",
        bench.attempt("mn-term", "log", 6514, family=family, craft=Craft(shape=Shape.FLAGS, number=17)),
        intruder_source=source,
    )
    bench.prober.close()
    prober, _ = another(bench)
    try:
        for seen in prober.observe([acknowledged] * 4):
            assert bench.seen_at(seen)[-1] == "fw-mn.mn/to"
            assert [step.rule for step in seen.trace if step.chain == "state"] == ["ct state invalid"]
    finally:
        prober.close()
        bench.run("fw-mn", "conntrack", "-F")
