"""The evidence bundle: a directory of raw evidence with its hash list, written once, read again without any lab.

Hashes show accidents and clumsy edits; authenticity needs a signature over MANIFEST.sha256. Rendered reports stand beside
the evidence and are no part of it.
"""

from lab.record.bundle.model import FORMAT, Bundle
from lab.record.bundle.reader import read
from lab.record.bundle.writer import BundleWriter

__all__ = ["FORMAT", "Bundle", "BundleWriter", "read"]
