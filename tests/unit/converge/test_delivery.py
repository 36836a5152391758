from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from lab.converge import delivery
from lab.converge.delivery import Check, Difference, Present
from lab.converge.tree import Managed
from lab.errors import LabError
from lab.reach import TreeFile


def _managed(path: str, content: bytes = b"x", mode: int = 0o644) -> Managed:
    return Managed(TreeFile(path, content, mode), "somewhere")


def _present(**changes: object) -> Present:
    digest = sha256(b"x").hexdigest()
    values = {
        "manifest": f"{digest}  /etc/a\n",
        "pending": (),
        "digests": {"/etc/a": digest},
        "modes": {"/etc/a": "644 0 0 regular file"},
    }
    return Present(**(values | changes))


def test_what_look_prints_present_reads(tmp_path: Path):
    (tmp_path / "a").write_text("x")
    (tmp_path / "a").chmod(0o600)
    paths = [str(tmp_path / "a"), str(tmp_path / "missing")]
    answer = subprocess.run(["sh", "-c", delivery.look("demo", paths)], capture_output=True, text=True, check=True)
    found = delivery.present(answer.stdout)
    assert found.digests == {paths[0]: sha256(b"x").hexdigest()}
    assert found.modes[paths[0]].startswith("600 ")
    assert (found.manifest, found.pending) == ("", ())


@pytest.mark.parametrize("output", ["", "== manifest\n== pending\n== digests\n", "Segmentation fault\n"])
def test_half_an_answer_is_an_error(output: str):
    with pytest.raises(LabError, match="not whole"):
        delivery.present(output)


def test_nothing_to_do_when_all_is_there():
    assert not delivery.difference([_managed("/etc/a")], _present())


@pytest.mark.parametrize(
    "there",
    [
        _present(digests={}, modes={}),
        _present(digests={"/etc/a": "0" * 64}),
        _present(modes={"/etc/a": "666 0 0 regular file"}),
        _present(modes={"/etc/a": "644 33 0 regular file"}),
        _present(modes={"/etc/a": "777 0 0 symbolic link"}),
    ],
)
def test_missing_altered_opened_given_away_or_linked_files_are_delivered_again(there: Present):
    assert delivery.difference([_managed("/etc/a")], there).moved == ("/etc/a",)


def test_what_the_manifest_lists_and_the_role_has_no_more_is_removed():
    there = _present(manifest=f"{'0' * 64}  /etc/a\n{'0' * 64}  /etc/old\n")
    assert delivery.difference([_managed("/etc/a")], there).removed == ("/etc/old",)


def test_a_note_of_unfinished_handlers_counts_as_a_change():
    assert delivery.difference([_managed("/etc/a")], _present(pending=("/etc/a",))) == Difference((), (), ("/etc/a",))


def test_check_copies_lead_into_the_stage_longest_path_first():
    files = [
        _managed("/etc/tls/key"),
        _managed("/etc/tls/key.old"),
        _managed("/etc/d.conf", b"key /etc/tls/key.old /etc/tls/key;"),
    ]
    (copy,) = delivery.check_copies("demo", files, [Check("/etc/d.conf", ("d", "{file}"))])
    stage = b"/run/sanso/stage/demo"
    assert copy.content == b"key %b/etc/tls/key.old %b/etc/tls/key;" % (stage, stage)
    assert (copy.path, copy.mode) == ("/.check/etc/d.conf", 0o600)


def test_a_refusal_speaks_of_the_files_where_they_would_be():
    check = Check("/etc/d.conf", ("d", "{file}"))
    output = "refused 0 1\n/run/sanso/stage/demo/.check/etc/d.conf:3: bad\n/run/sanso/stage/demo/etc/k: odd\n"
    assert delivery.refusal("demo", output, [check]) == (check, "/etc/d.conf:3: bad\n/etc/k: odd")


def test_a_silent_refusal_gives_its_exit_code():
    check = Check("/etc/d.conf", ("d", "{file}"))
    assert delivery.refusal("demo", "refused 0 3\n", [check]) == (check, "exit code 3")


def test_the_scripts_are_shell(tmp_path: Path):
    change = Difference(("/etc/a", "/etc/b c"), ("/etc/it's",), ())
    script = delivery.deliver("demo", change, [Check("/etc/a", ("d", "it's", "{file}", "{stage}"))], mark=True)
    subprocess.run(["sh", "-n"], input=script.encode(), check=True)


def test_fetch_gives_files_for_a_diff(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"old\n")
    paths = [str(tmp_path / "a"), str(tmp_path / "gone")]
    answer = subprocess.run(["sh", "-c", delivery.fetch(paths)], capture_output=True, text=True, check=True)
    assert answer.stdout == f"{paths[0]} b2xkCg==\n"
