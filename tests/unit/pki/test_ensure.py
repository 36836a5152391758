from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from lab.catalogue import load
from lab.errors import LabError
from lab.pki import Pki, Purpose, Subject, authority, ensure, issuing_stem, root_folder, store
from lab.plan import Plan

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
HOSTS = (Purpose.SERVER, Purpose.CLIENT)  # of the plan here, which has no terminal


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


@pytest.mark.parametrize("purpose", HOSTS)
def test_an_issuing_ca_may_name_only_the_labs_domain_and_networks(plan: Plan, tmp_path: Path, purpose: Purpose):
    chain = ensure(plan, tmp_path / "pki").certificate("mn-app", purpose).chain_pem
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
    (tmp_path / "pki" / "root.pem").unlink()
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


def test_servers_and_clients_have_issuing_cas_of_their_own_under_one_root(plan: Plan, tmp_path: Path):
    pki = ensure(plan, tmp_path / "pki")
    chains = [x509.load_pem_x509_certificates(pki.certificate("mn-app", purpose).chain_pem) for purpose in HOSTS]
    (server, its), (client, other) = chains
    assert its != other
    assert (server.issuer, client.issuer) == (its.subject, other.subject)
    assert its.issuer == other.issuer == x509.load_pem_x509_certificate(pki.root_pem).subject


@pytest.mark.parametrize(("shown", "asked"), [(Purpose.SERVER, Purpose.CLIENT), (Purpose.CLIENT, Purpose.SERVER)])
def test_a_certificate_of_one_purpose_does_not_pass_for_the_other(plan: Plan, tmp_path: Path, shown, asked):
    pki = ensure(plan, tmp_path / "pki", now=NOW)
    chain = x509.load_pem_x509_certificates(pki.certificate("mn-app", shown).chain_pem)
    builder = PolicyBuilder().store(Store(x509.load_pem_x509_certificates(pki.root_pem))).time(NOW)
    verifier = (
        builder.build_server_verifier(x509.DNSName("mn-app.mn.sanso.test"))
        if asked is Purpose.SERVER
        else builder.build_client_verifier()
    )
    with pytest.raises(VerificationError):
        verifier.verify(chain[0], chain[1:])


@pytest.mark.parametrize("name", ["mn-app.mn.example.com", "sanso.test.example.com"])
def test_a_name_outside_the_constraint_is_refused_though_the_issuing_ca_signed_it(plan, tmp_path, name):
    pki = ensure(plan, tmp_path / "pki", now=NOW)
    issuing = store.load(issuing_stem(pki.directory, Purpose.SERVER))
    inside, outside = (
        authority.host(issuing, Subject("mn-app", Purpose.SERVER, (one,), ()), NOW).certificate
        for one in ("other.mn.sanso.test", name)
    )
    verifier = PolicyBuilder().store(Store(x509.load_pem_x509_certificates(pki.root_pem))).time(NOW)
    verifier.build_server_verifier(x509.DNSName("other.mn.sanso.test")).verify(inside, [issuing.certificate])
    with pytest.raises(VerificationError, match="name constraint"):
        verifier.build_server_verifier(x509.DNSName(name)).verify(outside, [issuing.certificate])


def test_lifetimes_and_keys_are_within_the_baseline(plan: Plan, tmp_path: Path):
    limits = load().crypto.pki
    pki = ensure(plan, tmp_path / "pki")
    host, issuing = x509.load_pem_x509_certificates(pki.certificate("mn-app").chain_pem)
    (root,) = x509.load_pem_x509_certificates(pki.root_pem)
    for kind, certificate in {"host": host, "issuing": issuing, "root": root}.items():
        lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert lifetime <= timedelta(days=limits.lifetime_days[kind]), kind
        assert certificate.signature_hash_algorithm.name in limits.signature_hashes
        assert certificate.public_key().curve.name in limits.curves


def test_the_root_key_is_apart_and_not_needed_while_the_issuing_cas_live(plan: Plan, tmp_path: Path):
    first = ensure(plan, tmp_path / "pki", now=NOW)
    assert not list((tmp_path / "pki").rglob("root.key"))
    (root_folder(tmp_path / "pki") / "root.key").unlink()
    second = ensure(plan, tmp_path / "pki", now=NOW + timedelta(days=61))
    assert second.root_pem == first.root_pem
    assert second.certificate("mn-app").chain_pem != first.certificate("mn-app").chain_pem
    _verify(second, "mn-app", Purpose.SERVER, "mn-app.mn.sanso.test", NOW + timedelta(days=61))


def test_a_lost_root_key_means_a_new_root_once_an_issuing_ca_has_to_be_made(plan: Plan, tmp_path: Path):
    first = ensure(plan, tmp_path / "pki", now=NOW)
    (root_folder(tmp_path / "pki") / "root.key").unlink()
    issuing_stem(tmp_path / "pki", Purpose.CLIENT).with_suffix(".key").unlink()
    second = ensure(plan, tmp_path / "pki", now=NOW)
    assert second.root_pem != first.root_pem
    for purpose in HOSTS:
        _verify(second, "mn-app", purpose, "mn-app.mn.sanso.test")


def test_a_lost_issuing_ca_renews_its_own_certificates_alone(plan: Plan, tmp_path: Path):
    first = ensure(plan, tmp_path / "pki", now=NOW)
    issuing_stem(tmp_path / "pki", Purpose.CLIENT).with_suffix(".key").unlink()
    second = ensure(plan, tmp_path / "pki", now=NOW)
    server, client = (
        (first.certificate("mn-app", one).chain_pem, second.certificate("mn-app", one).chain_pem) for one in HOSTS
    )
    assert server[0] == server[1]
    assert client[0] != client[1]


def test_folders_and_files_are_the_owners_alone(plan: Plan, tmp_path: Path):
    ensure(plan, tmp_path / "pki")
    kept = [path for folder in ("pki", "pki-root") for path in [tmp_path / folder, *(tmp_path / folder).rglob("*")]]
    modes = {path.stat().st_mode & 0o777 for path in kept if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in kept if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_folder_open_to_others_is_refused_with_the_fix(plan: Plan, tmp_path: Path):
    (tmp_path / "pki").mkdir(mode=0o755)
    with pytest.raises(LabError) as caught:
        ensure(plan, tmp_path / "pki")
    assert caught.value.fix == f"chmod 700 {tmp_path / 'pki'}"


def test_a_clock_that_is_behind_the_certificates_is_told_and_nothing_is_issued(plan: Plan, tmp_path: Path):
    ensure(plan, tmp_path / "pki", now=NOW)
    before = {path: path.read_bytes() for path in (tmp_path / "pki").rglob("*.*")}
    with pytest.raises(LabError, match=r"not valid yet: the root begins 2026-04-01 08:00 UTC.* says 2026-03-25 09:00"):
        ensure(plan, tmp_path / "pki", now=NOW - timedelta(days=7))
    assert {path: path.read_bytes() for path in (tmp_path / "pki").rglob("*.*")} == before
