"""PKI: the lab's own certification authorities and one certificate per host and purpose.

An offline root signs one issuing CA, which may name only this lab's names and addresses; the issuing CA signs
certificates for servers and for clients. Keys stay in the folder that the caller names and nowhere else.
"""

from lab.pki.ensure import ensure
from lab.pki.needs import Purpose, Subject, subjects
from lab.pki.place import state_directory
from lab.pki.store import Certificate, Pki, write_private

__all__ = ["Certificate", "Pki", "Purpose", "Subject", "ensure", "state_directory", "subjects", "write_private"]
