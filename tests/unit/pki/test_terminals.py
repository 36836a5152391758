"""Terminals: identity, class and register from the plan; CRLs, decisions that last, certificates made to be refused."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from lab import catalogue, scenario
from lab.errors import BadInput, LabError
from lab.pki import (
    Purpose,
    Subject,
    Trial,
    authority,
    crl_file,
    decide,
    ensure,
    issuing_stem,
    register,
    revocation,
    store,
    trial_stem,
    trust_file,
)
from lab.pki import terminals as machines
from lab.pki.radius import clients
from lab.plan import AllowedFlow, Protocol, Service, Zone, build

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


def flow(number, source, destination, application, protocol=Protocol.TCP, port=3389):
    return AllowedFlow(
        id=f"F{number}", origin="catalogue", permitted_by="F18", controls=(), purpose="", source=source,
        destination=destination, protocol=protocol, port=port, application=application,
    )  # fmt: skip


@pytest.fixture
def telework(plan):
    """The plan of the other tests with a terminal, the gateway of its screen and of its tunnel, a desk and a RADIUS server."""
    like = plan.hosts[0]

    def host(name, zone, roles=()):
        return like.model_copy(
            update={"name": name, "zone": zone, "roles": roles, "names": (f"{name}.{zone}.sanso.test",)}
        )

    hosts = (
        *plan.hosts, host("tele-term", "home", ("base", "telework_terminal")), host("screen-gw", "vpnz"),
        host("lg-desk", "lg"), host("vpn-gw", "vpnz"), host("radius", "mgmt"),
    )  # fmt: skip
    flows = (
        flow(1, "tele-term", "screen-gw", "rdp"), flow(2, "screen-gw", "lg-desk", "rdp"),
        flow(3, "vpn-gw", "radius", "radius", Protocol.UDP, 1812), flow(4, "vpn-gw", "radius", "radius", Protocol.UDP, 1813),
    )  # fmt: skip
    zones = (Zone(name="lg", title="", place="lg"), Zone(name="home", title="", place="home"))
    services = (*plan.services, Service(host="radius", protocol=Protocol.UDP, port=1812, application="radius"))
    update = {"hosts": hosts, "allowed": (*plan.allowed, *flows), "zones": zones, "services": services}
    return plan.model_copy(update=update)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pki"


def openssl(folder, certificate, *more):
    """What OpenSSL says to a terminal's chain, with its issuing CA and its CRL alone to go by: "" if it is good."""
    stem = certificate.with_suffix(".pem")
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-purpose", "sslclient", "-partial_chain", "-crl_check",
         "-attime", str(int(NOW.timestamp())), "-CAfile", trust_file(folder, Purpose.TERMINAL), "-untrusted", stem, *more, stem],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def serials(folder, purpose=Purpose.TERMINAL):
    return {one.serial_number for one in revocation.load_crl(crl_file(folder, purpose))}


def test_a_terminal_is_of_the_class_whose_desk_its_screen_ends_at(telework):
    assert [(one.host, one.identity, one.class_) for one in machines(telework)] == [
        ("tele-term", "tele-01@sanso.test", "lg")
    ]


def test_a_terminal_without_a_desk_has_no_class_and_no_certificate(telework, folder):
    with pytest.raises(LabError, match="tele-term is a terminal"):
        ensure(telework.model_copy(update={"allowed": telework.allowed[:-3]}), folder)


def test_its_certificate_names_its_identity_alone_for_a_strict_verifier(telework, folder):
    made = ensure(telework, folder, now=NOW).certificate("tele-term", Purpose.TERMINAL)
    leaf, issuing = x509.load_pem_x509_certificates(made.chain_pem)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [x509.RFC822Name("tele-01@sanso.test")]
    assert "CN=tele-01@sanso.test" in leaf.subject.rfc4514_string()
    assert "Terminal Issuing CA" in issuing.subject.rfc4514_string()
    assert not openssl(folder, made.chain_file)


@pytest.mark.parametrize(
    "name",
    [x509.RFC822Name("tele-01@example.com"), x509.DNSName("log.mn.sanso.test"), x509.RFC822Name("x@sub.sanso.test")],
)
def test_a_stolen_key_of_the_terminals_ca_speaks_for_no_host_and_no_other_domain(telework, folder, monkeypatch, name):
    ensure(telework, folder, now=NOW)
    issuing = store.load(issuing_stem(folder, Purpose.TERMINAL))
    monkeypatch.setattr(authority, "alternative_names", lambda _subject: x509.SubjectAlternativeName([name]))
    pair = authority.host(issuing, Subject("x", Purpose.TERMINAL, ("x",), ()), NOW)
    store.save(folder / "outside", pair, store.certificate_pem(issuing.certificate))
    assert "subtree violation" in openssl(folder, folder / "outside")


