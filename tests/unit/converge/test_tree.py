from __future__ import annotations

from pathlib import Path

import pytest

from lab.converge import tree
from lab.converge.tree import Extra
from lab.errors import LabError


def _only(role: Path, **variables: object) -> str:
    (managed,) = tree.render(role, variables)
    return managed.file.content.decode()


def test_a_template_becomes_the_file_of_its_path(role: Path):
    (role / "templates/tree/etc/demo.conf.j2").write_text("word {{ demo__word }}\n")
    (managed,) = tree.render(role, {"demo__word": "三層"})
    assert (managed.path, managed.file.content.decode(), managed.file.mode) == ("/etc/demo.conf", "word 三層\n", 0o644)
    assert managed.origin == "roles/demo/templates/tree/etc/demo.conf.j2"


def test_block_tags_leave_no_blank_lines(role: Path):
    (role / "templates/tree/etc/a.j2").write_text("{% for one in demo__list %}\n    {{ one }}\n{% endfor %}\nend\n")
    assert _only(role, demo__list=["x", "y"]) == "    x\n    y\nend\n"


def test_a_plain_file_is_delivered_byte_for_byte_with_its_executable_bit(role: Path):
    script = role / "files/tree/etc/run"
    script.write_bytes(b"#!/bin/sh\n{{ not a template }}\xff")
    script.chmod(0o755)
    (managed,) = tree.render(role, {})
    assert (managed.file.content, managed.file.mode) == (script.read_bytes(), 0o755)


def test_a_name_that_is_not_set_is_an_error_with_file_and_line(role: Path):
    (role / "templates/tree/etc/demo.conf.j2").write_text("one\n\n{{ demo__wrod }}\n")
    with pytest.raises(LabError) as caught:
        tree.render(role, {"demo__word": "x"})
    assert caught.value.where == "roles/demo/templates/tree/etc/demo.conf.j2:3"
    assert "'demo__wrod' is undefined" in caught.value.message


def test_a_syntax_error_is_an_error_with_file_and_line(role: Path):
    (role / "templates/tree/etc/demo.conf.j2").write_text("one\n{% for %}\n")
    with pytest.raises(LabError) as caught:
        tree.render(role, {})
    assert caught.value.where == "roles/demo/templates/tree/etc/demo.conf.j2:2"


def test_an_error_in_a_macro_names_the_macros_file(role: Path):
    (role / "templates/parts.j2").write_text("\n{% macro m() %}{{ demo__gone }}{% endmacro %}\n")
    (role / "templates/tree/etc/a.j2").write_text('{% from "parts.j2" import m with context %}\n{{ m() }}\n')
    with pytest.raises(LabError) as caught:
        tree.render(role, {})
    assert caught.value.where == "roles/demo/templates/parts.j2:2"


def test_a_template_without_the_suffix_is_refused(role: Path):
    (role / "templates/tree/etc/demo.conf").write_text("x")
    with pytest.raises(LabError, match=r"must end in \.j2"):
        tree.render(role, {})


@pytest.mark.parametrize("name", ["with space", "quo'te", "new\nline", "dollar$"])
def test_a_path_that_a_shell_could_trip_over_is_refused(role: Path, name: str):
    (role / "files/tree/etc" / name).write_text("x")
    with pytest.raises(LabError, match="is not a path this role can deliver"):
        tree.render(role, {})


def test_only_html_is_escaped(role: Path):
    (role / "templates/tree/etc/page.html.j2").write_text("{{ demo__word }}")
    (role / "templates/tree/etc/page.conf.j2").write_text("{{ demo__word }}")
    conf, html = tree.render(role, {"demo__word": "<a&b>"})
    assert (conf.file.content, html.file.content) == (b"<a&b>", b"&lt;a&amp;b&gt;")


def test_an_overlay_takes_the_place_of_a_file_and_is_no_template(role: Path):
    (role / "templates/tree/etc/demo.conf.j2").write_text("mine {{ demo__word }}\n")
    (managed,) = tree.render(role, {"demo__word": "x"}, overlays={"/etc/demo.conf": "theirs {{ raw }}\n"})
    assert (managed.file.content, managed.origin) == (b"theirs {{ raw }}\n", "the scenario's overlay")


def test_an_overlay_of_another_roles_file_adds_nothing(role: Path):
    assert tree.render(role, {}, overlays={"/etc/other.conf": "x"}) == ()


def test_an_extra_file_comes_from_the_controller(role: Path, tmp_path: Path):
    (tmp_path / "key").write_bytes(b"k")
    (managed,) = tree.render(role, {}, extra=[Extra("/etc/key", tmp_path / "key", 0o600, secret=True)])
    assert (managed.file.content, managed.file.mode, managed.secret) == (b"k", 0o600, True)


def test_an_extra_file_that_is_missing_says_what_to_do(role: Path, tmp_path: Path):
    with pytest.raises(LabError, match="cannot be read: No such file") as caught:
        tree.render(role, {}, extra=[Extra("/etc/key", tmp_path / "gone")])
    assert "lab up --reconverge" in caught.value.fix


def test_the_paths_of_a_role_are_known_without_rendering(role: Path):
    (role / "templates/tree/etc/a.j2").write_text("{{ never_set }}")
    (role / "files/tree/etc/b").write_text("")
    assert tree.paths(role) == {"/etc/a", "/etc/b"}


def test_the_manifest_is_what_sha256sum_reads(role: Path):
    (role / "files/tree/etc/b").write_text("hello\n")
    assert tree.manifest(tree.render(role, {})) == (
        b"5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  /etc/b\n"
    )


def test_hosts_inside_a_host_have_a_tree_each(role: Path):
    (role / "templates/station/etc").mkdir(parents=True)
    (role / "files/station/etc").mkdir(parents=True)
    (role / "templates/station/etc/name.j2").write_text("{{ host.name }} {{ demo__word }}\n")
    (role / "files/station/etc/plain").write_text("{{ host }}\n")
    inner = [tree.Inner("station", f"/inner/{name}", {"name": name}) for name in ("a", "b")]
    found = {one.path: one.file.content for one in tree.render(role, {"demo__word": "x"}, inner=inner)}
    assert found == {
        "/inner/a/etc/name": b"a x\n",
        "/inner/a/etc/plain": b"{{ host }}\n",
        "/inner/b/etc/name": b"b x\n",
        "/inner/b/etc/plain": b"{{ host }}\n",
    }
