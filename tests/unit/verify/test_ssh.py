"""What an SSH server says first, read from its bytes: banner and KEXINIT, or a reason why they aren't there."""

import struct

import pytest
from paramiko import Message

from lab.verify.marks import CheckError
from lab.verify.ssh import KEXINIT, LONGEST, kexinit

BANNER = b"SSH-2.0-OpenSSH_9.2p1\r\n"


def packet(*lists: str) -> bytes:
    message = Message()
    message.add_byte(bytes([KEXINIT]))
    message.add_bytes(bytes(16))
    for one in lists:
        message.add_string(one)
    payload = message.asbytes() + bytes(5)
    return struct.pack(">IB", len(payload) + 5, 4) + payload + bytes(4)


FIRST = packet(
    "curve25519-sha256", "ssh-ed25519", "aes256-ctr", "aes128-cbc", "hmac-a", "hmac-b", "none", "none", "", ""
)


def test_both_directions_are_read_and_lines_before_the_banner_passed_over():
    offer = kexinit(b"hello\r\n" + BANNER + FIRST + b"what follows", "")
    assert offer.banner == "SSH-2.0-OpenSSH_9.2p1"
    assert offer.kex == ("curve25519-sha256",)
    assert offer.ciphers == ("aes256-ctr", "aes128-cbc")
    assert offer.macs == ("hmac-a", "hmac-b")


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (b"", "no SSH server answered: refused"),
        (b"SSH-2.0-half", "no SSH server answered"),
        (BANNER + FIRST[:-1], "no SSH server answered"),
        (b"x\r\n" * 30 + BANNER + FIRST, "no SSH banner in its first lines"),
        (BANNER + struct.pack(">I", LONGEST + 1) + bytes(99), "35001 bytes"),
        (BANNER + struct.pack(">IB", 12, 4) + b"\x15" + bytes(10), "type 15, no KEXINIT"),
    ],
)
def test_what_is_no_ssh_server_is_said_so(first, words):
    with pytest.raises(CheckError, match=words):
        kexinit(first, "refused")
