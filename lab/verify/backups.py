"""A host's backups, made and attacked with the real client, and brought back on the store itself."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

from lab.plan import AllowedFlow
from lab.reach import Channel, open_channel
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.backup import Key, confined, restored, survives
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.planned import of_application
from lab.verify.session import LabSession

CLIENT = "/etc/sanso/backup_client"
QUICK = "export BORG_SELFTEST=disabled"  # borg tries its own parts at every start: half of what a small command costs
PATIENCE = 120.0  # seconds for a few borg commands on a busy machine; each starts Python twice
DIGESTS = "find {where} -type f -exec sha256sum {{}} + | sort -k 2"
RESTORE = (
    "set -e; b={client}/backup; $b make {name} >&2; . {client}/settings; cd /; for p in $saved; do {saved}; done; echo --; "
    "d=$(mktemp -d /run/restored.XXXXXX); trap 'rm -rf $d' EXIT; $b restore {name} $d >&2; cd $d; for p in $saved; do {saved}; done"
)
# as an attacker on the client would: delete, then ask the store to give the room back
DELETE = ". {client}/settings; {quick}; borg delete ::{name} && {{ borg compact; true; }} && borg list --short"
LAST = "tail -n 1 {repository}/transactions | cut -d ' ' -f 2 | tr -d ,"
# a copy without the segments that came after the transaction (borg's own procedure for an append-only repository)
ROLL_BACK = (
    "set -e; d=$(mktemp -d /tmp/rolled.XXXXXX); trap 'rm -rf $d' EXIT; cp -r {repository} $d/r; cd $d/r; "
    'find data -type f | while read -r f; do [ "${{f##*/}}" -le {last} ] || rm "$f"; done; rm -f index.* hints.* integrity.*; '
    "read -r BORG_PASSPHRASE; {quick}; export BORG_PASSPHRASE BORG_BASE_DIR=$d/base BORG_RELOCATED_REPO_ACCESS_IS_OK=yes; "
    "mkdir $d/out; cd $d/out; borg extract $d/r::{name} >&2; find . -type f -exec sha256sum {{}} + | sort -k 2"
)
AS_BORG = "setpriv --reuid={user} --regid={user} --clear-groups sh -c {script}"
# borg's own client on one connection: its own repository, then every other place by the same key
PATHS = """
import os, posixpath, sys
from argparse import Namespace
from borg.helpers import Location
from borg.logger import setup_logging
from borg.remote import RemoteRepository
setup_logging(level="error")
own = Location(os.environ["BORG_REPO"])
words = Namespace(rsh=None, upload_ratelimit=0, upload_buffer=0, debug_topics=[], remote_path=None)
repository = RemoteRepository(own, lock=False, args=words)
print("works 0")
folder = posixpath.dirname(own.path)
for path in (folder + "/other", folder, own.path + "/../other", own.path + "-2", "/", "/etc", "/root", "/srv", "/tmp", "/var/log"):
    try:
        repository.open(path=path, lock_wait=1, lock=False)
        said = "opened"
    except Exception as error:
        said = f"{type(error).__name__} {error}"
    print("path", path, said.replace(chr(10), " "))
repository.close()
"""
# only the address of the store, as the client's settings have it, and the client's own way of starting ssh
CONFINED = (
    ". {client}/settings; {quick}; at=${{BORG_REPO#ssh://}}; at=${{at%%/*}}; host=${{at%:*}}; port=${{at##*:}}; "
    'ssh="timeout 20 $BORG_RSH -p $port"; python3 -I -c {paths} 2>&1; echo "== shell"; '
    "$ssh $host 'id; id -u' </dev/null 2>&1; "
    'said=$(echo id | $ssh -R 127.0.0.1:0:127.0.0.1:9 -R {socket}:127.0.0.1:9 $host 2>&1); echo "$said"; echo "== backwards"; '
    "echo \"$said\"; echo '== forward'; $ssh -W 127.0.0.1:$port $host </dev/null 2>&1; true"
)
BACKWARDS = "/run/sanso-check.sock"  # on the store, if it lets a client listen there
RIGHTS = "cat /etc/sanso/backup_store/authorized_keys"


@dataclass(frozen=True, slots=True)
class Exercise:
    """What became of one client's backup: path -> SHA-256 of what was saved, restored, and brought back on the store."""

    saved: dict[str, str]
    back: dict[str, str]
    rolled: dict[str, str]  # empty: nothing could be brought back
    gone: bool  # the client could delete it


