"""A desktop as its person sees it: `lab screenshot` and `lab open`, on a lab with telework."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import struct
import subprocess
from pathlib import Path

import pytest
from command import LAB, ok, run

ROOT = Path(__file__).parents[3]
NAME = f"t{os.getpid()}-desktops"
TIMEOUT = 120


@pytest.fixture(scope="module", autouse=True)
def telework():
    ok("up", str(ROOT / "scenarios" / "telework.yaml"), "--lab", NAME)
    yield
    ok("down", "--lab", NAME, "--keys")


def test_picture_is_a_png_of_a_drawn_desktop(tmp_path):
    file = tmp_path / "desk.png"
    told = ok("screenshot", "lg-desk", str(file), "--lab", NAME, "--json").json
    assert (told["desk"], told["terminal"], told["user"]) == ("lg-desk", "tele-term", "staff01")
    content = file.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack_from(">II", content, 16) == (1024, 768)
    refused = run("screenshot", "lg-desk", str(file), "--lab", NAME)
    assert refused.code == 3
    assert "is there already" in refused.err


def test_host_that_is_no_desktop_is_refused_with_those_that_are(tmp_path):
    refused = run("screenshot", "lg-app", str(tmp_path / "x.png"), "--lab", NAME)
    assert refused.code == 3
    assert "lg-app is no desktop; desktops of this lab: lg-desk" in refused.err
    assert list(tmp_path.iterdir()) == []


def test_port_of_this_machine_leads_to_the_desktop_and_ends_with_the_command():
    with subprocess.Popen(
        [LAB, "open", "lg-desk", "--print", "--lab", NAME], stdout=subprocess.PIPE, text=True
    ) as running:
        first = running.stdout.readline()
        try:
            port = int(first.split("127.0.0.1:")[1].split()[0])
            assert shown_by(port) == "lg-desk.lg.sanso.test"
        finally:
            running.send_signal(signal.SIGINT)
        running.communicate(timeout=TIMEOUT)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


def shown_by(port):
    """The name in the certificate that is shown after RDP's connection request (MS-RDPBCGR 2.2.1.1), checked by the lab's root."""
    from lab.pki import state_directory

    request = b"Cookie: mstshash=staff01\r\n" + struct.pack("<BBHI", 1, 0, 8, 1)
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as plain:
        inner = struct.pack(">BBHHB", 6 + len(request), 0xE0, 0, 0, 0) + request
        plain.sendall(struct.pack(">BBH", 3, 0, 4 + len(inner)) + inner)
        assert plain.recv(100)[:2] == b"\x03\x00"
        context = ssl.create_default_context(cafile=state_directory(NAME) / "pki" / "root.pem")
        with context.wrap_socket(plain, server_hostname="lg-desk.lg.sanso.test") as inside:
            return dict(one[0] for one in inside.getpeercert()["subject"])["commonName"]
