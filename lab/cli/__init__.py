"""CLI: arguments become calls into `lab.operate`, events become lines on a terminal; no logic lives here.

Each command is one file in `commands/`, imported only when it is called, so that `lab --help` stays fast.
"""

from lab.cli.root import main

__all__ = ["main"]
