"""The proxy's service begins when its addresses are there: Squid itself would go on without them for good."""

import os
import subprocess
from pathlib import Path

import pytest

ROLE = Path(__file__).parents[3] / "playbooks" / "roles" / "proxy"
SERVICE = ROLE / "files" / "tree" / "etc" / "sanso" / "services" / "squid" / "run"
CONF = "http_port 10.50.0.10:3128\nhttp_port [fd53:616e:736f:50::10]:3128\nhttp_port 127.0.0.1:3128\nhttp_access deny all\n"
ADDRESSES = ("10.50.0.10", "fd53:616e:736f:50::10", "127.0.0.1")


@pytest.fixture
def start(tmp_path):
    """Run the service with an `ip` that finds the addresses of a file, and a supervisor that tells it began."""
    there, conf = tmp_path / "there", tmp_path / "squid.conf"
    there.write_text("")
    conf.write_text(CONF)
    for name, text in {"ip": f'grep -Fx "$5" {there}', "s6-notifyoncheck": "echo began"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    script = SERVICE.read_text().replace("/etc/squid/squid.conf |", f"{conf} |")
    assert str(conf) in script

    def begin():
        path = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        return subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True, env=path)

    return there, begin


def test_it_begins_when_all_addresses_are_there(start):
    there, begin = start
    there.write_text("\n".join(ADDRESSES))
    assert begin().communicate(timeout=10)[0] == "began\n"


@pytest.mark.parametrize("late", ADDRESSES)
def test_it_waits_for_every_address(start, late):
    there, begin = start
    there.write_text("\n".join(address for address in ADDRESSES if address != late))
    process = begin()
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=0.3)
    there.write_text("\n".join(ADDRESSES))
    assert process.communicate(timeout=10)[0] == "began\n"
