"""Probe: tries flows on a running lab and says what was seen, never what it means.

One prober per run: a helper container in the fabric's namespace that taps every port, sends from the hosts' own
namespaces and streams each router's trace. It holds nothing that its death would leave behind.
"""

from lab.probe.capture import CaptureEndedError, Packet, Watch, open_watch
from lab.probe.client import Carrying, Prober, Recording, open_prober
from lab.probe.whole import judged_by, misfits, require_whole, told

__all__ = [
    "CaptureEndedError",
    "Carrying",
    "Packet",
    "Prober",
    "Recording",
    "Watch",
    "judged_by",
    "misfits",
    "open_prober",
    "open_watch",
    "require_whole",
    "told",
]
