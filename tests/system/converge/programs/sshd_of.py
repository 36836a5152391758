"""ProxyCommand: an sshd of its own for one connection to a container, over the engine's API."""

from __future__ import annotations

import os
import sys
import threading

from lab.engine import ExecStream, connect


def to_container(stream: ExecStream) -> None:
    while data := os.read(0, 65536):
        stream.sendall(data)
    stream.close_stdin()


def main(container: str) -> None:
    with connect() as engine, engine.exec_open(container, ["/usr/sbin/sshd", "-i", "-e"]) as stream:
        threading.Thread(target=to_container, args=(stream,), daemon=True).start()
        for kind, piece in stream.frames():
            os.write(kind, piece)


main(sys.argv[1])
