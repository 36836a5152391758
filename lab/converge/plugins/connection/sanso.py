"""Ansible's connection to a host of the lab: a channel of the lab's own, through the container engine's API."""

from __future__ import annotations

DOCUMENTATION = """
name: sanso
short_description: run tasks in a host of a running lab
description:
  - Goes through the container engine's API. The host needs no SSH, no address that the controller could reach, and no Python.
author: Sansō Lab maintainers
options:
  container:
    description: Name of the host's container.
    type: str
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
      - name: sanso_container
"""

import os
from pathlib import Path

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

from lab.engine import Engine, connect
from lab.errors import LabError
from lab.reach import ContainerChannel, TreeFile

TIMEOUT = 120.0  # seconds; a service may take its time to come up on a busy machine


class EngineOfProcess:
    """Ansible forks one worker per task; a worker must not use its parent's connections."""

    def __init__(self) -> None:
        self._pid, self._engine = 0, None

    def get(self) -> Engine:
        if self._engine is None or self._pid != os.getpid():
            self._pid, self._engine = os.getpid(), connect()
        return self._engine


ENGINE = EngineOfProcess()


class Connection(ConnectionBase):
    transport = "sanso"
    has_pipelining = True
    has_tty = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._channel = None

    def _connect(self):
        if self._channel is None:
            with refused():
                self._channel = ContainerChannel(ENGINE.get(), self.get_option("container"), self._play_context.remote_addr)
            self._connected = True
        return self

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        with refused():
            result = self._channel.run(cmd, stdin=in_data or b"", timeout=TIMEOUT)
        return result.rc, result.stdout, result.stderr

    def put_file(self, in_path, out_path):
        super().put_file(in_path, out_path)
        with refused():
            self._channel.put_tree([TreeFile(out_path, Path(in_path).read_bytes(), 0o600)])

    def fetch_file(self, in_path, out_path):
        super().fetch_file(in_path, out_path)
        with refused():
            Path(out_path).write_bytes(self._channel.run(["cat", in_path]).check().stdout)

    def close(self):
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._connected = False


class refused:  # noqa: N801 - reads as a statement
    """The lab's errors as Ansible's."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, LabError):
            raise AnsibleConnectionFailure(str(error)) from error
        return False
