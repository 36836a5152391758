"""Backups: restored whole, out of their client's reach, and nothing else behind the key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

Digests = Mapping[str, str]  # path -> SHA-256 (hex)
FORBIDDEN_PATH = "Repository path not allowed"  # borg's own word
NO_FORWARDING = "administratively prohibited"  # sshd's
NOT_LISTENING = "remote port forwarding failed"  # the client's word for sshd's refusal to listen
BACKWARDS = 2  # a port and a socket file
TIED = re.compile(
    r'restrict,command="[^"]+" (?:ssh-|ecdsa-|sk-)\S+ '
)  # nothing beside it that would give something back


def restored(client: str, saved: Digests, back: Digests, *, by: str = "its own restore") -> Judgement:
    """Say whether what came back is what was saved, file by file."""
    if not saved:
        return error(
            f"{client} has nothing to save: nothing was shown", f"{client} に保存対象がなく、何も確認できません"
        )
    lost = sorted(path for path, digest in saved.items() if back.get(path) != digest)
    if lost:
        return failed(
            Warrant.WITNESSED,
            f"{len(lost)} of {len(saved)} files of {client} did not come back as they were by {by}: {', '.join(lost[:3])}",
            f"{client} の {len(saved)} ファイル中 {len(lost)} 件が元の内容で復元されませんでした：{'、'.join(lost[:3])}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{len(saved)} files of {client} came back with the same digests by {by}",
        f"{client} の {len(saved)} ファイルが同一のハッシュ値で復元されました",
    )


def survives(client: str, saved: Digests, back: Digests, *, gone: bool) -> Judgement:
    """Say whether a backup that its client deleted came back from the store's own segments.

    `gone`: after the deletion the client's list had the backup no more, so the attempt did happen. Append-only does not
    refuse the deletion: it keeps what was deleted, for whoever has the store.
    """
    if not gone:
        return error(
            f"the client {client} could not even mark its backup as deleted: nothing was tried",
            f"{client} がバックアップの削除を実行できず、何も試していません",
        )
    return restored(client, saved, back, by="a rollback on the store after its client had deleted and compacted it")


@dataclass(frozen=True, slots=True)
class Key:
    """What came of one client's key at the store."""

    works: bool  # its own repository opens
    shell: str  # all that came back for a command, and for a login without one
    paths: Mapping[str, str]  # other places that a repository was asked for at -> what the store said
    backwards: str  # all that came back for a port and a socket file that the store should listen on
    forward: str  # and for a port of its own
    rights: Sequence[str]  # the store's list of keys, line by line


def confined(client: str, key: Key, *, number: int) -> Judgement:
    """Say whether the client's key opens its own repository and nothing else.

    `number`: of the clients that the plan has; the store's list must have as many keys, each tied to one command.
    """
    if "uid=" in key.shell:
        return failed(
            Warrant.WITNESSED,
            f"the backup key of {client} runs commands on the store: {key.shell.strip()[:80]!r}",
            f"{client} のバックアップ鍵で保管サーバ上のコマンドを実行できます：{key.shell.strip()[:80]!r}",
        )
    if not key.works or not key.paths:
        return error(
            f"the key of {client} doesn't open its own backups either, so a refusal shows nothing",
            f"{client} の鍵では自身のバックアップも開けず、拒否は証拠になりません",
        )
    for what_en, what_ja, said in _not_refused(key):
        return failed(
            Warrant.WITNESSED,
            f"the store did not refuse {what_en} to {client}: {said.strip()[-120:]!r}",
            f"保管サーバが {client} に対し{what_ja}を拒否しませんでした：{said.strip()[-120:]!r}",
        )
    loose = [line for line in key.rights if not TIED.match(line)]
    if loose or len(key.rights) != number:
        told, told_ja = (repr(loose[0][:80]),) * 2 if loose else (f"{len(key.rights)} keys", f"{len(key.rights)} 件")
        return failed(
            Warrant.INSPECTED,
            f"the store's list has keys that are not each tied to one client's command ({number} planned): {told}",
            f"保管サーバの鍵の一覧に、利用者ごとのコマンドに限定されていない鍵があります（計画は {number} 件）：{told_ja}",
        )
    return passed(
        Warrant.WITNESSED,
        f"the key of {client} opens its own backups; a command got no answer, {len(key.paths)} other paths {FORBIDDEN_PATH!r}, "
        f"a forwarded port {NO_FORWARDING!r}, a port and a socket on the store {NOT_LISTENING!r}; each of {number} keys is tied to "
        "its command",
        f"{client} の鍵は自身のバックアップのみを開きます。コマンドは実行されず、他の {len(key.paths)} パス（{FORBIDDEN_PATH}）、"
        f"ポート転送（{NO_FORWARDING}）、保管サーバ側での待受け（{NOT_LISTENING}）は拒否されました。鍵 {number} 件はそれぞれの"
        "コマンドに限定されています",
    )


def _not_refused(key: Key) -> Iterator[tuple[str, str, str]]:
    """What the store did not say no to, in its own words: (English, Japanese, all that it said)."""
    for path, said in key.paths.items():
        if FORBIDDEN_PATH not in said:
            yield f"a repository at {path}", f" {path} のリポジトリ", said
    if NO_FORWARDING not in key.forward:
        yield "a forwarded port", "ポート転送", key.forward
    if key.backwards.count(NOT_LISTENING) != BACKWARDS:
        yield "to listen for it, on a port or a socket file,", "ポートまたはソケットでの待受け", key.backwards
