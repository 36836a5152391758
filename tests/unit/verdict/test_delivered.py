"""Hosts as they tell of their files, software and processes: as delivered, and with one thing changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.delivered import (
    ChangedFile,
    Line,
    Process,
    Running,
    Searched,
    files,
    first_difference,
    kernel_rules,
    processes,
    software,
)

RUN = "/etc/sanso/services/nginx/run"
LISTED = {"/etc/nginx/nginx.conf": "a" * 64, RUN: "b" * 64}
TREE = (
    Process(1, 0, 0, "/sbin/docker-init -- /usr/lib/sanso/init"),
    Process(7, 1, 0, "s6-svscan /run/services"),
    Process(70, 7, 0, "s6-supervise nginx"),
    Process(73, 70, 0, "nginx: master process nginx"),
    Process(80, 73, 33, "nginx: worker process"),
    Process(200, 0, 0, "/bin/sh"),
    Process(201, 200, 0, "ps -ww -eo pid=,ppid=,uid=,stat=,args="),
)
GOOD = Running(
    manifests={"web_app.sha256": "c" * 64},
    listed=LISTED,
    found=LISTED,
    rights={RUN: "755 0:0 regular file", "/etc/nginx": "755 0:0 directory"},
    processes=TREE,
    services={"nginx": True},
)
THERE = Searched(
    listed=LISTED,
    changed=(
        ChangedFile("/etc/nginx/nginx.conf", 0o644),
        ChangedFile("/.dockerenv", 0o755),
        ChangedFile("/etc/sanso/services/nginx/supervise", 0),
        ChangedFile("/var/log/nginx/error.log", 0o640),
    ),
    packages="nginx 1.22\nopenssl 3.0",
)
RECORDED = {"web_app.sha256": "c" * 64}


def test_what_was_delivered_passes():
    assert files("mn-app", GOOD, RECORDED, {}).state is State.PASS
    assert software("mn-app", THERE, THERE.packages, {}).state is State.PASS
    assert processes("mn-app", GOOD).state is State.PASS
    assert kernel_rules("fw-mn", "table inet sanso {\n}\n", "table inet sanso {\n}\n").state is State.PASS


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"found": {**LISTED, RUN: "d" * 64}}, f"{RUN} was changed in line 2: 'exec evil' instead of 'exec nginx'"),
        ({"found": {RUN: "b" * 64}}, "/etc/nginx/nginx.conf is gone"),
        ({"manifests": {"web_app.sha256": "e" * 64}}, "the manifest web_app.sha256 isn't the recorded one"),
        ({"rights": {RUN: "757 0:0 regular file"}}, f"{RUN} can be changed by others than root (mode 757)"),
        ({"rights": {RUN: "664 0:0 regular file"}}, "by others than root"),
        ({"rights": {RUN: "755 33:0 regular file"}}, f"{RUN} belongs to 33:0"),
        ({"rights": {RUN: "777 0:0 symbolic link"}}, f"{RUN} is a symbolic link"),
        ({"rights": {"/etc/nginx": "775 0:33 directory"}}, "/etc/nginx belongs to 0:33"),
        ({"rights": {"/etc/nginx": "777 0:0 directory"}}, "/etc/nginx can be changed by others"),
        ({"manifests": {}}, "the manifest web_app.sha256 isn't the recorded one"),
        ({"manifests": {**RECORDED, "mine.sha256": "f" * 64}}, "the manifest mine.sha256 isn't the recorded one"),
    ],
)
def test_a_changed_file_is_named_with_its_line(change, told):
    judgement = files("mn-app", replace(GOOD, **change), RECORDED, {RUN: Line(2, "exec nginx", "exec evil")})
    assert judgement.state is State.FAIL
    assert told in judgement.message_en


@pytest.mark.parametrize(
    ("file", "image", "told"),
    [
        (ChangedFile("/usr/local/bin/updater", 0o755), {}, "the executable /usr/local/bin/updater came after"),
        (ChangedFile("/tmp/x", 0o700), {}, "the executable /tmp/x came after"),
        (ChangedFile("/var/lib/sanso/x", 0o755), {}, "the executable /var/lib/sanso/x came after"),
        (ChangedFile("/etc/ld.so.preload", 0o644), {}, "the file /etc/ld.so.preload came after"),
        (ChangedFile("/var/lib/dpkg/status", 0o644), {"/var/lib/dpkg/status": False}, "isn't the image's any more"),
        (ChangedFile("/usr/bin/nmap", 0o755), {"/usr/bin/nmap": False}, "/usr/bin/nmap isn't the image's any more"),
        (ChangedFile("/var/tmp/.sh", 0o4755), {}, "/var/tmp/.sh has a set-id bit (mode 4755)"),
    ],
)
def test_software_that_nobody_delivered_is_named(file, image, told):
    judgement = software("mn-app", replace(THERE, changed=(*THERE.changed, file)), THERE.packages, image)
    assert judgement.state is State.FAIL
    assert told in judgement.message_en


def test_a_file_that_is_the_images_again_is_no_stranger_any_more():
    changed = replace(THERE, changed=(ChangedFile("/usr/bin/nmap", 0o755),))
    assert [one.path for one in changed.strangers()] == ["/usr/bin/nmap"]
    assert software("mn-app", changed, THERE.packages, {"/usr/bin/nmap": True}).state is State.PASS


@pytest.mark.parametrize(
    ("packages", "told"),
    [("nginx 1.22\nopenssl 3.0\nnetcat 1", "added package netcat 1"), ("nginx 1.22", "missing package openssl 3.0")],
)
def test_packages_are_the_images(packages, told):
    judgement = software("mn-app", replace(THERE, packages=packages), THERE.packages, {})
    assert told in judgement.message_en


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"processes": (*TREE, Process(300, 1, 0, "/usr/local/bin/updater"))},
            "process 300 (/usr/local/bin/updater) of user 0",
        ),
        (
            {"processes": (*TREE, Process(300, 1, 0, "sh -c x"), Process(301, 300, 33, "nc -l"))},
            "process 301 (nc -l) of user 33",
        ),
        ({"processes": (*TREE, Process(300, 7, 0, "s6-supervise mine"), Process(301, 300, 0, "x"))}, "process 301 (x)"),
        ({"processes": (*TREE, Process(300, 7, 0, "nc -l"))}, "process 300 (nc -l)"),
        ({"services": {"nginx": False}}, "the service nginx is not up"),
        ({"services": {}}, "the service nginx is not up"),
        ({"led": ("/run/services/nginx/run",)}, "/run/services/nginx/run leads to another file"),
    ],
)
def test_processes_that_no_service_explains_are_named(change, told):
    judgement = processes("mn-app", replace(GOOD, **change))
    assert judgement.state is State.FAIL
    assert told in judgement.message_en


def test_a_rule_that_is_in_the_kernel_alone_is_named_with_its_chain():
    file = "table inet sanso {\n\tchain input {\n\t\tpolicy drop;\n\t}\n}\n"
    live = "table inet sanso {\n\tchain input {\n\t\tpolicy drop;\n\t\ttcp dport 22 accept\n\t}\n}\n"
    assert (
        "in the kernel only, inet sanso chain input: tcp dport 22 accept" in kernel_rules("fw", file, live).message_en
    )
    assert "in the file only, inet sanso chain input: tcp dport 22 accept" in kernel_rules("fw", live, file).message_en
    assert (
        "カーネル内にのみ存在：inet sanso chain input: tcp dport 22 accept" in kernel_rules("fw", file, live).message_ja
    )
    assert (
        "ファイル内にのみ存在：inet sanso chain input: tcp dport 22 accept" in kernel_rules("fw", live, file).message_ja
    )


def test_the_first_line_that_differs():
    assert first_difference("a\nb\nc\n", "a\nx\nc\n") == Line(2, "b", "x")
    assert first_difference("a\n", "a\nb\n") == Line(2, "", "b")
    assert first_difference("a\n", "a\n") is None
