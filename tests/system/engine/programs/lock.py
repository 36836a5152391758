"""Holds the lock of the lab named by its argument until it is killed or its stdin ends."""

import sys

from lab.engine import connect

with connect() as engine, engine.lock(sys.argv[1], "hold"):
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()
