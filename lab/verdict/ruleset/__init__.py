"""A device's live nftables rules as values: what each matches, in what order, and which packets end where.

Read from `nft -j list ruleset`. Comments are never evidence. What the reader doesn't understand is an error.
"""

from lab.verdict.ruleset.model import Chain, Rule, Ruleset, UnknownStatement
from lab.verdict.ruleset.reader import parse_ruleset

__all__ = ["Chain", "Rule", "Ruleset", "UnknownStatement", "parse_ruleset"]