def test_the_register_ties_serial_identity_host_and_class(telework, folder):
    made = ensure(telework, folder, now=NOW)
    leaf = x509.load_pem_x509_certificate(made.certificate("tele-term").chain_pem)
    own, *trials = register.read(folder)
    trial = trials[-1]
    assert (own.identity, own.host, own.class_) == ("tele-01@sanso.test", "tele-term", "lg")
    assert int(own.serial, 16) == leaf.serial_number
    assert len(own.serial) % 2 == 0
    assert (trial.identity, trial.class_) == ("trial-other-class@sanso.test", "none")


@pytest.mark.parametrize(
    ("trial", "reason"),
    [(Trial.REVOKED, "certificate revoked"), (Trial.EXPIRED, "certificate has expired"),
     (Trial.NOT_YET, "certificate is not yet valid"), (Trial.FLIPPED, "certificate signature failure"),
     (Trial.CRITICAL, "unhandled critical extension"), (Trial.OUTSIDE, "permitted subtree violation"),
     (Trial.STRANGER, "unable to get local issuer"), (Trial.WRONG_USAGE, "unsuitable certificate purpose"),
     (Trial.UNREGISTERED, ""), (Trial.OTHER_CLASS, "")],
)  # fmt: skip
def test_trials_have_one_flaw_each(telework, folder, trial, reason):
    ensure(telework, folder, now=NOW)
    assert reason in openssl(folder, trial_stem(folder, trial))
    if not reason:
        assert not openssl(folder, trial_stem(folder, trial))


@pytest.fixture
def wireless():
    """A plan with a network in 192-bit mode."""
    return build(scenario.load(Path("scenarios/wlan-192.yaml")), catalogue.load(), "w")


def test_a_network_in_192_bit_mode_has_the_whole_lab_on_p384(telework, wireless, folder):
    ensure(telework, folder, now=NOW)
    assert not trial_stem(folder, Trial.SMALL_KEY).with_suffix(".pem").exists()
    made = ensure(wireless, folder, now=NOW)
    everybody = [folder / "root", *(issuing_stem(folder, purpose) for purpose in Purpose)]
    everybody += [one.key_file.with_suffix("") for one in made.certificates.values()]
    for stem in everybody:
        certificate = x509.load_pem_x509_certificate(stem.with_suffix(".pem").read_bytes())
        assert (certificate.public_key().curve.name, certificate.signature_hash_algorithm.name) == (
            "secp384r1",
            "sha384",
        ), stem
    assert revocation.load_crl(crl_file(folder, Purpose.TERMINAL)).signature_hash_algorithm.name == "sha384"
    strong = {flaw: store.load(trial_stem(folder, flaw)).certificate for flaw in Trial}
    assert {one.public_key().curve.name for flaw, one in strong.items() if flaw is not Trial.SMALL_KEY} == {"secp384r1"}
    assert "certificate signature failure" in openssl(folder, trial_stem(folder, Trial.FLIPPED))  # not another CA's
    ensure(telework, folder, now=NOW)
    assert store.load_certificate(folder / "root.pem").public_key().curve.name == "secp256r1"
    assert not trial_stem(folder, Trial.SMALL_KEY).with_suffix(".pem").exists()


def test_the_small_key_is_sound_for_everybody_who_does_not_ask_for_192_bits(wireless, folder):
    ensure(wireless, folder, now=NOW)
    stem = trial_stem(folder, Trial.SMALL_KEY)
    assert openssl(folder, stem) == ""
    assert "not allowed for this LOS" in openssl(folder, stem, "-suiteB_192")
    assert openssl(folder, folder / "terminal" / "sta-mn", "-suiteB_192") == ""
    assert ("trial-small-key@sanso.test", "mn") in {(one.identity, one.class_) for one in register.read(folder)}


def test_the_stranger_calls_itself_the_labs_own(telework, folder):
    ensure(telework, folder, now=NOW)
    stranger, own = (
        x509.load_pem_x509_certificate(stem.with_suffix(".pem").read_bytes())
        for stem in (trial_stem(folder, Trial.STRANGER), folder / "terminal" / "tele-term")
    )
    assert (stranger.subject, stranger.issuer) == (own.subject, own.issuer)


def revoke(folder, plan):
    return int(decide.revoke(folder, decide.terminal(plan, "tele-01"), now=NOW), 16)


def test_a_revoked_certificate_is_on_the_crl_and_stays_where_it_is(telework, folder):
    first = ensure(telework, folder, now=NOW)
    before = first.fingerprint()
    number = revoke(folder, telework)
    second = ensure(telework, folder, now=NOW)
    assert number in serials(folder)
    assert second.certificate("tele-term").chain_pem == first.certificate("tele-term").chain_pem
    assert second.fingerprint() != before
    assert "certificate revoked" in openssl(folder, folder / "terminal" / "tele-term")


