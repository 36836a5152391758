"""A router forwards nothing before its own ruleset is there, and gets no link while it is open."""

from __future__ import annotations

import pytest

from lab.engine.archive import pack
from lab.errors import LabError

CLOSED = b"""table inet zones {
    chain forward {
        type filter hook forward priority filter; policy drop;
        iifname "lg" oifname "mn" icmp type echo-request counter accept
        iifname "lg" oifname "mn" icmpv6 type echo-request counter accept
        ct state established,related accept
    }
    chain input {
        type filter hook input priority filter; policy drop;
        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    }
}
"""
TARGETS = ("10.10.0.20", "fd53:616e:736f:10::20")


@pytest.fixture
def router(engine, lab, hosts):
    """The firewall as after creation; put back so afterwards."""
    yield lab.container("fw-mn")
    hosts.run("fw-mn", "rm -f /etc/nftables.conf && /usr/lib/sanso/kernel-state")
    lab.wire()


def install(engine, container: str, ruleset: bytes) -> None:
    engine.put_archive(container, "/", pack({"etc/nftables.conf": ruleset}))


def test_nothing_passes_a_fresh_router_and_its_own_rules_open_it(engine, hosts, router):
    assert hosts.answers("lg-term", "10.20.0.30")  # the sender works
    assert [hosts.answers("lg-term", target) for target in TARGETS] == [False, False]
    install(engine, router, CLOSED)
    hosts.run("fw-mn", "/usr/lib/sanso/kernel-state")
    assert [hosts.answers("lg-term", target) for target in TARGETS] == [True, True]


def test_a_refused_file_leaves_what_was_loaded(engine, lab, hosts, router):
    install(engine, router, CLOSED)
    hosts.run("fw-mn", "/usr/lib/sanso/kernel-state")
    before = hosts.run("fw-mn", "nft -s list ruleset")
    install(engine, router, CLOSED.replace(b"accept\n    }\n}", b"accept } }"))
    assert "refused" in hosts.run("fw-mn", "/usr/lib/sanso/kernel-state 2>&1", expect=1)
    assert hosts.run("fw-mn", "nft -s list ruleset") == before
    lab.restart_host("fw-mn")  # at its start nothing was loaded before: drop-all stays
    lab.wire()
    assert "sanso_closed" in hosts.run("fw-mn", "nft list tables")
    assert not hosts.answers("lg-term", TARGETS[0])


def test_an_open_router_gets_no_link(engine, lab, hosts, router):
    install(
        engine,
        router,
        CLOSED.replace(b"hook forward priority filter; policy drop", b"hook forward priority 0; policy accept"),
    )
    lab.restart_host("fw-mn")
    with pytest.raises(LabError, match=r"fw-mn: this host is not closed: .*forward ip, forward ip6"):
        lab.wire()
    assert hosts.run("fw-mn", "ls /sys/class/net").split() == ["lo"]


def test_a_router_keeps_the_probers_table_when_its_rules_are_loaded_again(engine, hosts, router):
    install(engine, router, CLOSED)
    hosts.run(
        "fw-mn",
        "mkfifo /run/nft; nft -i < /run/nft & exec 9>/run/nft; echo 'add table inet trace { flags owner; }' >&9;"
        " until nft list tables | grep -q trace; do sleep 0.02; done; /usr/lib/sanso/kernel-state &&"
        " nft list tables | grep -q zones && nft list tables | grep -q trace",
    )


def test_a_namespace_with_a_foreign_interface_is_refused(lab, hosts, router):
    hosts.run("fw-mn", "ip link add foreign type veth peer name foreign2")
    with pytest.raises(LabError, match=r"interface foreign2? was not made by this lab"):
        lab.wire()
    hosts.run("fw-mn", "ip link del foreign")


def test_the_fabrics_own_namespace_is_refused(engine, lab):
    from lab.engine import helpers
    from lab.engine.starting import running
    from lab.engine.wiring import CAPABILITIES, _programs

    helper = helpers.Helper(
        lab=lab.name,
        image=lab.image,
        fabric=lab.fabric,
        argv=("python3", "-c", "from lab.engine.helper.namespace import open_namespace; open_namespace('mn-app')"),
        files=_programs(),
        capabilities=CAPABILITIES,
        namespaces={"mn-app": running(engine._client, lab.fabric).namespace},
    )
    with pytest.raises(LabError, match="this is the fabric's own namespace"):
        helpers.run(engine._client, helper)
