from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from lab.errors import LabError
from lab.pki import Pki, Purpose, ensure
from lab.plan import Plan

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


def _verify(pki: Pki, host: str, purpose: Purpose, name: str, at: datetime = NOW) -> None:
    """Build the chain the way a strict client does."""
    chain = x509.load_pem_x509_certificates(pki.certificate(host, purpose).chain_pem)
    trust = Store(x509.load_pem_x509_certificates(pki.root_pem))
    builder = PolicyBuilder().store(trust).time(at)
    if purpose is Purpose.SERVER:
        builder.build_server_verifier(x509.DNSName(name)).verify(chain[0], chain[1:])
    else:
        builder.build_client_verifier().verify(chain[0], chain[1:])


def test_only_tls_servers_and_mutual_tls_clients_get_certificates(plan: Plan, tmp_path: Path):
    pki = ensure(plan, tmp_path / "pki")
    assert set(pki.certificates) == {
        ("log", Purpose.SERVER),
        ("mn-app", Purpose.CLIENT),
        ("mn-app", Purpose.SERVER),
        ("mn-term", Purpose.CLIENT),
    }


def test_a_host_without_certificate_is_an_error_that_names_it(plan: Plan, tmp_path: Path):
    with pytest.raises(LabError, match="mn-dns has no certificate"):
        ensure(plan, tmp_path / "pki").certificate("mn-dns")


def test_without_purpose_the_server_certificate_comes_first(plan: Plan, tmp_path: Path):
    pki = ensure(plan, tmp_path / "pki")
    assert pki.certificate("mn-app").purpose is Purpose.SERVER
    assert pki.certificate("mn-term").purpose is Purpose.CLIENT


def test_a_strict_verifier_accepts_the_chain(plan: Plan, tmp_path: Path):
    pki = ensure(plan, tmp_path / "pki", now=NOW)
    _verify(pki, "mn-app", Purpose.SERVER, "mn-app.mn.sanso.test")


def test_a_strict_verifier_refuses_another_name(plan: Plan, tmp_path: Path):
    pki = ensure(plan, tmp_path / "pki", now=NOW)
    with pytest.raises(VerificationError):
        _verify(pki, "mn-app", Purpose.SERVER, "mn-term.mn.sanso.test")


def test_names_addresses_and_one_purpose_per_certificate(plan: Plan, tmp_path: Path):
    pki = ensure(plan, tmp_path / "pki")
    for purpose, usage in (
        (Purpose.SERVER, ExtendedKeyUsageOID.SERVER_AUTH),
        (Purpose.CLIENT, ExtendedKeyUsageOID.CLIENT_AUTH),
    ):
        extensions = x509.load_pem_x509_certificate(pki.certificate("mn-app", purpose).chain_pem).extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == ["mn-app.mn.sanso.test"]
        assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["10.10.0.10", "fd53:616e:736f:10::10"]
        assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [usage]


def test_the_issuing_ca_may_name_only_the_labs_domain_and_networks(plan: Plan, tmp_path: Path):
    chain = ensure(plan, tmp_path / "pki").certificate("mn-app").chain_pem
    issuing = x509.load_pem_x509_certificates(chain)[1]
    extension = issuing.extensions.get_extension_for_class(x509.NameConstraints)
    assert extension.critical
    values = [name.value for name in extension.value.permitted_subtrees or ()]
    assert values == ["mn.sanso.test", ip_network("10.10.0.0/24"), ip_network("fd53:616e:736f:10::/64")]


def test_a_second_run_changes_no_file(plan: Plan, tmp_path: Path):
    def look() -> dict[Path, tuple[int, bytes]]:
        return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file()}

    first = ensure(plan, tmp_path / "pki", now=NOW)
    before = look()
    second = ensure(plan, tmp_path / "pki", now=NOW + timedelta(days=59))
    assert look() == before
    assert first.fingerprint() == second.fingerprint()


def test_certificates_are_renewed_a_month_before_they_expire(plan: Plan, tmp_path: Path):
    first = ensure(plan, tmp_path / "pki", now=NOW)
    second = ensure(plan, tmp_path / "pki", now=NOW + timedelta(days=61))
    assert second.root_pem == first.root_pem
    assert second.certificate("mn-app").not_after > first.certificate("mn-app").not_after
    assert first.fingerprint() != second.fingerprint()


def test_a_new_root_renews_everything_below(plan: Plan, tmp_path: Path):
    first = ensure(plan, tmp_path / "pki", now=NOW)
    (tmp_path / "pki" / "root.key").unlink()
    second = ensure(plan, tmp_path / "pki", now=NOW)
    assert second.root_pem != first.root_pem
    _verify(second, "mn-app", Purpose.SERVER, "mn-app.mn.sanso.test")


def test_a_changed_address_renews_that_certificate_alone(plan: Plan, tmp_path: Path):
    first = ensure(plan, tmp_path / "pki", now=NOW)
    moved = plan.hosts[0].legs[0].model_copy(update={"addresses": plan.hosts[0].legs[0].addresses[:1]})
    host = plan.hosts[0].model_copy(update={"legs": (moved,)})
    second = ensure(plan.model_copy(update={"hosts": (host, *plan.hosts[1:])}), tmp_path / "pki", now=NOW)
    assert second.certificate("mn-app").chain_pem != first.certificate("mn-app").chain_pem
    assert second.certificate("mn-term").chain_pem == first.certificate("mn-term").chain_pem


@pytest.mark.parametrize("damage", [b"", b"not a certificate"])
def test_a_damaged_certificate_is_issued_anew(plan: Plan, tmp_path: Path, damage: bytes):
    ensure(plan, tmp_path / "pki", now=NOW)
    (tmp_path / "pki" / "server" / "mn-app.pem").write_bytes(damage)
    _verify(ensure(plan, tmp_path / "pki", now=NOW), "mn-app", Purpose.SERVER, "mn-app.mn.sanso.test")


def test_another_hosts_key_is_noticed(plan: Plan, tmp_path: Path):
    ensure(plan, tmp_path / "pki", now=NOW)
    server = tmp_path / "pki" / "server"
    (server / "mn-app.key").write_bytes((server / "log.key").read_bytes())
    before = (server / "mn-app.pem").read_bytes()
    ensure(plan, tmp_path / "pki", now=NOW)
    assert (server / "mn-app.pem").read_bytes() != before


def test_keys_of_a_removed_host_go(plan: Plan, tmp_path: Path):
    ensure(plan, tmp_path / "pki", now=NOW)
    ensure(plan.model_copy(update={"allowed": plan.allowed[:1]}), tmp_path / "pki", now=NOW)
    assert not list((tmp_path / "pki" / "client").glob("mn-term.*"))


def test_folders_and_files_are_the_owners_alone(plan: Plan, tmp_path: Path):
    ensure(plan, tmp_path / "pki")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "pki").rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in (tmp_path / "pki").rglob("*") if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_folder_open_to_others_is_refused_with_the_fix(plan: Plan, tmp_path: Path):
    (tmp_path / "pki").mkdir(mode=0o755)
    with pytest.raises(LabError) as caught:
        ensure(plan, tmp_path / "pki")
    assert caught.value.fix == f"chmod 700 {tmp_path / 'pki'}"
