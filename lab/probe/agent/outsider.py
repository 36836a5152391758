"""A VPN client that is no host of the lab: on a cable of its own, with whatever credentials and proposals it is told to use.

Orders on stdin, one JSON object per line; the first plugs it in: {"segment", "next_hop", "addresses" with lengths}. Each
other one is an attempt: {"files": {path below /etc/swanctl: text}, "rekey": true for one more CHILD_SA}. Its answer: {"said":
what its daemon wrote meanwhile, "sa": what it lists as its SAs}. With "hold" the tunnel stays until {"release"}, the answer has the
"key" that the client seals with, and {"send": datagrams in hexadecimal, "to": [address, port]} sends from the client's side; with
"stays" as well it asks nothing of an open tunnel's other end, neither for a new one nor for its end.
It ends with its stdin, or after the seconds of its argument.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab.probe.agent.intruder import Intruder
from lab.probe.agent.namespace import inside

_NUMBER = 9000  # of its cable: far from those of the prober's intruders
_LOG, _KEYS = Path("/run/charon.log"), Path("/run/charon.keys")
_BYTES = re.compile(r"\] {1,4}\d+: ((?:[0-9A-F]{2} )+)")  # a line of the daemon's own dump
_LONGEST = "5"  # seconds for one attempt
_FOLDER, _VICI = Path("/etc/swanctl"), Path("/run/charon.vici")
_START = 5.0  # seconds
_PAUSE = 0.01  # seconds between two datagrams
_SETTINGS = """charon {
  load = random nonce x509 revocation constraints pubkey pem pkcs1 pkcs8 openssl des md4 md5 sha1 kdf kernel-libipsec kernel-netlink socket-default vici eap-identity eap-tls eap-mschapv2
  retransmit_tries = TRIES
  retransmit_timeout = 2.0
  i_dont_care_about_security_and_use_aggressive_mode_psk = yes
  x509 {
    enforce_critical = no
  }
  filelog {
    stderr {
      default = 1
      flush_line = yes
    }
    keys {
      path = /run/charon.keys
      default = -1
      chd = 4
      flush_line = yes
    }
  }
}
"""  # noqa: E501 - one list

_BRIEF, _LONG = 1, 6  # how often it sends again: for five seconds, for minutes
# IKE by NAT-T has four zeros before its header; exchanges 36 and 37 are those of an open tunnel, this bit is of answers
# (RFC 7296, 3.1)
_NO_REQUESTS = """table inet stays {
  chain output {
    type filter hook output priority 0
    udp dport 4500 @th,64,32 0 @th,240,8 { 36, 37 } @th,248,8 & 0x20 == 0 drop
  }
}
"""

Order = dict[str, Any]


class Outsider:
    """One cable and one daemon."""

    def __init__(self, order: Order) -> None:
        self._cable = Intruder(_NUMBER, order["segment"], order["next_hop"], None, ())
        self._daemon: subprocess.Popen[bytes] | None = None
        self._stays = False
        try:
            with inside(self._cable.namespace):
                _neighbourly(order["addresses"])
            _settle(_BRIEF)
            with inside(self._cable.namespace), _LOG.open("wb") as log:
                self._daemon = subprocess.Popen(["/usr/lib/ipsec/charon"], stdout=log, stderr=log)
            _started(self._daemon)
        except BaseException:
            self.close()
            raise

    def tried(self, order: Order) -> Order:
        """Load what the order says and nothing else, ask for the CHILD_SA `net`, tell what came of it, let go of it."""
        for folder in ("x509", "x509ca", "private"):
            shutil.rmtree(_FOLDER / folder, ignore_errors=True)
            (_FOLDER / folder).mkdir(mode=0o700)
        for path, text in order["files"].items():
            (_FOLDER / path).write_text(text, encoding="utf-8")
        _swanctl("--load-all", "--clear", "--noprompt")
        if order.get("stays"):
            _settle(_LONG)  # or it would think the gateway gone, and begin anew
            _swanctl("--reload-settings")
            self._nft(_NO_REQUESTS)
            self._stays = True
        _KEYS.write_bytes(b"")
        begun = _LOG.stat().st_size
        _swanctl("--initiate", "--child", "net", "--timeout", _LONGEST)
        if order["rekey"] and _installed():
            _swanctl("--rekey", "--child", "net")
            self._await(begun, ("failed to establish CHILD_SA", "NO_PROPOSAL_CHOSEN", "rekeyed", "outbound CHILD_SA"))
        told = {"said": _since(begun), "sa": _swanctl("--list-sas", "--raw")}
        if order.get("hold"):
            return {**told, "key": _sealing_key()}
        self.release()
        return told

    def release(self) -> None:
        """Let go of the tunnel."""
        if self._stays:
            self._nft("delete table inet stays\n")
            _settle(_BRIEF)
            _swanctl("--reload-settings")
            self._stays = False
        _swanctl("--terminate", "--ike", "trial", "--force", "--timeout", "2")

    def send(self, order: Order) -> None:
        """Send datagrams as they are, one after the other."""
        address, port = order["to"]
        with inside(self._cable.namespace):
            sender = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        with sender:
            for datagram in order["send"]:
                sender.sendto(bytes.fromhex(datagram), (address, port))
                time.sleep(_PAUSE)

    def _nft(self, text: str) -> None:
        with inside(self._cable.namespace):
            subprocess.run(["nft", "-f", "-"], input=text, capture_output=True, text=True, check=True, timeout=_START)

    def _await(self, begun: int, words: tuple[str, ...]) -> None:
        """Until the daemon says one of them, or for as long as an attempt may take."""
        end = time.monotonic() + float(_LONGEST)
        while time.monotonic() < end and not any(word in line for line in _since(begun) for word in words):
            time.sleep(0.02)

    def close(self) -> None:
        if self._daemon is not None and self._daemon.poll() is None:
            self._daemon.terminate()
            try:
                self._daemon.wait(3.0)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
        self._cable.close()


def _settle(tries: int) -> None:
    """Write its settings; they count from its start, or its next reading of them, on."""
    Path("/etc/strongswan.conf").write_text(_SETTINGS.replace("TRIES", str(tries)), encoding="ascii")


def _started(daemon: subprocess.Popen[bytes]) -> None:
    """Until it can be talked to. RuntimeError if that doesn't come."""
    end = time.monotonic() + _START
    while not _VICI.is_socket():
        if daemon.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the VPN daemon did not start: does the machine have /dev/net/tun?")
        time.sleep(0.02)


