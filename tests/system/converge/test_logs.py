"""What happens on a host is in the log store's file of that host, and nobody else can write there."""

from __future__ import annotations

import secrets

import pytest

STORE = "10.90.0.10:6514"


def _hears(channel, host: str, action, wanted: str) -> str:
    """The first new line of the store's file of `host` that has `wanted` in it, after `action`."""
    file = f"/var/log/sanso/{host}.log"
    known = int(channel("log").run(f"cat {file} 2>/dev/null | wc -l").check().stdout)
    with channel("log").stream(["tail", "-n", f"+{known + 1}", "-F", file]) as lines:
        action()
        return lines.until(lambda line: wanted in line, 10)


@pytest.mark.parametrize("host", ["mn-term", "lg-dns", "in-app", "fw-in"])
def test_a_message_arrives_in_the_file_of_its_host(converging, channel, host: str):
    word = secrets.token_hex(8)
    line = _hears(channel, host, lambda: channel(host).run(["logger", "-t", "test", word]).check(), word)
    assert f" {host} test {word}" in line


def test_a_denied_packet_is_logged_with_device_source_and_destination(converging, channel):
    def attempt() -> None:
        assert channel("lg-term").run("curl -sk --max-time 1 https://10.10.0.10/").rc == 28

    line = _hears(channel, "fw-lg", attempt, "sanso deny forward")
    assert all(part in line for part in ("IN=lg OUT=x-ml", "SRC=10.20.0.20", "DST=10.10.0.10", "DPT=443"))


def test_a_claimed_name_decides_nothing(converging, channel):
    word = secrets.token_hex(8)
    claim = ["logger", "--socket", "/dev/log", "--rfc5424", "-t", f"fw-mn {word}", word]
    _hears(channel, "mn-term", lambda: channel("mn-term").run(claim).check(), word)
    assert channel("log").run(["grep", "-l", word, "/var/log/sanso/fw-mn.log"]).rc == 1


@pytest.mark.parametrize(
    ("credentials", "reason"),
    [
        ("", "peer did not provide a certificate"),
        ("-cert /etc/nginx/tls/server.pem -cert_chain /etc/nginx/tls/server.pem -key /etc/nginx/tls/server.key",
         "certificate invalid: key purpose OID does not match"),
    ],
)  # fmt: skip
def test_who_has_no_certificate_for_it_is_refused_and_the_store_says_why(
    converging, channel, credentials: str, reason: str
):
    line = f"printf '<13>x' | timeout 3 openssl s_client -quiet -connect {STORE} {credentials}"
    _hears(channel, "log", lambda: channel("mn-app").run(line), reason)


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        ("-tls1_1 -cipher ALL:@SECLEVEL=0", "unsupported version"),
        ("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA:AES128-SHA:@SECLEVEL=0", "No supported cipher suites"),
    ],
)
def test_weak_offers_are_refused_by_the_store(converging, channel, offer: str, reason: str):
    own = "/etc/sanso/log_client/client"
    line = f"timeout 3 openssl s_client -connect {STORE} -cert {own}.pem -key {own}.key {offer} </dev/null"
    _hears(channel, "log", lambda: channel("mn-app").run(line), reason)


def test_messages_wait_while_the_store_is_away(converging, channel):
    word = secrets.token_hex(8)
    service = "/usr/lib/sanso/service"
    channel("log").run(f"{service} stop rsyslog").check()
    try:
        # Syslog over TLS has no acknowledgements (RFC 5425): what is written first finds out, and may be lost.
        channel("mn-term").run(["logger", "-t", "test", "anybody there?"]).check()
        channel("mn-term").run("timeout 10 sh -c 'while ss -Htn | grep -q :6514; do sleep 0.05; done'").check()
        channel("mn-term").run(["logger", "-t", "test", word]).check()
    finally:
        line = _hears(channel, "mn-term", lambda: channel("log").run(f"{service} start rsyslog").check(), word)
    assert f"test {word}" in line
