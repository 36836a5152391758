"""Ansible's inventory of a running lab: hosts, groups and role variables, all from the lab's plan."""

from __future__ import annotations

DOCUMENTATION = """
name: sanso_lab
short_description: hosts of a running lab
description:
  - Reads the plan that a running lab carries. Groups are the roles by their names, C(zone_*), C(routers) and C(endpoints).
author: Sansō Lab maintainers
options:
  plugin:
    description: Must be sanso_lab.
    type: str
    required: true
    choices: [sanso_lab, ansible.legacy.sanso_lab]
  lab:
    description: Name of the lab. Without it, the only lab that runs.
    type: str
    env:
      - name: SANSO_LAB
  keys:
    description: Folder of the lab's keys on this machine. Without it, the one that C(lab up) uses.
    type: path
    env:
      - name: SANSO_KEYS
"""

from pathlib import Path

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

# What every forked worker needs is loaded once, here, in their parent.
from lab.converge.inventory import Inventory, read, the_only_lab
from lab.engine import connect
from lab.errors import LabError


class InventoryModule(BaseInventoryPlugin):
    NAME = "sanso_lab"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(("sanso.yml", "sanso.yaml"))

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        keys = self.get_option("keys")
        try:
            with connect() as engine:
                lab = engine.find(self.get_option("lab") or the_only_lab(engine))
                self._fill(read(lab, Path(keys) if keys else None))
        except LabError as error:
            raise AnsibleParserError(str(error)) from error

    def _fill(self, found: Inventory) -> None:
        for group in found.groups:
            self.inventory.add_group(group)
        for name, value in found.variables.items():
            self.inventory.set_variable("all", name, value)
        for host in found.hosts:
            self.inventory.add_host(host.name)
            for group in host.groups:
                self.inventory.add_child(group, host.name)
            for name, value in host.variables.items():
                self.inventory.set_variable(host.name, name, value)
