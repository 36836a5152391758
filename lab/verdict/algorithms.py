"""Algorithms and strengths of the certificates and keys on a host, against the state's lists (CRY-01, CRY-02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from lab.catalogue import AlgorithmList
from lab.record import Warrant
from lab.verdict.chain import common_name
from lab.verdict.flaw import Flaw, told
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.keys import Inventory


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    en: str
    ja: str


Named = tuple[Name, str, int]  # what it is called, its family, its bits


def listed(host: str, there: Inventory, known: AlgorithmList) -> Judgement:
    """Whether every certificate and key of a host is of a listed algorithm, signed with a listed hash (CRY-01)."""
    flaws: list[Flaw] = []
    seen: set[Name] = set()
    for where, one in _certificates(there):
        named = named_of(one.public_key())
        seen.add(named[0])
        flaws += _unlisted(where, named, known)
        digest = one.signature_hash_algorithm
        seen.add(_same(digest.name) if digest else Name(en="no separate hash", ja="ハッシュは署名方式に固有"))
        if digest is not None and digest.name not in known.hashes:
            flaws.append(Flaw(f"{where.en} is signed with {digest.name}", f"{where.ja} の署名が {digest.name}"))
    for path, named in _keys(there):
        seen.add(named[0])
        flaws += _unlisted(_same(path), named, known)
    return _judged(host, flaws, seen, "on the e-Government recommended list", "電子政府推奨暗号リストに掲載")


def strong(host: str, there: Inventory, known: AlgorithmList) -> Judgement:
    """Whether every key has the strength of its time: `known.now` bits, and `known.later` if it lives beyond the date (CRY-02)."""
    flaws: list[Flaw] = []
    seen: set[Name] = set()
    for where, one in _certificates(there):
        flaws += _weak(where, named_of(one.public_key()), known, one.not_valid_after_utc)
        seen.add(named_of(one.public_key())[0])
    for path, named in _keys(there):
        flaws += _weak(_same(path), named, known, None)
        seen.add(named[0])
    return _judged(host, flaws, seen, f"of {known.now} bits, those beyond {known.until} of {known.later}",
                   f"{known.now} ビット以上、{known.until} を超えるものは {known.later} ビット以上")  # fmt: skip


def named_of(key: object) -> Named:
    """Name, family and size of a public key."""
    if isinstance(key, rsa.RSAPublicKey):
        return Name(en=f"RSA {key.key_size} bits", ja=f"RSA {key.key_size} ビット"), "rsa", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _same(f"EC {key.curve.name}"), "ec", key.curve.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return _same("Ed25519"), "ed25519", 256
    if isinstance(key, ed448.Ed448PublicKey):
        return _same("Ed448"), "ed448", 456
    return _same(type(key).__name__.removesuffix("PublicKey").lstrip("_")), "", 0


def strength(named: Named, known: AlgorithmList) -> int:
    """Security bits of a key by the table; 0 for one that isn't in it."""
    _, family, bits = named
    table = known.strength.get(family, {})
    return max((security for size, security in table.items() if bits >= size), default=0)


def _certificates(there: Inventory) -> Iterator[tuple[Name, x509.Certificate]]:
    for path, chain in zip(there.files, there.chains, strict=True):
        for one in chain:
            yield _within(one, path), one
    for path, one in there.authorities:
        yield _within(one, path), one


def _keys(there: Inventory) -> Iterator[tuple[str, Named]]:
    """Keys whose public half could be read. Others (of SSH, of borg) are judged where they are used."""
    for key in there.keys:
        if key.public:
            yield key.path, named_of(load_der_public_key(key.public))


def _unlisted(where: Name, named: Named, known: AlgorithmList) -> list[Flaw]:
    if named[1] in known.keys:
        return []
    en, ja = (
        f"{where.en} has a key of {named[0].en}, which is not listed",
        f"{where.ja} の鍵 {named[0].ja} はリストにない",
    )
    return [Flaw(en, ja)]


def _weak(where: Name, named: Named, known: AlgorithmList, until: datetime | None) -> list[Flaw]:
    bits = strength(named, known)
    if bits < known.now:
        en, ja = f"{where.en}: {named[0].en} has not even", f"{where.ja}：{named[0].ja} の強度が"
        return [Flaw(f"{en} {known.now} bits", f"{ja} {known.now} ビット未満")]
    if until is not None and until.date() > known.until and bits < known.later:
        return [Flaw(
            f"{where.en}: {named[0].en} is good until {known.until} and lives until {until:%Y-%m-%d}",
            f"{where.ja}：{named[0].ja} を使えるのは {known.until} まで、有効期限は {until:%Y-%m-%d}",
        )]  # fmt: skip
    return []


def _judged(host: str, flaws: list[Flaw], seen: set[Name], en: str, ja: str) -> Judgement:
    if flaws:
        wrong, wrong_ja = told(flaws)
        return failed(Warrant.INSPECTED, f"{host}: {wrong}", f"{host}：{wrong_ja}")
    if not seen:
        return error(f"{host}: no certificate and no key was found", f"{host}：証明書も鍵も見つかりません")
    names, names_ja = ", ".join(sorted(one.en for one in seen)), "、".join(sorted(one.ja for one in seen))
    return passed(Warrant.INSPECTED, f"{host}: {names}: {en}", f"{host}：{names_ja}。{ja}")


def _same(name: str) -> Name:
    return Name(en=name, ja=name)


def _within(one: x509.Certificate, path: str) -> Name:
    return Name(en=f"{common_name(one)} in {path}", ja=f"{path} の {common_name(one)}")
