"""Reach: one channel to a host, whatever the host is: run a command, follow its output, put files.

A channel to a container keeps one shell open, so that a command costs about a millisecond. Nothing here knows what a
command means.
"""

from lab.reach.air import AirChannel, terminal
from lab.reach.channel import Channel, Result, TreeFile
from lab.reach.container import ContainerChannel, archive
from lab.reach.open import open_channel
from lab.reach.pipe import Pipe
from lab.reach.tail import Tail

__all__ = [
    "AirChannel",
    "Channel",
    "ContainerChannel",
    "Pipe",
    "Result",
    "Tail",
    "TreeFile",
    "archive",
    "open_channel",
    "terminal",
]
