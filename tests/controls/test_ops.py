"""OPS: what runs is what was documented and delivered, and it can be brought back."""

from __future__ import annotations

from lab.verify import control, thorough


@control("OPS-16")
def test_host_is_as_its_documents_say(any_host, discovery):
    discovery.finds_as_documented(any_host)


@control("OPS-16")
def test_nothing_but_the_planned_hosts_is_plugged_in(segment, discovery):
    discovery.finds_only_planned_hosts_on(segment)


@control("OPS-16")
@thorough
def test_flow_that_stands_open_is_served(flow, standing_flow):
    service = {standing_flow.protocol.value: standing_flow.port}
    flow(standing_flow.source, standing_flow.destination, **service).is_allowed()


@control("OPS-04")
def test_files_are_as_delivered(any_host, configuration):
    configuration(any_host).has_its_files_as_delivered()


@control("OPS-04")
@thorough
def test_no_software_that_nobody_approved(any_host, installed):
    installed.is_the_images_alone(any_host)


@control("OPS-04")
def test_nothing_runs_but_the_delivered_services(any_host, configuration):
    configuration(any_host).runs_only_delivered_services()


@control("OPS-04")
def test_kernel_enforces_the_delivered_rules(firewall, configuration):
    configuration(firewall).has_the_rules_of_its_file()


@control("OPS-05")
@thorough
def test_backup_is_restored_even_if_its_client_deletes_it(backups, backup_flow):
    backups(backup_flow).can_be_restored_even_if_its_client_deletes_it()


@control("OPS-05")
@thorough
def test_backup_key_gives_nothing_but_its_own_repository(backups, backup_flow):
    backups(backup_flow).gives_its_client_nothing_else()


@control("OPS-05")
def test_store_is_reached_by_its_client(flow, backup_flow):
    flow(backup_flow.source, backup_flow.destination, tcp=backup_flow.port).is_allowed()


@control("OPS-05")
@thorough
def test_store_is_reached_on_its_one_port_only(limited, backup_flow):
    limited(backup_flow).refuses_every_other_port()


@control("OPS-05")
def test_store_listens_for_backups_alone(inside, plan, listeners, backup_store):
    host = inside(backup_store)
    assert listeners(host) == listeners.planned(host, plan)


@control("OPS-05")
def test_no_other_zone_reaches_the_store_and_it_reaches_none(matrix, backup_border):
    matrix.is_denied(*backup_border)