def test_a_decision_outlives_renewals_and_a_new_authority_starts_a_list_of_its_own(telework, folder):
    ensure(telework, folder, now=NOW)
    number = revoke(folder, telework)
    kept = ensure(telework, folder, now=NOW + timedelta(days=80))
    assert number in serials(folder)
    assert x509.load_pem_x509_certificate(kept.certificate("tele-term").chain_pem).serial_number == number
    issuing_stem(folder, Purpose.TERMINAL).with_suffix(".key").unlink()
    ensure(telework, folder, now=NOW)
    assert number not in serials(folder)
    assert openssl(folder, folder / "terminal" / "tele-term")


def test_a_crl_is_kept_while_it_says_the_same_and_its_number_grows(telework, folder):
    ensure(telework, folder, now=NOW)
    first = revocation.load_crl(crl_file(folder, Purpose.TERMINAL))
    ensure(telework, folder, now=NOW + timedelta(days=1))
    assert revocation.load_crl(crl_file(folder, Purpose.TERMINAL)) == first
    revoke(folder, telework)
    ensure(telework, folder, now=NOW + timedelta(days=1))
    number = revocation.load_crl(crl_file(folder, Purpose.TERMINAL)).extensions.get_extension_for_class(x509.CRLNumber)
    assert number.value.crl_number == 2


def test_a_list_of_decisions_that_cannot_be_read_stops_everything(telework, folder):
    ensure(telework, folder, now=NOW)
    (folder / "decisions.json").write_text('{"revoked": [')
    with pytest.raises(LabError, match="list of revoked certificates can't be read"):
        ensure(telework, folder, now=NOW)


def test_every_radius_client_has_a_long_secret_of_its_own_in_two_forms(telework, folder):
    second = flow(9, "log", "radius", "radius", Protocol.UDP, 1812)
    plan = telework.model_copy(update={"allowed": (*telework.allowed, second)})
    assert clients(plan) == ("log", "vpn-gw")
    ensure(plan, folder, now=NOW)
    words = {path.stem: path.read_text().strip() for path in (folder / "radius").glob("*.secret")}
    assert len(set(words.values())) == 2
    assert all(len(word) >= 32 for word in words.values())
    assert (folder / "radius" / "vpn-gw.conf").read_text() == f'secret = "{words["vpn-gw"]}"\n'
    ensure(telework, folder, now=NOW)
    assert {path.stem for path in (folder / "radius").iterdir()} == {"vpn-gw"}
    assert (folder / "radius" / "vpn-gw.secret").read_text().strip() == words["vpn-gw"]


def test_without_a_terminal_there_is_no_trial_and_nobody_is_registered(telework, plan, folder):
    ensure(telework, folder, now=NOW)
    ensure(plan, folder, now=NOW)
    assert not list((folder / "trial").iterdir())
    assert json.loads((folder / "register.json").read_text()) == []


@pytest.mark.parametrize("who", ["tele-01", "tele-01@sanso.test", "tele-term"])
def test_a_terminal_is_found_by_identity_or_host(telework, who):
    assert decide.terminal(telework, who).host == "tele-term"


def test_an_unknown_terminal_is_told_with_those_there_are(telework, plan):
    with pytest.raises(BadInput) as caught:
        decide.terminal(telework, "tele-09")
    assert caught.value.fix == "one of: tele-01 (tele-term)"
    with pytest.raises(BadInput, match="has no terminal"):
        decide.terminal(plan, "tele-01")


def test_nobody_is_revoked_twice(telework, folder):
    ensure(telework, folder, now=NOW)
    revoke(folder, telework)
    with pytest.raises(BadInput, match="revoked already"):
        revoke(folder, telework)


def test_a_new_certificate_takes_the_place_of_a_revoked_one_which_stays_on_the_list(telework, folder):
    ensure(telework, folder, now=NOW)
    number = revoke(folder, telework)
    decide.issue(folder, decide.terminal(telework, "tele-01"))
    ensure(telework, folder, now=NOW)
    assert number in serials(folder)
    assert register.read(folder)[0].serial != f"{number:x}"
    assert not openssl(folder, folder / "terminal" / "tele-term")


def test_an_expired_certificate_stays_until_a_new_one_is_issued(telework, folder):
    ensure(telework, folder, now=NOW)
    one = decide.terminal(telework, "tele-01")
    serial = decide.expire(folder, one, now=NOW)
    ensure(telework, folder, now=NOW)
    assert "certificate has expired" in openssl(folder, folder / "terminal" / "tele-term")
    assert register.read(folder)[0].serial == serial
    decide.issue(folder, one)
    ensure(telework, folder, now=NOW)
    assert not openssl(folder, folder / "terminal" / "tele-term")
