"""OPS: what runs is what was documented and delivered."""

from __future__ import annotations

from lab.verify import control


@control("OPS-16")
def test_host_is_as_its_documents_say(any_host, discovery):
    discovery.finds_as_documented(any_host)


@control("OPS-16")
def test_nothing_but_the_planned_hosts_is_plugged_in(segment, discovery):
    discovery.finds_only_planned_hosts_on(segment)
