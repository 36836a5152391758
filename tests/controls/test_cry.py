"""CRY: cryptography of the services inside the zones."""

from __future__ import annotations

from lab.verify import control


@control("CRY-03")
def test_tls_service_speaks_only_modern_tls(tls_service, scanner):
    scanner(tls_service).accepts_only_the_baseline()
