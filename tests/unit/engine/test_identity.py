from __future__ import annotations

from hashlib import sha256

from lab.engine.identity import identity


def test_a_host_knows_its_zones_resolver_and_its_own_names_only(plan):
    own = identity(plan, plan.host("mn-term"))
    assert own.resolv_conf.splitlines()[:2] == ["nameserver 10.10.0.10", "nameserver fd53:616e:736f:10::10"]
    assert own.hosts.splitlines() == [
        "127.0.0.1 localhost",
        "::1 localhost",
        "10.10.0.20 mn-term.mn.sanso.test mn-term",
        "fd53:616e:736f:10::20 mn-term.mn.sanso.test mn-term",
    ]


def test_a_host_without_a_resolver_has_no_nameserver(plan):
    assert "nameserver" not in identity(plan, plan.host("lg-term")).resolv_conf


def test_digests_are_those_of_the_files(plan):
    own = identity(plan, plan.host("lg-term"))
    assert own.digests()[2] == sha256(b"lg-term\n").hexdigest()
    assert own.digests()[0] == sha256(own.resolv_conf.encode()).hexdigest()