class Backups:
    """The `backups` fixture: `backups(flow).can_be_restored()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, flow: AllowedFlow) -> Backup:
        return Backup(self._session, self._controls, flow)


class Backup:
    """The backups of one client."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], flow: AllowedFlow) -> None:
        self._session, self._controls, self._flow = session, controls, flow

    @property
    def hosts(self) -> tuple[str, str]:
        """Client and store."""
        return self._flow.source, self._flow.destination

    def begin(self) -> None:
        """Try it all beside the tests: a dozen commands of a second each."""
        self._exercise()
        self._key()

    def can_be_restored_even_if_its_client_deletes_it(self) -> list[Verdict]:
        """Made, restored with the same digests; then deleted by its client, and brought back on the store."""
        client, seen = self._flow.source, self._exercise().result()
        verdicts = self._give(f"backup of {client} is restored", restored(client, seen.saved, seen.back))
        settle(verdicts)
        judgement = survives(client, seen.saved, seen.rolled, gone=seen.gone)
        verdicts += self._give(f"backup of {client} survives its client", judgement)
        settle(verdicts)
        return verdicts

    def gives_its_client_nothing_else(self) -> list[Verdict]:
        """The client's key: no command, no other path, no forwarded port either way; its own backups still open."""
        client = self._flow.source
        said, rights = self._key().result()
        places, *more = said.split("== ")
        parts = dict(part.split("\n", 1) for part in more)
        lines = [line.removeprefix("path ").partition(" ") for line in places.splitlines() if line.startswith("path ")]
        clients = [flow.source for flow in of_application(self._session.plan, "borg")]
        key = Key(
            works="works 0" in places.splitlines(),
            shell=parts["shell"],
            paths={path: answer for path, _, answer in lines},
            backwards=parts["backwards"],
            forward=parts["forward"],
            rights=tuple(line for line in rights.splitlines() if line.strip()),
        )
        judgement = confined(client, key, number=len(clients))
        verdicts = self._give(f"backup key of {self._flow.source}", judgement)
        settle(verdicts)
        return verdicts

    def _exercise(self) -> Future[Exercise]:
        return self._session.ahead.run(f"backup of {self._flow.source}", self._tried, self.hosts)

    def _key(self) -> Future[tuple[str, str]]:
        return self._session.ahead.run(f"backup key of {self._flow.source}", self._confined, self.hosts)

    def _confined(self) -> tuple[str, str]:
        """What came back for what the key tried, and the store's own list of keys."""
        script = CONFINED.format(client=CLIENT, quick=QUICK, paths=shlex.quote(PATHS), socket=BACKWARDS)
        with self._apart() as ends:
            return ends.ask(script), ends.store.run(RIGHTS).check().stdout.decode()

    def _tried(self) -> Exercise:
        with self._apart() as ends:
            return ends.exercise()

    @contextmanager
    def _apart(self) -> Iterator[_Ends]:
        """Client and store by channels of their own: nobody waits for commands that take seconds."""
        engine, lab = self._session.engine, self._session.lab
        with (
            open_channel(engine, lab, self._flow.source) as client,
            open_channel(engine, lab, self._flow.destination) as store,
        ):
            yield _Ends(self._flow, client, store)

    def _give(self, subject: str, judgement: Judgement) -> list[Verdict]:
        return [give(self._session, control, subject, judgement) for control in self._controls]


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where the commands run. Each raises CheckError if it can't be asked."""

    flow: AllowedFlow
    client: Channel
    store: Channel

    def exercise(self) -> Exercise:
        """Make, restore, delete, bring back."""
        name, client = f"check-{secrets.token_hex(4)}", self.flow.source
        repository = f"/srv/backup/{client}"
        saved, back = self._made(name)
        if back != saved:
            return Exercise(saved, back, {}, gone=False)  # that is the finding; the rest would stumble over it
        last = self._on_store(LAST.format(repository=repository)).strip()
        listed = self.ask(DELETE.format(client=CLIENT, quick=QUICK, name=name))
        passphrase = self.ask(f"cat {CLIENT}/passphrase")
        rolled = ""
        if last.isdecimal():  # a store that is not append-only keeps no list of transactions: nothing to go back to
            script = ROLL_BACK.format(quick=QUICK, repository=repository, last=last, name=name)
            rolled = self._on_store(f"echo {shlex.quote(passphrase.strip())} | {{ {script}; }}", must=False)
        return Exercise(saved, back, _digests(rolled), gone=name not in listed.split())

    def _made(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        """Make a backup and restore it: digests of what was saved, and of what came back."""
        done = self.client.run(
            RESTORE.format(client=CLIENT, name=name, saved=DIGESTS.format(where=".$p")), timeout=PATIENCE
        )
        saved, _, back = done.stdout.decode().partition("--\n")
        if not saved:
            raise CheckError(f"{self.flow.source}: no backup was made: {done.stderr.decode().strip()[-200:]}")
        return _digests(saved), _digests(back) if done.rc == 0 else {}

    def ask(self, script: str) -> str:
        """Run it on the client; its stdout."""
        done = self.client.run(script, timeout=PATIENCE)
        if done.rc:
            raise CheckError(f"{self.flow.source}: {done.stderr.decode().strip()[-200:] or f'exit code {done.rc}'}")
        return done.stdout.decode()

    def _on_store(self, script: str, *, must: bool = True) -> str:
        """Run as the user that owns the repositories. Without `must`, a failure is nothing found and not a CheckError."""
        done = self.store.run(AS_BORG.format(user="backup", script=shlex.quote(script)), timeout=PATIENCE)
        if done.rc and must:
            raise CheckError(f"{self.flow.destination}: {done.stderr.decode().strip()[-200:]}")
        return done.stdout.decode() if not done.rc else ""


def _digests(text: str) -> dict[str, str]:
    return {path: digest for digest, _, path in (line.partition("  ") for line in text.splitlines()) if path}
