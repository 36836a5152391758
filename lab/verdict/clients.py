"""Who may ask an authentication server: one address each, a long secret of its own, and nobody beside the plan's (RAD-04)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

SHORTEST = 32  # characters
FAMOUS = frozenset({"testing123", "secret", "radius", "cisco", "whatever", "changeme"})  # examples of manuals


@dataclass(frozen=True, slots=True)
class Client:
    """One network access server as the configuration has it. The secret never goes into a message."""

    name: str
    address: str  # or a network
    secret: str


def clients_judged(server: str, clients: Sequence[Client], planned: Collection[str]) -> Judgement:
    """One judgement of all clients. `planned`: the addresses that the plan has asking."""
    if not clients:
        return error(f"{server} has no client in its configuration", f"{server} の設定にクライアントがありません")
    flaws = [*_secrets(clients), *_addresses(clients, planned)]
    if flaws:
        return failed(
            Warrant.INSPECTED,
            f"{server}: {'; '.join(en for en, _ in flaws)}",
            f"{server}：{'、'.join(ja for _, ja in flaws)}",
        )
    names = ", ".join(dict.fromkeys(one.name for one in clients))
    shortest = min(len(one.secret) for one in clients)
    return passed(
        Warrant.INSPECTED,
        f"{server} knows {names} by address, each with a secret of its own of {shortest} characters at least",
        f"{server} は {names} をアドレスで識別し、それぞれ固有の {shortest} 文字以上の共有シークレットを持ちます",
    )


def _secrets(clients: Sequence[Client]) -> list[tuple[str, str]]:
    flaws = []
    owners: dict[str, set[str]] = {}
    for one in clients:
        owners.setdefault(one.secret, set()).add(one.name)
        if one.secret.lower() in FAMOUS:
            flaws.append(
                (f"{one.name} has a manual's example as its secret", f"{one.name} の共有シークレットが例示の値")
            )
        elif len(one.secret) < SHORTEST:
            flaws.append((
                f"{one.name} has a secret of {len(one.secret)} characters, {SHORTEST} at least",
                f"{one.name} の共有シークレットが {len(one.secret)} 文字（{SHORTEST} 文字以上が必要）",
            ))  # fmt: skip
    shared = [sorted(names) for names in owners.values() if len(names) > 1]
    return flaws + [
        (f"{' and '.join(names)} share a secret", f"{'、'.join(names)} の共有シークレットが同一") for names in shared
    ]


def _addresses(clients: Sequence[Client], planned: Collection[str]) -> list[tuple[str, str]]:
    return [
        (f"{one.name} may ask from {one.address}, which the plan doesn't have", f"{one.name} が計画外の {one.address}")
        for one in clients
        if one.address not in planned
    ]
