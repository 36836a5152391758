from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from lab.converge import delivery
from lab.converge.delivery import Difference
from lab.converge.interface import check_names
from lab.converge.step import HIDDEN, archived, diffs, joined, plan_step
from lab.errors import LabError, ManyErrors


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\nabc\n")
    return path


def _names(tar: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        return archive.getnames()


def test_the_manifest_is_delivered_last_and_lists_the_others(role: Path):
    (role / "files/tree/etc/a").write_text("x")
    step = plan_step("demo", role, {}, {}, {})
    assert step.paths == ("/etc/a", "/var/lib/sanso/manifest/demo.sha256")
    assert b"/etc/a\n" in step.files[-1].file.content


def test_a_secret_gets_a_private_mode_and_is_never_shown(role: Path, key: Path):
    step = plan_step("demo", role, {}, {"extra": [{"path": "/etc/key", "src": str(key), "secret": True}]}, {})
    assert step.files[0].file.mode == 0o600
    before = "/etc/key b2xkCg==\n"
    (shown,) = diffs(step, Difference(("/etc/key",), (), ()), before)
    assert (shown["before"], shown["after"]) == (HIDDEN, HIDDEN)


def test_a_key_is_not_shown_even_if_the_role_forgot_to_say_so(role: Path, key: Path):
    step = plan_step("demo", role, {}, {"extra": [{"path": "/etc/key", "src": str(key)}]}, {})
    (shown,) = diffs(step, Difference(("/etc/key",), (), ()), "")
    assert "abc" not in shown["after"]


def test_a_diff_shows_old_and_new_and_what_is_removed(role: Path):
    (role / "files/tree/etc/a").write_text("new\n")
    step = plan_step("demo", role, {}, {}, {})
    change = Difference(("/etc/a",), ("/etc/old",), ())
    first, second = diffs(step, change, "/etc/a b2xkCg==\n/etc/old b2xkCg==\n")
    assert (first["before"], first["after"]) == ("old\n", "new\n")
    assert (second["before"], second["after"]) == ("old\n", "")


def test_a_check_of_a_file_that_is_not_delivered_is_the_roles_mistake(role: Path):
    with pytest.raises(LabError, match="a check names /etc/b, which the role doesn't deliver"):
        plan_step("demo", role, {}, {"validate": [{"file": "/etc/b", "command": ["true"]}]}, {})


def test_a_variable_that_the_role_does_not_take_is_refused_with_the_right_name(role: Path):
    with pytest.raises(ManyErrors, match=r"role demo has no variable demo__wrod\n.*did you mean demo__word\?"):
        check_names(role, ["demo__wrod"])


def test_the_copies_for_checks_are_staged_but_never_archived(role: Path, tmp_path: Path):
    (role / "files/tree/etc/a").write_text("x")
    step = plan_step("demo", role, {}, {"validate": [{"file": "/etc/a", "command": ["true", "{file}"]}]}, {})
    copy = f"{delivery.COPIES}/etc/a".lstrip("/")
    assert copy in _names(step.staging_tar)
    archived(tmp_path, "mn-app", step)
    assert _names((tmp_path / "mn-app.demo.tar").read_bytes()) == ["etc/a", "var/lib/sanso/manifest/demo.sha256"]


def test_same_input_same_archive(role: Path):
    (role / "files/tree/etc/a").write_text("x")
    assert plan_step("demo", role, {}, {}, {}).tar == plan_step("demo", role, {}, {}, {}).tar


def test_archives_of_several_roles_become_one(role: Path):
    (role / "files/tree/etc/a").write_text("x")
    one, other = (plan_step(name, role, {}, {}, {}) for name in ("demo", "other"))
    assert _names(joined([one.tar, other.tar])) == [path.lstrip("/") for path in (*one.paths, *other.paths)]
