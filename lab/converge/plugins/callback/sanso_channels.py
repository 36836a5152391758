"""Opens the ways into the hosts before Ansible forks its workers."""

from __future__ import annotations

DOCUMENTATION = """
name: sanso_channels
type: aggregate
short_description: open the channels to a lab's hosts once for all tasks
description:
  - Without it everything works as well, but every task opens a channel of its own.
author: Sansō Lab maintainers
"""

import gc
from pathlib import Path

from ansible.plugins.callback import CallbackBase

from lab.converge.channels import CHANNELS
from lab.converge.interface import options
from lab.converge.tree import compile_templates


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "sanso_channels"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_play_start(self, play):
        for role in play.get_roles():
            compile_templates(Path(role._role_path))
            options(Path(role._role_path))
        gc.freeze()  # what a worker's collection looks at is copied to it, page by page
        hosts = play.get_variable_manager()._inventory.get_hosts(play.hosts)
        CHANNELS.open({host.vars["sanso_container"]: host.name for host in hosts if "sanso_container" in host.vars})

    def v2_playbook_on_stats(self, stats):
        CHANNELS.close()
