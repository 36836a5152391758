from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lab.converge import cache, cached_archives, roles_changed
from lab.pki import Pki, ensure
from lab.plan import Plan


@pytest.fixture
def pki(plan: Plan, tmp_path: Path) -> Pki:
    return ensure(plan, tmp_path / "lab" / "pki")


@pytest.fixture
def archives(plan: Plan) -> dict[str, bytes]:
    return {host.name: host.name.encode() for host in plan.hosts}


def test_nothing_kept_is_nothing_found(plan: Plan, pki: Pki):
    assert cached_archives(plan, pki) is None


def test_what_was_kept_comes_back(plan: Plan, pki: Pki, archives: dict[str, bytes]):
    cache.store(plan, pki, archives)
    assert cached_archives(plan, pki) == archives


def test_the_labs_name_does_not_matter(plan: Plan, pki: Pki, archives: dict[str, bytes]):
    cache.store(plan, pki, archives)
    assert cached_archives(plan.model_copy(update={"lab": "other"}), pki) == archives


def test_another_plan_finds_nothing(plan: Plan, pki: Pki, archives: dict[str, bytes]):
    cache.store(plan, pki, archives)
    assert cached_archives(plan.model_copy(update={"overlays": {"mn-app": {"/etc/x": ""}}}), pki) is None


def test_new_certificates_find_nothing(plan: Plan, pki: Pki, archives: dict[str, bytes]):
    cache.store(plan, pki, archives)
    (pki.directory / "server" / "mn-app.key").unlink()
    assert cached_archives(plan, ensure(plan, pki.directory)) is None


def test_certificates_that_end_soon_find_nothing(plan: Plan, tmp_path: Path, archives: dict[str, bytes]):
    old = ensure(plan, tmp_path / "lab" / "pki", now=datetime.now(UTC) - timedelta(days=89, hours=12))
    cache.store(plan, old, archives)
    assert cached_archives(plan, old) is None


def test_a_changed_role_finds_nothing(
    plan: Plan, pki: Pki, archives: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "playbooks").mkdir()
    role = tmp_path / "playbooks" / "role.j2"
    role.write_text("one")
    monkeypatch.setattr(cache, "PROJECT", tmp_path)
    cache.store(plan, pki, archives)
    assert cached_archives(plan, pki) == archives
    assert not roles_changed(pki.directory.parent)
    role.write_text("two")
    assert cached_archives(plan, pki) is None
    assert roles_changed(pki.directory.parent)


def test_of_a_lab_that_another_machine_delivered_nothing_is_known(tmp_path: Path):
    assert not roles_changed(tmp_path)


def test_only_the_newest_is_kept_and_it_is_private(plan: Plan, pki: Pki, archives: dict[str, bytes]):
    cache.store(plan, pki, archives)
    cache.store(plan.model_copy(update={"model": "beta"}), pki, archives)
    kept, roles = sorted((pki.directory.parent / "archives").iterdir(), key=lambda one: one.name == cache.ROLES)
    assert roles.name == cache.ROLES
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_an_archive_that_lacks_a_host_is_not_used(plan: Plan, pki: Pki, archives: dict[str, bytes]):
    archives.pop("mn-app")
    cache.store(plan, pki, archives)
    assert cached_archives(plan, pki) is None


def test_a_damaged_file_is_not_used(plan: Plan, pki: Pki, archives: dict[str, bytes]):
    cache.store(plan, pki, archives)
    (kept,) = (pki.directory.parent / "archives").glob("*.tar")
    kept.write_bytes(b"not a tar")
    assert cached_archives(plan, pki) is None
