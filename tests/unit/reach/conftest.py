from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import tarfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest

from lab.engine import ExecStream


class LocalEngine:
    """Speaks the engine's stream format for programs of this machine. `root` stands for the container's /."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.opened: list[list[str]] = []
        self.started = 100  # what the container's first process would say
        self._programs: list[subprocess.Popen[bytes]] = []
        self._streams: list[ExecStream] = []
        self._threads: list[threading.Thread] = []

    def exec_open(self, container: str, argv: Sequence[str], *, stdin: bool = True) -> ExecStream:
        assert (container, stdin) == ("box", True)
        self.opened.append(list(argv))
        ours, theirs = socket.socketpair()
        program = subprocess.Popen(
            [part.replace("/proc/1/stat", str(self._stat())) for part in argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._programs.append(program)
        for target in (self._feed, self._frames):
            self._threads.append(threading.Thread(target=target, args=(theirs, program)))
            self._threads[-1].start()
        stream = ExecStream(ours)
        self._streams.append(stream)
        stream.exit_code = lambda _timeout=5: program.wait(5)
        return stream

    def put_archive(self, container: str, path: str, tar: bytes) -> None:
        assert (container, path) == ("box", "/")
        with tarfile.open(fileobj=BytesIO(tar)) as archive:
            archive.extractall("/", filter="data")

    def kill(self) -> None:
        """What a restart of the container does to its programs."""
        for program in self._programs:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()

    def close(self) -> None:
        self.kill()
        for stream in self._streams:
            stream.close()
        for thread in self._threads:
            thread.join()

    def _stat(self) -> Path:
        path = self.root / "stat"
        path.write_text(" ".join(["x"] * 21 + [str(self.started)]))
        return path

    def _feed(self, theirs: socket.socket, program: subprocess.Popen[bytes]) -> None:
        while data := _received(theirs):
            data = data.replace(b"/proc/1/stat", str(self._stat()).encode())
            try:
                program.stdin.write(data)
                program.stdin.flush()
            except BrokenPipeError:
                break
        with suppress(BrokenPipeError):
            program.stdin.close()

    def _frames(self, theirs: socket.socket, program: subprocess.Popen[bytes]) -> None:
        lock = threading.Lock()

        def pump(kind: int, pipe) -> None:
            while data := pipe.read1(50):  # small pieces: markers come in two
                with lock, suppress(OSError):  # nobody listens any more
                    theirs.sendall(struct.pack(">BxxxI", kind, len(data)) + data)

        pumps = [threading.Thread(target=pump, args=pair) for pair in ((1, program.stdout), (2, program.stderr))]
        for one in pumps:
            one.start()
        for one in pumps:
            one.join()
        program.stdout.close()
        program.stderr.close()
        theirs.shutdown(socket.SHUT_RDWR)  # wakes the feeder; closing alone would not
        theirs.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LocalEngine]:
    engine = LocalEngine(tmp_path)
    yield engine
    engine.close()


def _received(theirs: socket.socket) -> bytes:
    try:
        return theirs.recv(65536)
    except OSError:
        return b""
