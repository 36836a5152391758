from __future__ import annotations

import pytest

from lab.engine.sysctls import as_path, host_sysctls


@pytest.mark.parametrize(("host", "forwards"), [("fw-mn", "1"), ("mn-app", "0"), ("log", "0")])
def test_only_a_router_forwards(plan, host, forwards):
    assert host_sysctls(plan.host(host))["net.ipv4.ip_forward"] == forwards


def test_forwarding_comes_first_because_it_changes_others(plan):
    host = plan.host("fw-mn").model_copy(
        update={"sysctls": {"net.ipv4.conf.all.accept_redirects": "0", "net.ipv6.conf.all.forwarding": "1"}}
    )
    assert list(host_sysctls(host)) == [
        "net.ipv4.ip_forward",
        "net.ipv6.conf.all.forwarding",
        "net.ipv4.conf.all.accept_redirects",
    ]


def test_a_plan_that_says_nothing_still_keeps_an_endpoint_from_forwarding(plan):
    silent = plan.host("mn-app").model_copy(update={"sysctls": {}})
    assert host_sysctls(silent) == {"net.ipv4.ip_forward": "0"}


def test_a_sysctl_is_a_file():
    assert as_path("net.ipv4.ip_forward") == "net/ipv4/ip_forward"
