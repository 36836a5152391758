"""Backups: restored whole, out of their client's reach, and nothing else behind the key."""

from __future__ import annotations

from collections.abc import Mapping

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

Digests = Mapping[str, str]  # path -> SHA-256 (hex)
FORBIDDEN_PATH = "Repository path not allowed"  # borg's own word
NO_FORWARDING = "administratively prohibited"  # sshd's


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
            f"{client} の {len(saved)} ファイル中 {len(lost)} 件が元の内容で復元されませんでした: {', '.join(lost[:3])}",
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


def confined(client: str, *, works: bool, shell: str, path: str, forward: str) -> Judgement:
    """Say whether the client's key opens its own repository and nothing else.

    `works`: the same key lists its own backups. `shell`, `path`, `forward`: all that came back for a command, another
    host's repository, and a forwarded port.
    """
    if "uid=" in shell:
        return failed(
            Warrant.WITNESSED,
            f"the backup key of {client} runs commands on the store: {shell.strip()[:80]!r}",
            f"{client} のバックアップ鍵で保管サーバ上のコマンドを実行できます: {shell.strip()[:80]!r}",
        )
    if not works:
        return error(
            f"the key of {client} doesn't open its own backups either, so a refusal shows nothing",
            f"{client} の鍵では自身のバックアップも開けず、拒否は証拠になりません",
        )
    for word, said, what_en, what_ja in (
        (FORBIDDEN_PATH, path, "another host's repository", "他ホストのリポジトリ"),
        (NO_FORWARDING, forward, "a forwarded port", "ポート転送"),
    ):
        if word not in said:
            return failed(
                Warrant.WITNESSED,
                f"the store did not refuse {what_en} to {client}: {said.strip()[-120:]!r}",
                f"保管サーバが {client} に対し{what_ja}を拒否しませんでした: {said.strip()[-120:]!r}",
            )
    return passed(
        Warrant.WITNESSED,
        f"the key of {client} opens its own backups; a command got no answer, another repository {FORBIDDEN_PATH!r}, "
        f"a forwarded port {NO_FORWARDING!r}",
        f"{client} の鍵は自身のバックアップのみを開きます。コマンドは実行されず、他のリポジトリ（{FORBIDDEN_PATH}）と"
        f"ポート転送（{NO_FORWARDING}）は拒否されました",
    )
