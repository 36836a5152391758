"""Verify: the pytest plugin that binds tests to controls, owns the fixtures, and never lets silence pass.

`lab verify` runs it in a child process (`start`); `pytest --lab NAME their_tests/` runs a user's own tests with the same
fixtures. Importing this package does not start or touch anything.
"""

from lab.verify.marks import CheckError, NotTestable, control, disruptive, hosts, thorough

__all__ = ["CheckError", "NotTestable", "control", "disruptive", "hosts", "thorough"]
