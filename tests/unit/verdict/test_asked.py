"""What a host answers to the one question about its files and processes."""

import pytest

from lab.errors import LabError
from lab.verdict.asked import read, read_search

D = "0" * 64
ANSWER = f"""== manifests
{D}  base.sha256
== listed
{D}  /etc/a b
== found
{D}  /etc/a b
== rights
644 0:0 regular file|/etc/a b
755 0:0 directory|/etc
== services
nginx true
sshd false
== led
/run/services/nginx/run
== processes
    1     0     0 Ss   /usr/lib/sanso/init a b
    7     1     0 Z    [gone]
== end
"""
SEARCHED = f"""== listed
{D}  /etc/a b
== changed
f 644 /etc/a b
f 4755 /usr/bin/x y
l 777 /etc/z
== packages
nginx 1.22
== end
"""


def test_every_section_is_read():
    running = read(ANSWER)
    assert running.manifests == {"base.sha256": D}
    assert (running.listed, running.found) == ({"/etc/a b": D}, {"/etc/a b": D})
    assert running.rights == {"/etc/a b": "644 0:0 regular file", "/etc": "755 0:0 directory"}
    assert running.led == ("/run/services/nginx/run",)
    assert running.services == {"nginx": True, "sshd": False}
    assert [one.command for one in running.processes] == ["/usr/lib/sanso/init a b"]


def test_what_a_search_found_is_read():
    there = read_search(SEARCHED)
    assert [(one.path, one.mode) for one in there.changed] == [
        ("/etc/a b", 0o644), ("/usr/bin/x y", 0o4755), ("/etc/z", 0),
    ]  # fmt: skip
    assert [one.path for one in there.strangers()] == ["/etc/z"]
    assert there.packages == "nginx 1.22"


def test_search_that_does_not_find_what_was_delivered_is_an_error():
    with pytest.raises(LabError, match="did not find those that were delivered"):
        read_search(SEARCHED.replace("f 644 /etc/a b\n", ""))


@pytest.mark.parametrize("answer", ["", SEARCHED.removesuffix("== end\n"), SEARCHED.replace("nginx 1.22\n", "")])
def test_half_a_search_is_an_error(answer):
    with pytest.raises(LabError, match="doesn't tell"):
        read_search(answer)


def test_a_file_whose_rights_are_not_told_is_an_error():
    with pytest.raises(LabError, match="who may change /etc/a b"):
        read(ANSWER.replace("644 0:0 regular file|/etc/a b\n", ""))


@pytest.mark.parametrize("answer", ["", ANSWER.removesuffix("== end\n"), "== processes\n== end\n"])
def test_half_an_answer_is_an_error(answer):
    with pytest.raises(LabError, match="doesn't tell"):
        read(answer)
