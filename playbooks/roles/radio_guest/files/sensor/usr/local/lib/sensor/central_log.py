"""Syslog over TLS (RFC 5425) to one store and no other; what can't be sent now is sent later."""

from __future__ import annotations

import socket
import ssl
import time
from collections import deque

KEPT = 1000  # messages that wait while the store is away; the oldest goes first
PATIENCE = 5.0  # seconds for a connection
FACILITY = 4  # security (RFC 5424, table 1)
ALERT, NOTICE = 1, 5


class CentralLog:
    """Messages to the central log. `files`: own certificate with its chain, its key, the root that signs the store's."""

    def __init__(self, host: str, store: tuple[str, int], name: str, files: tuple[str, str, str]) -> None:
        self._host, self._store, self._name = host, store, name
        certificate, key, authority = files
        self._context = ssl.create_default_context(cafile=authority)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(certificate, key)
        self._waiting: deque[bytes] = deque(maxlen=KEPT)
        self._connection: ssl.SSLSocket | None = None

    def put(self, severity: int, text: str) -> None:
        """Take a message; `flush` sends it."""
        now = time.time()
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06}Z"
        message = f"<{8 * FACILITY + severity}>1 {when} {self._host} sensor - - - {text}".encode()
        self._waiting.append(b"%d %s" % (len(message), message))

    def flush(self) -> str:
        """Send what waits; why it could not be, or ""."""
        try:
            while self._waiting:
                self._connected().sendall(self._waiting[0])
                self._waiting.popleft()
        except OSError as error:
            self._close()
            return f"the log store {self._store[0]} can't be reached: {error}"
        return ""

    def _connected(self) -> ssl.SSLSocket:
        """The connection that lasts, or a new one if the store has closed it: it says nothing else in this protocol."""
        if self._connection is not None and self._closed(self._connection):
            self._close()
        if self._connection is None:
            plain = socket.create_connection(self._store, PATIENCE)
            self._connection = self._context.wrap_socket(plain, server_hostname=self._name)
        return self._connection

    @staticmethod
    def _closed(connection: ssl.SSLSocket) -> bool:
        connection.settimeout(0)
        try:
            return not connection.recv(1)
        except ssl.SSLWantReadError:
            return False
        except OSError:
            return True
        finally:
            connection.settimeout(PATIENCE)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
