"""Catalogue: what the guideline's editions and models ask and permit, as data with its sources and its doubts.

It knows no scenario and no host: it is asked about places and functions, and it imports nothing else of the lab.
"""

from lab.catalogue.catalogue import Catalogue, load
from lab.catalogue.flows import Place, Ruling, applies, permission
from lab.catalogue.model import (
    AlgorithmList,
    Algorithms,
    Case,
    Code,
    Control,
    Crypto,
    Edition,
    Evidence,
    Flow,
    FlowService,
    IkeProfile,
    Mark,
    Model,
    Obligation,
    Opening,
    Permission,
    PkiProfile,
    Source,
    SshProfile,
    Study,
    Text,
    TlsForbidden,
    TlsProfile,
)

__all__ = [
    "AlgorithmList",
    "Algorithms",
    "Case",
    "Catalogue",
    "Code",
    "Control",
    "Crypto",
    "Edition",
    "Evidence",
    "Flow",
    "FlowService",
    "IkeProfile",
    "Mark",
    "Model",
    "Obligation",
    "Opening",
    "Permission",
    "PkiProfile",
    "Place",
    "Ruling",
    "Source",
    "SshProfile",
    "Study",
    "Text",
    "TlsForbidden",
    "TlsProfile",
    "applies",
    "load",
    "permission",
]
