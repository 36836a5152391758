"""Backups: what came back, what survived its client, what the key opens."""

import pytest

from lab.record import State
from lab.verdict.backup import Key, confined, restored, survives

SAVED = {"./srv/records/index.html": "a" * 64, "./etc/nginx/nginx.conf": "b" * 64}
REFUSED = "PathNotAllowed Repository path not allowed: /srv/backup/other"
TIED = 'restrict,command="/etc/sanso/backup_store/serve mn-app" ssh-ed25519 AAAA backup@mn-app'
GOOD = {
    "works": True,
    "shell": "",
    "paths": {"/srv/backup/other": REFUSED, "/etc": REFUSED},
    "backwards": "Warning: remote port forwarding failed for listen path /run/x\n"
    "Warning: remote port forwarding failed for listen port 0\n",
    "forward": "channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed\n",
    "rights": (TIED,),
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
    assert confined("mn-app", Key(**GOOD), number=1).state is State.PASS


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"shell": "uid=0(root) gid=0(root)\n0\n", "works": False}, State.FAIL),
        ({"works": False}, State.ERROR),
        ({"paths": {}}, State.ERROR),
        ({"paths": {"/srv/backup/other": REFUSED, "/etc": "DoesNotExist /etc"}}, State.FAIL),
        ({"paths": {"/srv/backup/other": "opened"}}, State.FAIL),
        ({"backwards": "Allocated port 40001 for remote forward to 127.0.0.1:9\n"}, State.FAIL),
        ({"backwards": "Warning: remote port forwarding failed for listen port 0\n"}, State.FAIL),
        ({"forward": "SSH-2.0-OpenSSH_9.2p1\n"}, State.FAIL),
        ({"rights": (TIED, TIED)}, State.FAIL),
        ({"rights": ()}, State.FAIL),
        ({"rights": (TIED.removeprefix("restrict,"),)}, State.FAIL),
        ({"rights": (TIED.replace("restrict,", "restrict,port-forwarding,"),)}, State.FAIL),
        ({"rights": (TIED.replace('mn-app" ', 'mn-app",pty '),)}, State.FAIL),
    ],
)
def test_anything_more_fails(changes, state):
    assert confined("mn-app", Key(**{**GOOD, **changes}), number=1).state is state
