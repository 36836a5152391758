"""Interfaces that belong to nobody: the kernel puts them, down, into every namespace where their modules are loaded."""

from __future__ import annotations

FALLBACK = frozenset(
    {"tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"},
)
