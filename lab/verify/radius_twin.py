"""A RADIUS server's own configuration, run a second time on its own host, on ports of its own. The server itself goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from lab.reach import Channel
from lab.verify.marks import CheckError

OWN, FOLDER = "/etc/sanso/radius_server", "/run/sanso-twin"
PORTS = MappingProxyType({1812: 18121, 1813: 18131})  # the server's -> the twin's
READY = 20  # seconds
_COPY = (
    f"umask 077; rm -rf {FOLDER}; cp -a {OWN} {FOLDER} && sed -i -e 's#{OWN}#{FOLDER}#g' -e 's#/run/radius_server#{FOLDER}#g' "
    + " ".join(f"-e 's/port = {old}$/port = {new}/'" for old, new in PORTS.items())
    + f" {FOLDER}/radiusd.conf"
)
_START = f"""
cd {FOLDER} && set -a && . {FOLDER}/environment && freeradius -f -l stdout -d {FOLDER} -n radiusd >log 2>&1 </dev/null &
echo $! >{FOLDER}/pid
cd {FOLDER}
timeout {READY} sh -c 'until grep -q "Ready to process" log; do kill -0 "$(cat pid)" || exit 1; sleep 0.05; done' && exit 0
tail -n 3 log >&2; exit 1
"""
_STOP = f"cd {FOLDER} && kill $(cat pid); timeout 5 sh -c 'while kill -0 $(cat pid) 2>/dev/null; do sleep 0.02; done'; rm -f pid"


class Twin:
    """The twin of one server. What is changed in its folder counts from its next start on."""

    def __init__(self, channel: Channel, server: str) -> None:
        self._channel, self._server = channel, server

    @contextmanager
    def made(self) -> Iterator[None]:
        """Its configuration is there while the block runs. CheckError if it can't be copied."""
        if self._channel.run(_COPY).rc:
            raise CheckError(f"{self._server}: its configuration could not be copied")
        try:
            yield
        finally:
            self._channel.run(f"{_STOP}; rm -rf {FOLDER}")

    def change(self, expression: str, file: str = "radiusd.conf") -> None:
        """Change a file of its configuration by one of sed's expressions (extended)."""
        self._channel.run(["sed", "-i", "-E", "-e", expression, f"{FOLDER}/{file}"]).check()

    @contextmanager
    def running(self) -> Iterator[None]:
        """It answers while the block runs. CheckError if it doesn't start."""
        started = self._channel.run(_START, timeout=READY + 10)
        if started.rc:
            raise CheckError(
                f"{self._server}: its twin did not start: {started.stderr.decode(errors='replace')[-300:]}"
            )
        try:
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        """End it, if it runs."""
        self._channel.run(_STOP)
