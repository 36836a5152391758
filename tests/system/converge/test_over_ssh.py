"""The roles on plain Debian machines over SSH, by the example inventory: they need neither the lab nor Python there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[3]
HERE = Path(__file__).parent
CAPABILITIES = ["NET_ADMIN", "CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID", "SYS_CHROOT", "KILL"]
MACHINES = ("border", "records")


@pytest.fixture(scope="module")
def machines(engine, tmp_path_factory) -> Iterator[dict[str, str]]:
    """Two containers that are no lab's: no supervisor, no python3, keys for one user."""
    assert shutil.which("ssh"), "this test needs an SSH client: apt-get install openssh-client"
    folder = tmp_path_factory.mktemp("ssh")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "id"], check=True)
    client, made = engine._client, {}
    try:
        for name in MACHINES:
            settings = client.create_host_config(network_mode="none", cap_drop=["ALL"], cap_add=CAPABILITIES, init=True)
            one = client.create_container(
                engine.ensure_image(), ["sleep", "600"], name=f"plain-{os.getpid()}-{name}", host_config=settings
            )
            made[name] = one["Id"]
            client.start(one)
            public = (folder / "id.pub").read_text()
            prepared = (
                f"mkdir -p /run/sshd /root/.ssh; echo '{public}' >/root/.ssh/authorized_keys; ssh-keygen -q -A;"
                "rm -r /usr/lib/sanso /usr/bin/python3*; ! command -v python3"
            )
            with engine.exec_open(one["Id"], ["sh", "-c", prepared]) as stream:
                _, said = stream.read_all(timeout=30)
                assert stream.exit_code() == 0, said
        yield {"key": str(folder / "id"), **made}
    finally:
        for one in made.values():
            client.remove_container(one, force=True)


@pytest.fixture
def over_ssh(machines, converging, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the site playbook with the example inventory; an own one beside it says how to get there."""
    certificate = converging.pki.certificate("mn-app")
    (tmp_path / "keys").mkdir()
    shutil.copy(converging.pki.root_file, tmp_path / "keys" / "root.pem")
    shutil.copy(certificate.chain_file, tmp_path / "keys" / "records.pem")
    shutil.copy(certificate.key_file, tmp_path / "keys" / "records.key")
    options = f"-i {machines['key']} -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR"
    common = {
        "ansible_user": "root", "ansible_become": False, "keys": str(tmp_path / "keys"), "ansible_connection": "ssh",
        "ansible_ssh_args": "-o ControlMaster=no",
        "ansible_ssh_common_args": f"{options} -o ProxyCommand='{sys.executable} {HERE}/programs/sshd_of.py {{{{ machine }}}}'",
        # containers have no systemd
        "firewall__restart_command": "ulogd -d >/dev/null 2>&1", "web_app__restart_command": "nginx >/dev/null 2>&1",
        "web_app__syslog": False,
        # each connection has an sshd of its own, which reads the new file: nothing is there to be restarted
        "ssh__restart_command": "/usr/sbin/sshd -t",
    }  # fmt: skip
    (tmp_path / "vars.yml").write_text(yaml.safe_dump(common))
    hosts = {name: {"machine": machines[name]} for name in MACHINES}
    (tmp_path / "here.yml").write_text(yaml.safe_dump({"base": {"hosts": hosts}}))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), "-i", "inventories/vendor", "-i", tmp_path / "here.yml",
             "-e", f"@{tmp_path}/vars.yml", "playbooks/site.yml", *arguments],
            cwd=PROJECT, env={**os.environ, "ANSIBLE_NOCOLOR": "1"}, capture_output=True, text=True, check=False, timeout=90,
        )  # fmt: skip

    return run


def _recap(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, int]]:
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if "unreachable=" in line]
    return {line[0]: {key: int(value) for key, value in (part.split("=") for part in line[2:])} for line in lines}


def test_the_roles_work_over_ssh_and_a_second_run_changes_nothing(over_ssh, engine, machines):
    first = _recap(over_ssh())
    assert all(first[name]["changed"] > 0 for name in MACHINES)
    with engine.exec_open(machines["border"], ["nft", "list", "chain", "inet", "sanso", "forward"]) as stream:
        assert b'comment "TK-01"' in stream.read_all(timeout=30)[0]
    with engine.exec_open(machines["records"], ["curl", "-sk", "https://127.0.0.1/"]) as stream:
        assert b"host: records" in stream.read_all(timeout=30)[0]
    with engine.exec_open(machines["border"], ["/usr/sbin/sshd", "-T"]) as stream:
        assert b"passwordauthentication no" in stream.read_all(timeout=30)[0]
    # the second run comes in by what the first one put there
    assert {(name, counts["changed"]) for name, counts in _recap(over_ssh("--diff")).items()} == {
        ("border", 0), ("records", 0),
    }  # fmt: skip


def test_what_a_machine_refuses_does_not_land_there_either(over_ssh, engine, machines):
    done = over_ssh("-e", '{"web_app__ciphers": ["NO-SUCH-CIPHER"]}')
    assert done.returncode == 2
    assert "/etc/nginx/nginx.conf: `nginx` refused it" in done.stdout
    with engine.exec_open(machines["records"], ["nginx", "-t"]) as stream:
        stream.read_all(timeout=30)
        assert stream.exit_code() == 0
