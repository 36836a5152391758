"""A host's backups, made and attacked with the real client, and brought back on the store itself."""

from __future__ import annotations

import secrets
import shlex

from lab.plan import AllowedFlow
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.backup import confined, restored, survives
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

CLIENT = "/etc/sanso/backup_client"
PATIENCE = 120.0  # seconds for a few borg commands on a busy machine; each starts Python twice
DIGESTS = "find {where} -type f -exec sha256sum {{}} + | sort -k 2"
RESTORE = (
    "set -e; b={client}/backup; $b make {name} >&2; . {client}/settings; cd /; for p in $saved; do {saved}; done; echo --; "
    "d=$(mktemp -d /run/restored.XXXXXX); trap 'rm -rf $d' EXIT; $b restore {name} $d >&2; cd $d; for p in $saved; do {saved}; done"
)
# as an attacker on the client would: delete, then ask the store to give the room back
DELETE = ". {client}/settings; borg delete ::{name} && {{ borg compact; true; }} && borg list --short"
LAST = "tail -n 1 {repository}/transactions | cut -d ' ' -f 2 | tr -d ,"
# a copy without the segments that came after the transaction (borg's own procedure for an append-only repository)
ROLL_BACK = (
    "set -e; d=$(mktemp -d /tmp/rolled.XXXXXX); trap 'rm -rf $d' EXIT; cp -r {repository} $d/r; cd $d/r; "
    'find data -type f | while read -r f; do [ "${{f##*/}}" -le {last} ] || rm "$f"; done; rm -f index.* hints.* integrity.*; '
    "read -r BORG_PASSPHRASE; export BORG_PASSPHRASE BORG_BASE_DIR=$d/base BORG_RELOCATED_REPO_ACCESS_IS_OK=yes; "
    "mkdir $d/out; cd $d/out; borg extract $d/r::{name} >&2; find . -type f -exec sha256sum {{}} + | sort -k 2"
)
AS_BORG = "setpriv --reuid={user} --regid={user} --clear-groups sh -c {script}"
# only the address of the store, as the client's settings have it, and the client's own way of starting ssh
CONFINED = (
    ". {client}/settings; at=${{BORG_REPO#ssh://}}; at=${{at%%/*}}; host=${{at%:*}}; port=${{at##*:}}; "
    "borg list --short >/dev/null 2>&1; echo works $?; echo '== shell'; "
    "$BORG_RSH -p $port $host 'id; id -u' </dev/null 2>&1; echo '== path'; borg list \"${{BORG_REPO%/*}}/other\" 2>&1; "
    "echo '== forward'; $BORG_RSH -p $port -W 127.0.0.1:$port $host </dev/null 2>&1; true"
)


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
        self._client, self._store = session.channel(flow.source), session.channel(flow.destination)

    def can_be_restored_even_if_its_client_deletes_it(self) -> list[Verdict]:
        """Made, restored with the same digests; then deleted by its client, and brought back on the store."""
        name, client = f"check-{secrets.token_hex(4)}", self._flow.source
        repository = f"/srv/backup/{client}"
        saved, back = self._made(name)
        verdicts = self._give(f"backup of {client} is restored", restored(client, saved, back))
        settle(verdicts)
        last = self._on_store(LAST.format(repository=repository)).strip()
        listed = self._run(DELETE.format(client=CLIENT, name=name))
        passphrase = self._run(f"cat {CLIENT}/passphrase")
        rolled = ""
        if last.isdecimal():  # a store that is not append-only keeps no list of transactions: nothing to go back to
            script = ROLL_BACK.format(repository=repository, last=last, name=name)
            rolled = self._on_store(f"echo {shlex.quote(passphrase.strip())} | {{ {script}; }}", must=False)
        judgement = survives(client, saved, _digests(rolled), gone=name not in listed.split())
        verdicts += self._give(f"backup of {client} survives its client", judgement)
        settle(verdicts)
        return verdicts

    def gives_its_client_nothing_else(self) -> list[Verdict]:
        """The client's key: no command, no other repository, no forwarded port; its own backups still open."""
        said = self._run(CONFINED.format(client=CLIENT))
        parts = dict(part.split("\n", 1) for part in said.split("== ")[1:])
        judgement = confined(
            self._flow.source,
            works=said.startswith("works 0"),
            shell=parts["shell"],
            path=parts["path"],
            forward=parts["forward"],
        )
        verdicts = self._give(f"backup key of {self._flow.source}", judgement)
        settle(verdicts)
        return verdicts

    def _made(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        """Make a backup and restore it: digests of what was saved, and of what came back."""
        done = self._client.run(
            RESTORE.format(client=CLIENT, name=name, saved=DIGESTS.format(where=".$p")), timeout=PATIENCE
        )
        saved, _, back = done.stdout.decode().partition("--\n")
        if not saved:
            raise CheckError(f"{self._flow.source}: no backup was made: {done.stderr.decode().strip()[-200:]}")
        return _digests(saved), _digests(back) if done.rc == 0 else {}

    def _run(self, script: str) -> str:
        done = self._client.run(script, timeout=PATIENCE)
        if done.rc:
            raise CheckError(f"{self._flow.source}: {done.stderr.decode().strip()[-200:] or f'exit code {done.rc}'}")
        return done.stdout.decode()

    def _on_store(self, script: str, *, must: bool = True) -> str:
        """Run as the user that owns the repositories. Without `must`, a failure is nothing found and not a CheckError."""
        done = self._store.run(AS_BORG.format(user="backup", script=shlex.quote(script)), timeout=PATIENCE)
        if done.rc and must:
            raise CheckError(f"{self._flow.destination}: {done.stderr.decode().strip()[-200:]}")
        return done.stdout.decode() if not done.rc else ""

    def _give(self, subject: str, judgement: Judgement) -> list[Verdict]:
        return [give(self._session, control, subject, judgement) for control in self._controls]


def _digests(text: str) -> dict[str, str]:
    return {path: digest for digest, _, path in (line.partition("  ") for line in text.splitlines()) if path}
