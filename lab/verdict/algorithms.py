"""Algorithms and strengths of the certificates and keys on a host, against the state's lists (CRY-01, CRY-02)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from lab.catalogue import AlgorithmList
from lab.record import Warrant
from lab.verdict.chain import common_name
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.keys import Inventory

Flaw = tuple[str, str]  # in both languages
Named = tuple[str, str, int]  # what it is called, its family, its bits


def listed(host: str, there: Inventory, known: AlgorithmList) -> Judgement:
    """Whether every certificate and key of a host is of a listed algorithm, signed with a listed hash (CRY-01)."""
    flaws: list[Flaw] = []
    seen: set[str] = set()
    for where, one in _certificates(there):
        named = named_of(one.public_key())
        seen.add(named[0])
        flaws += _unlisted(where, named, known)
        digest = one.signature_hash_algorithm
        seen.add(digest.name if digest else "no separate hash")
        if digest is not None and digest.name not in known.hashes:
            flaws.append((f"{where} is signed with {digest.name}", f"{where} の署名が {digest.name}"))
    for path, named in _keys(there):
        seen.add(named[0])
        flaws += _unlisted(path, named, known)
    return _judged(host, flaws, seen, "on the e-Government recommended list", "電子政府推奨暗号リストに掲載")


def strong(host: str, there: Inventory, known: AlgorithmList) -> Judgement:
    """Whether every key has the strength of its time: `known.now` bits, and `known.later` if it lives beyond the date (CRY-02)."""
    flaws: list[Flaw] = []
    seen: set[str] = set()
    for where, one in _certificates(there):
        flaws += _weak(where, named_of(one.public_key()), known, one.not_valid_after_utc)
        seen.add(named_of(one.public_key())[0])
    for path, named in _keys(there):
        flaws += _weak(path, named, known, None)
        seen.add(named[0])
    return _judged(host, flaws, seen, f"of {known.now} bits, those beyond {known.until} of {known.later}",
                   f"{known.now} ビット以上、{known.until} を超えるものは {known.later} ビット以上")  # fmt: skip


def named_of(key: object) -> Named:
    """Name, family and size of a public key."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size} bits", "rsa", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}", "ec", key.curve.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519", "ed25519", 256
    if isinstance(key, ed448.Ed448PublicKey):
        return "Ed448", "ed448", 456
    return type(key).__name__.removesuffix("PublicKey").lstrip("_"), "", 0


def strength(named: Named, known: AlgorithmList) -> int:
    """Security bits of a key by the table; 0 for one that isn't in it."""
    _, family, bits = named
    table = known.strength.get(family, {})
    return max((security for size, security in table.items() if bits >= size), default=0)


def _certificates(there: Inventory) -> Iterator[tuple[str, x509.Certificate]]:
    for path, chain in zip(there.files, there.chains, strict=True):
        for one in chain:
            yield f"{common_name(one)} in {path}", one
    for path, one in there.authorities:
        yield f"{common_name(one)} in {path}", one


def _keys(there: Inventory) -> Iterator[tuple[str, Named]]:
    """Keys whose public half could be read. Others (of SSH, of borg) are judged where they are used."""
    for key in there.keys:
        if key.public:
            yield key.path, named_of(load_der_public_key(key.public))


def _unlisted(where: str, named: Named, known: AlgorithmList) -> list[Flaw]:
    if named[1] in known.keys:
        return []
    return [(f"{where} has a key of {named[0]}, which is not listed", f"{where} の鍵 {named[0]} はリストにありません")]


def _weak(where: str, named: Named, known: AlgorithmList, until: datetime | None) -> list[Flaw]:
    bits = strength(named, known)
    if bits < known.now:
        return [
            (f"{where}: {named[0]} has not even {known.now} bits", f"{where}：{named[0]} は {known.now} ビット未満")
        ]
    if until is not None and until.date() > known.until and bits < known.later:
        return [(
            f"{where}: {named[0]} is good until {known.until} and lives until {until:%Y-%m-%d}",
            f"{where}：{named[0]} は {known.until} まで、有効期限は {until:%Y-%m-%d}",
        )]  # fmt: skip
    return []


def _judged(host: str, flaws: list[Flaw], seen: set[str], en: str, ja: str) -> Judgement:
    if flaws:
        return failed(
            Warrant.INSPECTED,
            f"{host}: {'; '.join(one for one, _ in flaws)}",
            f"{host}：{'、'.join(one for _, one in flaws)}",
        )
    if not seen:
        return error(f"{host}: no certificate and no key was found", f"{host}：証明書も鍵も見つかりません")
    names = ", ".join(sorted(seen))
    return passed(Warrant.INSPECTED, f"{host}: {names}: {en}", f"{host}: {names}。{ja}")
