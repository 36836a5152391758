"""What the host image must not hold, and how a failing build is told."""

from __future__ import annotations

import pytest

from lab.engine import Health, examine, recipe
from lab.errors import LabError
from lab.plan import Image


def test_no_file_capability_no_setuid_no_key_no_open_ruleset(engine, lab, hosts):
    look = (
        "import os\n"
        "for folder, _, names in os.walk('/usr'):\n"
        "    for name in names:\n"
        "        path = os.path.join(folder, name)\n"
        "        if not os.path.islink(path) and 'security.capability' in os.listxattr(path): print(path)\n"
    )
    assert hosts.run("mn-app", f'python3 -c "{look}"') == ""
    assert hosts.run("mn-app", "find /usr -xdev -type f -perm /6000") == ""
    keys = "grep -rlE -e '-----BEGIN [A-Z ]*PRIVATE KEY' /etc /var /root; test $? -eq 1"
    assert engine.run_helper(lab, argv=["sh", "-c", keys], capabilities=["DAC_READ_SEARCH"]) == b""
    hosts.run("mn-app", "ls /etc/ssh/ssh_host_* /etc/nftables.conf /etc/machine-id 2>/dev/null", expect=2)


def test_the_same_inputs_need_no_build(engine, image):
    told = []
    assert engine.ensure_image(progress=told.append) == image
    assert told == []


def test_a_failing_build_shows_its_last_lines(engine, image, monkeypatch):
    broken = {"Dockerfile": b"ARG BASE\nFROM ${BASE}\nRUN echo this-is-why && exit 4\n"}
    monkeypatch.setattr(recipe, "context", lambda _: broken)
    with pytest.raises(LabError, match=r"(?s)failed.*returned a non-zero code: 4.*this-is-why"):
        engine.ensure_image()


@pytest.mark.parametrize("kind", [Image.PATH, Image.DESKTOP])
def test_other_kinds_are_as_clean_and_their_lists_are_kept(engine, images, plan, left, hosts_of, kind):
    changed = {"image": kind, "capabilities": ("DAC_READ_SEARCH",)}
    hosts = tuple(host.model_copy(update=changed if host.name == "mn-app" else {}) for host in plan.hosts)
    other = plan.model_copy(update={"lab": f"{plan.lab}-{kind}", "hosts": hosts})
    told = []
    try:
        made = engine.create(other, engine.ensure_images(other, told.append))
        run = hosts_of(made).run
        keys = "grep -rlE -e '-----BEGIN [A-Z ]*PRIVATE KEY' /etc /var /root; test $? -eq 1"
        assert run("mn-app", keys) == ""
        assert run("mn-app", "find / -xdev -type f -perm /6000; getcap -r / 2>/dev/null") == ""
        assert run("mn-app", "cat /usr/lib/sanso/packages") == made.packages("mn-app")
        assert made.packages("mn-app") != made.packages("mn-term")
        assert made.image_files("mn-app")["/usr/sbin/haproxy"]
        assert "/usr/sbin/haproxy" not in made.image_files("mn-term")
        found = engine.find(other.lab)
        assert dict(found.images) == dict(made.images)
        assert not [drift for drift in found.drift() if drift.kind.value == "image"]
    finally:
        engine.down(other.lab)


def test_a_full_disk_is_told_before_anything_is_made(engine, images, plan, monkeypatch):
    from lab.engine import disk

    monkeypatch.setattr(disk, "LEAST", 1 << 60)
    with pytest.raises(LabError, match="nearly full") as failure:
        engine.create(plan.model_copy(update={"lab": f"{plan.lab}-x"}), images)
    assert "docker" in failure.value.fix
    assert [finding for finding in examine() if finding.status is Health.FAIL and "free" in finding.what]


def test_this_machine_is_fit(image):
    findings = examine()
    assert {finding.status for finding in findings} <= {Health.OK, Health.WARN}
    assert any("nftables" in finding.what for finding in findings)


def test_neither_registry_nor_mmdebstrap(engine, monkeypatch):
    from lab.engine import base

    monkeypatch.setattr(base, "registry_answers", lambda: False)
    monkeypatch.setattr(base.shutil, "which", lambda _: None)
    with pytest.raises(LabError, match="no registry answers and mmdebstrap is not installed") as failure:
        base.ensure_base(engine._client, "sanso-base:never", print)
    assert "sudo apt-get install mmdebstrap" in failure.value.fix