def _neighbourly(addresses: list[str]) -> None:
    """Unlike other intruders it wants answers: it has addresses of the segment and says so when asked."""
    lines = ["link set eth0 arp on", *(f"addr add {one} dev eth0{' nodad' if ':' in one else ''}" for one in addresses)]
    for program, text in (
        (["nft", "-f", "-"], "delete table inet silence\n"),
        (["ip", "-batch", "-"], "\n".join(lines) + "\n"),
    ):
        subprocess.run(program, input=text, capture_output=True, text=True, check=True, timeout=_START)


def _since(begun: int) -> list[str]:
    with _LOG.open("rb") as log:
        log.seek(begun)
        return log.read().decode(errors="replace").splitlines()


def _sealing_key() -> str:
    """In hexadecimal, what this side, which began, encrypts the newest CHILD_SA's packets with; "" if there is none."""
    _, _, dump = _KEYS.read_text(errors="replace").rpartition("encryption initiator key")
    lines = iter(dump.splitlines()[1:])
    found = []
    while (line := _BYTES.search(next(lines, ""))) is not None:
        found.append(line[1])
    return "".join(found).replace(" ", "")


def _installed() -> bool:
    return any("state=INSTALLED" in line for line in _swanctl("--list-sas", "--raw"))


def _swanctl(*arguments: str) -> list[str]:
    done = subprocess.run(["swanctl", *arguments], capture_output=True, text=True, check=False, timeout=20)
    return done.stdout.splitlines()


def _lines(until: float) -> Iterator[Order]:
    waiting = b""
    while (left := until - time.monotonic()) > 0 and select.select([0], [], [], left)[0]:
        piece = os.read(0, 1 << 16)
        if not piece:
            return
        waiting += piece
        while b"\n" in waiting:
            line, _, waiting = waiting.partition(b"\n")
            yield json.loads(line)


def main() -> None:
    """Serve orders until stdin ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    outsider: Outsider | None = None
    try:
        for order in _lines(time.monotonic() + float(sys.argv[1])):
            try:
                if outsider is None:
                    outsider = Outsider(order)
                    answer: Order = {"ready": True}
                elif "files" in order:
                    answer = outsider.tried(order)
                else:
                    answer = {}
                    outsider.send(order) if "send" in order else outsider.release()
            except Exception as error:  # noqa: BLE001 - the client must learn of it; it becomes an error verdict
                answer = {"error": f"{type(error).__name__}: {error}"}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    finally:
        if outsider is not None:
            outsider.close()


if __name__ == "__main__":
    main()
