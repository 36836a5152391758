"""What a VPN gateway has loaded, read back: no attempt from outside finds a connection for an identity that nobody knows of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

VERSION, PROOF = "IKEv2", "EAP by EAP_RADIUS"


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection as the daemon lists it. `proofs`: what it asks of the other end, one per round."""

    name: str
    version: str
    proofs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """All of one gateway. `secrets`: names of shared keys and passwords; never what they are."""

    gateway: str
    connections: Sequence[Connection]
    secrets: Sequence[str]


def takes_the_plans_proof_alone(seen: Loaded) -> Judgement:
    """Every connection is IKEv2 and asks for what RADIUS decides, nothing else; no shared key is loaded for any."""
    if not seen.connections:
        return error(
            f"{seen.gateway} lists no connection at all, so nothing is shown",
            f"{seen.gateway} に接続設定がなく、判定できません",
        )
    other = [one for one in seen.connections if one.version != VERSION or not one.proofs or set(one.proofs) != {PROOF}]
    if other:
        told = "; ".join(f"{one.name}: {one.version}, {' and '.join(one.proofs) or 'no proof'}" for one in other)
        told_ja = "、".join(f"{one.name}（{one.version}、{_proofs_ja(one)}）" for one in other)
        return failed(
            Warrant.INSPECTED,
            f"{seen.gateway} has a connection loaded that takes more than {VERSION} with {PROOF}: {told}",
            f"{seen.gateway} に、{VERSION}とRADIUS経由のEAP以外を受け入れる接続設定が読み込まれています：{told_ja}",
        )
    if seen.secrets:
        return failed(
            Warrant.INSPECTED,
            f"{seen.gateway} has shared keys or passwords loaded: {', '.join(seen.secrets)}",
            f"{seen.gateway} に共有鍵またはパスワードが読み込まれています：{'、'.join(seen.secrets)}",
        )
    names = ", ".join(one.name for one in seen.connections)
    return passed(
        Warrant.INSPECTED,
        f"every connection that {seen.gateway} has loaded ({names}) is {VERSION} with {PROOF}; no shared key or password is loaded",
        f"{seen.gateway} に読み込まれた接続設定（{names}）はすべて{VERSION}とRADIUS経由のEAPのみで、共有鍵・パスワードは"
        "読み込まれていません",
    )


def _proofs_ja(one: Connection) -> str:
    return "・".join(proof.replace(" by ", "：") for proof in one.proofs) or "認証なし"
