"""The image's service program: it returns when a service is ready, and fails when it is not."""

from __future__ import annotations

import pytest

from lab.engine import DriftKind
from lab.engine.archive import pack

SERVICE = "/usr/lib/sanso/service"
RUN = """#!/bin/sh
exec 2>&1
exec s6-notifyoncheck -d -n 100 -w 20 /bin/sh -c '
    trap "touch /run/NAME.hup" HUP; sleep 0.2; touch /run/NAME.up; while :; do sleep 0.1; done'
"""
CHECK = "#!/bin/sh\ntest -e /run/NAME.up\n"


@pytest.fixture
def service(engine, lab, hosts, request):
    name = f"s{abs(hash(request.node.name)) % 10_000}"
    root = f"etc/sanso/services/{name}"
    files = {f"{root}/run": RUN, f"{root}/data/check": CHECK}
    packed = pack({path: text.replace("NAME", name).encode() for path, text in files.items()}, mode=0o755)
    engine.put_archive(lab.container("mn-app"), "/", packed)
    hosts.run("mn-app", f"echo 3 > /{root}/notification-fd")
    yield name
    # its supervisor may be writing its status just then
    hosts.run("mn-app", f"{SERVICE} stop {name} && until rm -rf /{root}; do sleep 0.02; done")


def told(lab) -> list[str]:
    return [drift.detail for drift in lab.drift() if drift.kind is DriftKind.SERVICES]


def status(hosts, name: str) -> str:
    return hosts.run("mn-app", f"s6-svstat -o up,ready,pid /etc/sanso/services/{name}").strip()


def test_start_waits_until_it_is_ready(hosts, service):
    hosts.run("mn-app", f"{SERVICE} start {service} && test -e /run/{service}.up")
    assert status(hosts, service).startswith("true true")
    hosts.run("mn-app", f"{SERVICE} start {service}")  # a second time: it is ready already


def test_restart_gives_a_new_process_and_waits(hosts, service):
    hosts.run("mn-app", f"{SERVICE} restart {service}")  # not started yet
    before = status(hosts, service)
    hosts.run("mn-app", f"rm /run/{service}.up; {SERVICE} restart {service} && test -e /run/{service}.up")
    assert status(hosts, service).startswith("true true")
    assert status(hosts, service) != before


def test_reload_signals_and_checks(hosts, service):
    hosts.run("mn-app", f"{SERVICE} start {service}")
    hosts.run("mn-app", f"{SERVICE} reload {service}; until test -e /run/{service}.hup; do sleep 0.02; done")


def test_stop_is_down(hosts, service):
    hosts.run("mn-app", f"{SERVICE} start {service} && {SERVICE} stop {service}")
    assert status(hosts, service).startswith("false false")
    hosts.run("mn-app", f"{SERVICE} reload {service}", expect=1)


def test_one_that_was_stopped_is_drift_and_is_started_again(lab, hosts, service):
    hosts.run("mn-app", f"{SERVICE} start {service}")
    assert not told(lab)
    hosts.run("mn-app", f"{SERVICE} stop {service}")
    assert told(lab) == [f"the service {service} was stopped"]
    lab.repair(lab.drift())
    hosts.run("mn-app", f"s6-svwait -U -t 10000 /etc/sanso/services/{service}")
    assert not told(lab)


def test_a_service_that_does_not_get_ready_is_an_error(hosts, service):
    hosts.run("mn-app", f"printf '#!/bin/sh\\nexit 1\\n' > /etc/sanso/services/{service}/run")
    hosts.run(
        "mn-app", f"sed s/limit=15000/limit=1500/ {SERVICE} > /run/quick; sh /run/quick start {service}", expect=1
    )


def test_wrong_use_is_refused(hosts):
    assert "usage" in hosts.run("mn-app", f"{SERVICE} start nothing 2>&1", expect=2)
