"""PKI: the lab's own certification authorities and one certificate per host and purpose.

A root signs two issuing CAs, one for servers and one for clients, which may name only this lab's names and addresses.
The root's key is apart from all others, in a folder that nothing but the making of an issuing CA opens. Keys stay in the
folder that the caller names and the one beside it, and nowhere else.
"""

from lab.pki.ensure import ensure
from lab.pki.needs import Purpose, Subject, subjects
from lab.pki.place import host_stem, issuing_stem, root_folder, state_directory
from lab.pki.store import Certificate, Pki, write_private

__all__ = [
    "Certificate",
    "Pki",
    "Purpose",
    "Subject",
    "ensure",
    "host_stem",
    "issuing_stem",
    "root_folder",
    "state_directory",
    "subjects",
    "write_private",
]
