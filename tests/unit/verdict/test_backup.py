"""Backups: what came back, what survived its client, what the key opens."""

import pytest

from lab.record import State
from lab.verdict.backup import confined, restored, survives

SAVED = {"./srv/records/index.html": "a" * 64, "./etc/nginx/nginx.conf": "b" * 64}
GOOD = {
    "works": True,
    "shell": "",
    "path": "Repository path not allowed: /srv/backup/other\n",
    "forward": "channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed\n",
}


def test_the_same_files_pass():
    assert restored("mn-app", SAVED, dict(SAVED)).state is State.PASS
    assert survives("mn-app", SAVED, dict(SAVED), gone=True).state is State.PASS


@pytest.mark.parametrize("back", [{}, {**SAVED, "./etc/nginx/nginx.conf": "c" * 64}, {"./other": "a" * 64}])
def test_lost_or_changed_files_fail(back):
    assert restored("mn-app", SAVED, back).state is State.FAIL
    assert survives("mn-app", SAVED, back, gone=True).state is State.FAIL


def test_nothing_saved_or_nothing_deleted_shows_nothing():
    assert restored("mn-app", {}, {}).state is State.ERROR
    assert survives("mn-app", SAVED, dict(SAVED), gone=False).state is State.ERROR


def test_a_key_that_opens_its_own_backups_alone_passes():
    assert confined("mn-app", **GOOD).state is State.PASS


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"shell": "uid=0(root) gid=0(root)\n0\n", "works": False}, State.FAIL),
        ({"works": False}, State.ERROR),
        ({"path": "one\ntwo\n"}, State.FAIL),
        ({"forward": "SSH-2.0-OpenSSH_9.2p1\n"}, State.FAIL),
    ],
)
def test_anything_more_fails(changes, state):
    assert confined("mn-app", **{**GOOD, **changes}).state is state
