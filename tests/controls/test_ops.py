"""OPS: what keeps the network running, and brings it back."""

from __future__ import annotations

from lab.verify import control


@control("OPS-05")
def test_backup_is_restored_even_if_its_client_deletes_it(backups, backup_flow):
    backups(backup_flow).can_be_restored_even_if_its_client_deletes_it()


@control("OPS-05")
def test_backup_key_gives_nothing_but_its_own_repository(backups, backup_flow):
    backups(backup_flow).gives_its_client_nothing_else()


@control("OPS-05")
def test_store_is_reached_on_its_one_port_only(limited, backup_flow):
    limited(backup_flow).refuses_every_other_port()


@control("OPS-05")
def test_store_listens_for_backups_alone(inside, plan, listeners, backup_store):
    host = inside(backup_store)
    assert listeners(host) == listeners.planned(host, plan)


@control("OPS-05")
def test_no_other_zone_reaches_the_store_and_it_reaches_none(matrix, backup_border):
    matrix.is_denied(*backup_border)
