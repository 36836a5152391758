"""PKI: the lab's own certification authorities and one certificate per host and purpose.

A root signs three issuing CAs: for servers and for clients, which may name only this lab's names and addresses, and for
terminals, which may name only identities. What is revoked stands in the issuing CA's CRL, which certificate is on which
terminal in the asset register.
The root's key is apart from all others, in a folder that nothing but the making of an issuing CA opens. Keys stay in the
folder that the caller names and the one beside it, and nowhere else.
"""

from lab.pki.ensure import ensure
from lab.pki.inspection import delivered
from lab.pki.needs import TELEWORK, Purpose, Subject, Terminal, curve, subjects, terminals
from lab.pki.people import Account, accounts, onward
from lab.pki.place import (
    account_stem,
    crl_file,
    host_stem,
    issuing_stem,
    register_file,
    root_folder,
    secret_stem,
    state_directory,
    trust_file,
)
from lab.pki.public import public_authority
from lab.pki.store import Certificate, Pki, write_private
from lab.pki.trial import Trial, trial_stem

__all__ = [
    "TELEWORK",
    "Account",
    "Certificate",
    "Pki",
    "Purpose",
    "Subject",
    "Terminal",
    "Trial",
    "account_stem",
    "accounts",
    "crl_file",
    "curve",
    "delivered",
    "ensure",
    "host_stem",
    "issuing_stem",
    "onward",
    "public_authority",
    "register_file",
    "root_folder",
    "secret_stem",
    "state_directory",
    "subjects",
    "terminals",
    "trial_stem",
    "trust_file",
    "write_private",
]
