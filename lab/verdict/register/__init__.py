"""Live rules against the register, by what they match: every entry has its rule, every accept its entry.

What no entry explains is given back as a concrete attempt, so that the same run shows the packet that gets through.
"""

from lab.verdict.register.compare import register_match
from lab.verdict.register.finding import Finding, Kind

__all__ = ["Finding", "Kind", "register_match"]
