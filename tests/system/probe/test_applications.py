"""Real clients in the hosts' namespaces: TLS with versions and verification, DNS over both transports."""

import pytest

from lab.plan import Family, Protocol
from lab.record import State
from lab.verdict import allowed

ZONE = """server:
  interface: 0.0.0.0
  interface: ::0
  access-control: 0.0.0.0/0 allow
  access-control: ::/0 allow
  do-daemonize: no
  use-syslog: no
  username: ""
  chroot: ""
  pidfile: ""
  module-config: "iterator"
  local-zone: "sanso.test." static
  local-data: "mn-app.mn.sanso.test. A 10.10.0.10"
"""
CERTIFICATE = """set -e; umask 077; mkdir -p /run/t; cd /run/t
EC="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $EC -days 2 -subj /CN=unit-ca -keyout ca.key -out ca.pem 2>/dev/null
openssl req $EC -subj /CN=juki -keyout juki.key -out juki.csr 2>/dev/null
printf 'subjectAltName=DNS:juki.sanso.test' > ext
openssl x509 -req -in juki.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out juki.pem 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=weak -keyout weak.key -out weak.pem 2>/dev/null
cat ca.pem"""


@pytest.fixture(scope="module")
def ca(bench):
    return bench.run("juki-net", "sh", "-c", CERTIFICATE)


@pytest.fixture(scope="module")
def tls(bench, ca):
    """Port of a sound TLS server, port of one that knows nothing newer than TLS 1.0."""
    sound = "openssl s_server -accept 4443 -cert /run/t/juki.pem -key /run/t/juki.key -www"
    weak = "openssl s_server -accept 4444 -cert /run/t/weak.pem -key /run/t/weak.key -tls1 -cipher ALL:@SECLEVEL=0 -www"
    container = bench.lab.container("juki-net")
    script = f"({sound} >/dev/null 2>&1 </dev/null & {weak} >/dev/null 2>&1 </dev/null & cat; kill %1 %2)"
    with bench.engine.exec_open(container, ["sh", "-mc", script]):
        for port in (4443, 4444):
            wait = f"until ss -Hltn sport = :{port} | grep -q .; do :; done"
            bench.run("juki-net", "timeout", "10", "sh", "-c", wait)
        with bench.hole("fw-mn", "insert rule inet sanso forward tcp dport 4443-4444 accept"):
            yield 4443, 4444


def ask(bench, port, ca, **more):
    attempt = bench.attempt("mn-app", "juki-net", port)
    return attempt, bench.prober.https(attempt, **{"server_name": "juki.sanso.test", "ca_pem": ca, **more})


def test_verified_exchange(bench, tls, ca):
    attempt, seen = ask(bench, tls[0], ca)
    assert seen.ok, seen.detail
    assert seen.detail["tls"] == "TLSv1.3"
    assert seen.detail["status"] == 200
    assert seen.detail["verified"]
    assert len(seen.detail["body_sha256"]) == 64
    assert allowed(seen, expected=bench.way(attempt)).state is State.PASS


def test_other_name_is_refused(bench, tls, ca):
    _, seen = ask(bench, tls[0], ca, server_name="other.sanso.test")
    assert not seen.ok
    assert "verify" in seen.detail["error"].lower()


def test_other_ca_is_refused(bench, tls):
    other = bench.run("juki-net", "cat", "/run/t/weak.pem")
    _, seen = ask(bench, tls[0], other)
    assert not seen.ok


def test_scanner_reaches_tls_1_0(bench, tls):
    _, seen = ask(bench, tls[1], None, path=None, minimum="TLSv1", maximum="TLSv1")
    assert seen.ok, seen.detail
    assert seen.detail["tls"] == "TLSv1"


def test_sound_server_refuses_tls_1_0(bench, tls):
    _, seen = ask(bench, tls[0], None, path=None, minimum="TLSv1", maximum="TLSv1.1")
    assert not seen.ok
    assert "no connection" not in seen.detail["error"]


def test_nobody_there_is_no_connection(bench, ca):
    attempt, seen = ask(bench, 9999, ca)
    assert not seen.ok
    assert "no connection" in seen.detail["error"]
    judgement = allowed(seen, expected=bench.way(attempt))
    assert judgement.state is State.FAIL
    assert "deny forward" in judgement.message_en


@pytest.fixture(scope="module")
def resolver(bench):
    container = bench.lab.container("mn-app")
    bench.run("mn-app", "sh", "-c", "cat > /run/unbound.conf", stdin=ZONE.encode())
    with bench.engine.exec_open(
        container, ["sh", "-mc", "unbound -c /run/unbound.conf >/run/unbound.log 2>&1 & cat; kill %1"]
    ):
        bench.run("mn-app", "timeout", "10", "sh", "-c", "until ss -Hlun sport = :53 | grep -q .; do :; done")
        yield


@pytest.mark.parametrize("protocol", [Protocol.UDP, Protocol.TCP])
@pytest.mark.parametrize("family", list(Family))
def test_dns(bench, resolver, protocol, family):
    attempt = bench.attempt("mn-term", "mn-app", 53, protocol=protocol, family=family)
    seen = bench.prober.dns(attempt, name="mn-app.mn.sanso.test", rtype="A")
    assert seen.ok, seen.detail
    assert seen.detail["answers"] == ["mn-app.mn.sanso.test. 3600 IN A 10.10.0.10"]
    assert allowed(seen, expected=bench.way(attempt)).state is State.PASS


def test_dns_name_that_is_not_there(bench, resolver):
    attempt = bench.attempt("mn-term", "mn-app", 53, protocol=Protocol.UDP)
    seen = bench.prober.dns(attempt, name="www.example.com.sanso.test", rtype="A")
    assert not seen.ok
    assert seen.detail["rcode"] == "NXDOMAIN"
