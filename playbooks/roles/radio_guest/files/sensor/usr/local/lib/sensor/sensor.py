"""sensor.py CONFIGURATION: reads a capture of the air on its standard input; alarms go to the central log and to standard output.

The configuration says which networks are ours and where the log store is. It ends with its input; what is wrong with one
frame is no reason to end.
"""

from __future__ import annotations

import json
import os
import select
import sys

from central_log import ALERT, NOTICE, CentralLog
from frames import Reader
from rules import Rules

PIECE = 1 << 16
TURN = 1.0  # seconds; what could not be sent is tried again this often


def main(path: str) -> int:
    """Watch until the capture ends."""
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    store = told["store"]
    files = (store["certificate"], store["key"], store["authority"])
    log = CentralLog(told["host"], (store["address"], store["port"]), store["name"], files)
    rules, reader = Rules(told["networks"]), Reader()
    names = ", ".join(dict.fromkeys(told["networks"].values()))
    text = f"watching channel {told['channel']} for {names}"
    _say(text)
    log.put(NOTICE, text)
    complaint = ""
    while True:
        ready, _, _ = select.select([0], [], [], TURN)
        if ready:
            piece = os.read(0, PIECE)
            if not piece:
                return 0
            for frame in reader.feed(piece):
                for alarm in rules.see(frame):
                    text = f"alarm={alarm.kind} {alarm.about} since={alarm.since / 1e6:.6f}"
                    _say(text)
                    log.put(ALERT, text)
        failure = log.flush()
        if failure != complaint:
            complaint = failure
            _say(failure or "the log store is reached again")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
