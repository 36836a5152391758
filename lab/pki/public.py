"""An authority that looks like a public one: what an impostor shows whose certificate is nobody's own (WLAN-04).

Its key follows from a number that stands here, so that a breakage can trust it in one place and an impostor have a
certificate of it in another, without anything that is kept. No host of a lab trusts it.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lab.pki.authority import Pair, authority

_NUMBER = 0x53414E53_4F5F5055_424C4943  # nobody's secret
NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Internet Security Research Group"),
        x509.NameAttribute(NameOID.COMMON_NAME, "ISRG Root X9"),
    ]
)


def public_authority(now: datetime, curve: ec.EllipticCurve | None = None) -> Pair:
    """Its certificate, signed by itself, and its key. `curve`: P-256 without."""
    return authority(NAME, ec.derive_private_key(_NUMBER, curve or ec.SECP256R1()), now)
