"""A port of this machine that leads into the lab at a terminal: what connects there goes the terminal's way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from lab.engine import Engine, ExecStream
from lab.errors import LabError

_PIECE = 1 << 16


@contextmanager
def lead_in(engine: Engine, container: str, target: str) -> Iterator[int]:
    """Listen on a free port of 127.0.0.1 (yielded); each connection becomes one from `container` to `target` (ADDRESS:PORT).

    socat connects inside the container's network, so tunnel, firewalls and gateway see the terminal itself.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=_serve, args=(listener, engine, container, target), daemon=True)
        server.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            server.join()


def _serve(listener: socket.socket, engine: Engine, container: str, target: str) -> None:
    while True:
        try:
            visitor, _ = listener.accept()
        except OSError:  # shut down
            return
        threading.Thread(target=_carry, args=(visitor, engine, container, target), daemon=True).start()


def _carry(visitor: socket.socket, engine: Engine, container: str, target: str) -> None:
    with suppress(OSError, LabError), visitor, engine.exec_open(container, ["socat", "-", f"TCP:{target}"]) as inside:
        back = threading.Thread(target=_back, args=(inside, visitor), daemon=True)
        back.start()
        while piece := visitor.recv(_PIECE):
            inside.sendall(piece)
        inside.close_stdin()
        back.join()


def _back(inside: ExecStream, visitor: socket.socket) -> None:
    with suppress(OSError, LabError):
        for kind, piece in inside.frames():
            if kind == 1:
                visitor.sendall(piece)
    with suppress(OSError):
        visitor.shutdown(socket.SHUT_RDWR)
