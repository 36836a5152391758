"""OPS: what runs is what was documented and delivered."""

from __future__ import annotations

from lab.verify import control


@control("OPS-16")
def test_host_is_as_its_documents_say(any_host, discovery):
    discovery.finds_as_documented(any_host)


@control("OPS-16")
def test_nothing_but_the_planned_hosts_is_plugged_in(segment, discovery):
    discovery.finds_only_planned_hosts_on(segment)


@control("OPS-04")
def test_files_are_as_delivered(any_host, configuration):
    configuration(any_host).has_its_files_as_delivered()


@control("OPS-04")
def test_no_software_that_nobody_approved(any_host, configuration):
    configuration(any_host).has_no_other_software()


@control("OPS-04")
def test_nothing_runs_but_the_delivered_services(any_host, configuration):
    configuration(any_host).runs_only_delivered_services()


@control("OPS-04")
def test_kernel_enforces_the_delivered_rules(firewall, configuration):
    configuration(firewall).has_the_rules_of_its_file()
