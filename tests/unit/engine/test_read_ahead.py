"""The real SDK against an engine that answers headers and first output in one piece, as a busy one does."""

from __future__ import annotations

import json
import socketserver
import struct
import threading

import pytest

from lab.engine import connect

OUTPUT = struct.pack(">BxxxI", 1, 5) + b"first"
UPGRADED = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"


def answer(body: dict[str, str]) -> bytes:
    text = json.dumps(body).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)


class Fake(socketserver.StreamRequestHandler):
    """Answers every request; a start is upgraded, its output sent with the headers or after them."""

    timeout = 5

    def handle(self) -> None:
        while line := self.rfile.readline():
            length = 0
            while header := self.rfile.readline().strip().lower():
                if header.startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            self.rfile.read(length)
            if b"/start" in line:
                pieces = [UPGRADED + OUTPUT] if self.server.together else [UPGRADED, OUTPUT]
                for piece in pieces:
                    self.request.sendall(piece)
                return
            self.request.sendall(answer({"ApiVersion": "1.41", "Id": "x"}))


class Engine(socketserver.ThreadingUnixStreamServer):
    together = True


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("tty", [False, True])
def test_the_first_output_is_not_lost(tmp_path, monkeypatch, together, tty):
    with Engine(f"{tmp_path}/engine.sock", Fake) as server:
        server.together = together
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")
        with connect() as engine, engine.exec_open("x", ["true"], tty=tty) as stream:
            pieces = list(stream.frames(5))
        server.shutdown()
        thread.join()
    assert b"".join(piece for _, piece in pieces) == (OUTPUT if tty else b"first")
