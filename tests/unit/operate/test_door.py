"""A port that leads into a container: bytes go both ways, and both ends end."""

import socket
import threading

from lab.operate.door import lead_in


class Stream:
    """An exec whose program sends back what it gets, in capitals, until its stdin ends."""

    def __init__(self):
        self._ours, self._theirs = socket.socketpair()
        threading.Thread(target=self._echo, daemon=True).start()

    def _echo(self):
        while piece := self._theirs.recv(100):
            self._theirs.sendall(piece.upper())
        self._theirs.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ours.close()

    def sendall(self, data):
        self._ours.sendall(data)

    def close_stdin(self):
        self._ours.shutdown(socket.SHUT_WR)

    def frames(self):
        while piece := self._ours.recv(100):
            yield 2, b"noise on stderr"
            yield 1, piece


class Engine:
    def __init__(self):
        self.asked = []

    def exec_open(self, container, argv):
        self.asked.append((container, argv))
        return Stream()


def test_what_connects_goes_to_the_target_from_the_container():
    engine = Engine()
    with (
        lead_in(engine, "sanso-t--tele-term", "10.60.0.10:3389") as port,
        socket.create_connection(("127.0.0.1", port), 5) as visitor,
    ):
        visitor.sendall(b"hello")
        assert visitor.recv(100) == b"HELLO"
        visitor.shutdown(socket.SHUT_WR)
        assert visitor.recv(100) == b""
    assert engine.asked == [("sanso-t--tele-term", ["socat", "-", "TCP:10.60.0.10:3389"])]
