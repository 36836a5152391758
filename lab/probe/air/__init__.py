"""The air as it is heard: a capture of every radio's frames, read by our own eyes; and frames that no driver sends."""

from lab.probe.air.dot11 import read_capture
from lab.probe.air.listener import Listener

__all__ = ["Listener", "read_capture"]
