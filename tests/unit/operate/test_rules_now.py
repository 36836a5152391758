"""Rules that run now beside those that a run kept."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from lab.operate import rules_now

KEPT = (
    "table inet sanso { # handle 1\n\tchain forward { # handle 2\n"
    "\t\ttcp dport 443 counter packets 0 bytes 0 accept # handle 3\n\t}\n}\n"
)
PROBING = "table inet sanso_probe { # handle 9\n\tchain x { # handle 1\n\t}\n}\n"


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (KEPT, ()),
        (KEPT.replace("handle 3", "handle 33").replace("packets 0 bytes 0", "packets 7 bytes 9"), ()),
        (KEPT + PROBING, ()),
        (KEPT.replace("443", "444"), ("fw-mn",)),
        ("", ("fw-mn",)),
    ],
    ids=["same", "handles-and-figures", "probing", "another-port", "flushed"],
)
def test_only_a_rules_own_words_count(now, changed, tmp_path, monkeypatch):
    kept = tmp_path / "hosts" / "fw-mn" / "ruleset.nft"
    kept.parent.mkdir(parents=True)
    kept.write_text(KEPT)
    answer = SimpleNamespace(stdout=now.encode(), check=lambda: answer)
    monkeypatch.setattr(rules_now, "open_channel", lambda *_: nullcontext(SimpleNamespace(run=lambda _argv: answer)))
    hosts = [SimpleNamespace(name=name) for name in ("fw-mn", "mn-term")]
    lab = SimpleNamespace(plan=SimpleNamespace(hosts=hosts))
    assert rules_now.changed_rules(None, lab, SimpleNamespace(directory=tmp_path)) == changed
