"""Wires the lab named by its argument again; prints a line before it begins."""

import sys

from lab.engine import connect

with connect() as engine:
    lab = engine.find(sys.argv[1])
    sys.stdout.write("begin\n")
    sys.stdout.flush()
    lab.wire()
