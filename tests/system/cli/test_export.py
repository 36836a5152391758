"""`lab export`: what was changed by hand comes back as an overlay, byte for byte; what can't be one is named."""

from __future__ import annotations

import pytest
from command import ok, run

LAB = "system-export"
SMALL = """edition: R8.3
model: alpha
hosts:
  remove: [mn-term, mn-dns, lg-app, lg-dns, lg-term, in-app, in-dns, in-term]
"""
BY_HAND = r"sed -i '1i # by hand, 手で' /etc/nftables.conf && /usr/lib/sanso/kernel-state"
KEY = "cat /etc/nginx/tls/server.key >> /etc/nginx/nginx.conf; echo more >> /srv/records/index.html"


@pytest.fixture(scope="module", autouse=True)
def small_lab(tmp_path_factory):
    scenario = tmp_path_factory.mktemp("export") / "small.yaml"
    scenario.write_text(SMALL)
    ok("up", str(scenario), "--lab", LAB)
    yield
    ok("down", "--lab", LAB, "--keys")


def by_hand(host, line):
    return ok("exec", host, "--lab", LAB, "--", "sh", "-c", line).out


def test_changes_by_hand_come_back_as_overlays(tmp_path):
    by_hand("fw-mn", BY_HAND)
    told = ok("export", "fw-mn", "--lab", LAB, "-o", str(tmp_path / "ours"))
    before = by_hand("fw-mn", "cat /etc/nftables.conf")
    assert before.startswith("# by hand, 手で\n")
    assert (tmp_path / "ours" / "fw-mn" / "etc" / "nftables.conf").read_text() == before

    by_hand("fw-mn", "nft insert rule inet sanso forward tcp dport 4444 accept; rm /etc/profile.d/sanso.sh")
    by_hand("mn-app", KEY)
    kernel = run("export", "fw-mn", "--lab", LAB, "-o", str(tmp_path / "ours"))
    assert kernel.code == 2, kernel
    assert "in the kernel only, inet sanso chain forward: tcp dport 4444 accept" in kernel.err
    assert "/etc/profile.d/sanso.sh: was deleted" in kernel.err
    secret = run("export", "mn-app", "--lab", LAB, "-o", str(tmp_path / "theirs"))
    assert secret.code == 2, secret
    assert "/etc/nginx/nginx.conf: holds a private key" in secret.err
    assert [path.name for path in (tmp_path / "theirs").rglob("*") if path.is_file()] == ["index.html"]

    scenario = tmp_path / "ours.yaml"
    scenario.write_text(SMALL + told.out)
    ok("up", str(scenario), "--lab", LAB)
    assert by_hand("fw-mn", "cat /etc/nftables.conf") == before
    again = ok("export", "fw-mn", "--lab", LAB, "-o", str(tmp_path / "again"))
    assert again.out == ""
    assert not (tmp_path / "again").exists()
