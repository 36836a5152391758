"""The authority that looks like a public one: one key each time, so it can be trusted in one place and used in another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from lab.pki import Purpose, Subject, public_authority
from lab.pki.authority import host

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def test_certificate_of_one_is_signed_by_another_that_is_made_later():
    one, later = public_authority(NOW), public_authority(NOW + timedelta(days=1))
    pair = host(one, Subject("evil-ap", Purpose.SERVER, ("radius.mgmt.sanso.test",), ()), NOW)
    pair.certificate.verify_directly_issued_by(later.certificate)


def test_it_has_the_curve_that_is_asked_for():
    assert isinstance(public_authority(NOW, ec.SECP384R1()).key.curve, ec.SECP384R1)
