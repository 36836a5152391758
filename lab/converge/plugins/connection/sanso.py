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

from contextlib import contextmanager
from pathlib import Path

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

from lab.converge.channels import CHANNELS
from lab.errors import LabError

TIMEOUT = 200.0  # seconds; a service, and more so a guest under emulation, may take its time on a busy machine


class Connection(ConnectionBase):
    transport = "sanso"
    has_pipelining = True
    has_tty = False

    def _connect(self):
        self._connected = True
        return self

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        with self._channel() as channel:
            result = channel.run(cmd, stdin=in_data or b"", timeout=TIMEOUT)
        return result.rc, result.stdout, result.stderr

    def put_file(self, in_path, out_path):
        super().put_file(in_path, out_path)
        with self._channel() as channel:
            script = ["sh", "-c", 'umask 077; cat >"$1"', "sh", out_path]
            channel.run(script, stdin=Path(in_path).read_bytes()).check()

    def fetch_file(self, in_path, out_path):
        super().fetch_file(in_path, out_path)
        with self._channel() as channel:
            Path(out_path).write_bytes(channel.run(["cat", in_path]).check().stdout)

    def close(self):
        self._connected = False

    @contextmanager
    def _channel(self):
        try:
            with CHANNELS.use(self.get_option("container"), self._play_context.remote_addr) as channel:
                yield channel
        except LabError as error:
            raise AnsibleConnectionFailure(str(error)) from error
