"""Offloads off: with them a capture shows frames that never were on a wire (above the MTU, without checksums)."""

from __future__ import annotations

import array
import fcntl
import socket
import struct

_SIOCETHTOOL = 0x8946
# ethtool's set commands, in an order that leaves nothing depending on what is off already
_OFF = {
    "tcp segmentation": 0x1F,
    "generic segmentation": 0x24,
    "generic receive": 0x2C,
    "scatter-gather": 0x19,
    "transmit checksum": 0x17,
    "receive checksum": 0x15,
}


def switch_off(inside: socket.socket, interface: str) -> None:
    """Turn every offload of `interface` off; `inside` is any socket made in its namespace."""
    for what, command in _OFF.items():
        value = array.array("B", struct.pack("II", command, 0))
        request = struct.pack("16sP", interface.encode(), value.buffer_info()[0])
        try:
            fcntl.ioctl(inside.fileno(), _SIOCETHTOOL, request)
        except OSError as error:
            raise OSError(error.errno, f"{interface}: cannot switch off {what} offload: {error.strerror}") from error
