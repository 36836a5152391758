"""CRY: cryptography of the services inside the zones."""

from __future__ import annotations

from lab.verify import control, hosts


@control("CRY-03")
def test_tls_service_speaks_only_modern_tls(tls_service, scanner):
    scanner(tls_service).accepts_only_the_baseline()


@control("CRY-04")
def test_administration_offers_only_modern_ssh_and_no_password(ssh_server, administration):
    administration(ssh_server).offers_only_the_baseline()


@control("CRY-04")
@hosts("role:ssh")
def test_administration_is_reached_through_the_host_alone(host, listeners):
    assert ("tcp", 22) not in listeners(host)
