"""Offers to a VPN gateway with one weak thing in them: whatever it agrees to of such an offer has that thing in it.

What is weak is alone in its kind (cipher, integrity, PRF, group); of every other kind all is offered, sound and weak.
Words are strongSwan's. Ciphers that authenticate by themselves (AEAD) can't share a proposal with others.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_SIZES = (128, 192, 256)
_CIPHERS = ("aes256", "aes192", "aes128")
_AEAD = ("aes256gcm16", "aes192gcm16", "aes128gcm16", "chacha20poly1305")
_INTEGRITY = ("sha384", "sha256", "sha512")
_PRFS = ("prfsha384", "prfsha256", "prfsha512")
_GROUPS = (
    "ecp384", "ecp256", "ecp521", "curve25519", "curve448", "modp3072", "modp4096", "modp6144", "modp8192",
)  # fmt: skip
_OLD = ("des", "cast128", *(f"blowfish{size}" for size in _SIZES))
_OTHER = tuple(
    f"{name}{size}{mode}" for name, mode in (("aes", "ctr"), ("camellia", ""), ("camellia", "ctr")) for size in _SIZES
)
_OTHER_AEAD = tuple(f"aes{size}{mode}" for mode in ("gcm8", "gcm12", "ccm8", "ccm12", "ccm16") for size in _SIZES)
_NO_CIPHER_AEAD = tuple(f"aes{size}gmac" for size in _SIZES)
_OTHER_INTEGRITY = ("sha1_160", "md5_128", "sha256_96", "aesxcbc", "aescmac")
_OTHER_PRFS = ("prfmd5", "prfaesxcbc", "prfaescmac")
_OTHER_GROUPS = (
    "modp768", "modp1024s160", "modp2048s224", "modp2048s256", "ecp192", "ecp224", "ecp224bp", "ecp256bp", "ecp384bp", "ecp512bp",
)  # fmt: skip
_EVERY_CIPHER = (*_CIPHERS, "3des", *_OLD, "null", *_OTHER)
_EVERY_AEAD = (*_AEAD, *_OTHER_AEAD)
_EVERY_INTEGRITY = (*_INTEGRITY, "sha1", "md5", *_OTHER_INTEGRITY)
_EVERY_PRF = (*_PRFS, "prfsha1", *_OTHER_PRFS)
_EVERY_GROUP = (*_GROUPS, "modp2048", "modp1536", "modp1024", *_OTHER_GROUPS)


class Kind(StrEnum):
    """What a weak thing is."""

    CIPHER = "cipher"
    AEAD = "AEAD cipher"
    INTEGRITY = "integrity"
    PRF = "PRF"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Weak:
    """What is offered alone in its kind."""

    kind: Kind
    words: tuple[str, ...]
    name: str  # what people call it
    name_ja: str


_NAMED = (
    (Kind.CIPHER, ("3des",), "3DES", "3DES"),
    (Kind.CIPHER, _OLD, "DES, CAST and Blowfish", "DES・CAST・Blowfish"),
    (Kind.CIPHER, ("null",), "NULL", "NULL（暗号化なし）"),
    (Kind.CIPHER, _OTHER, "AES-CTR and Camellia", "AES-CTR・Camellia"),
    (Kind.AEAD, _OTHER_AEAD, "AES-CCM and GCM with short tags", "AES-CCM・短い認証タグのAES-GCM"),
    (Kind.INTEGRITY, ("sha1",), "SHA-1", "SHA-1"),
    (Kind.INTEGRITY, ("md5",), "MD5", "MD5"),
    (
        Kind.INTEGRITY,
        _OTHER_INTEGRITY,
        "AES-XCBC, AES-CMAC and HMACs of odd lengths",
        "AES-XCBC・AES-CMAC・切り詰め長が標準と異なるHMAC",
    ),
    (Kind.PRF, ("prfsha1",), "SHA-1", "SHA-1"),
    (Kind.PRF, _OTHER_PRFS, "MD5, AES-XCBC and AES-CMAC", "MD5・AES-XCBC・AES-CMAC"),
    (Kind.GROUP, ("modp1024",), "MODP 1024", "MODP 1024"),
    (Kind.GROUP, ("modp1536",), "MODP 1536", "MODP 1536"),
    (Kind.GROUP, ("modp2048",), "MODP 2048", "MODP 2048"),
    (
        Kind.GROUP,
        _OTHER_GROUPS,
        "MODP 768, subgroups, small and Brainpool curves",
        "MODP 768・部分群付きMODP・短い曲線・Brainpool",
    ),
)
IKE = tuple(Weak(*one) for one in _NAMED)
ESP = (
    *(one for one in IKE if one.kind not in {Kind.PRF, Kind.GROUP}),
    Weak(Kind.AEAD, _NO_CIPHER_AEAD, "AES-GMAC, which encrypts nothing", "AES-GMAC（暗号化なし）"),
)
ESP_GROUPS = Weak(
    Kind.GROUP,
    ("modp2048", "modp1536", "modp1024", *_OTHER_GROUPS),
    "MODP 2048 and below, small and Brainpool curves",
    "MODP 2048以下・短い曲線・Brainpool",
)


def whole(weak: tuple[Weak, ...]) -> tuple[Weak, ...]:
    """One for each kind, of all the words of that kind."""
    made = []
    for kind in Kind:
        words = tuple(word for one in weak if one.kind is kind for word in one.words)
        if words:
            made.append(Weak(kind, words, "what is outside of the baseline", "基準外のもの"))
    return tuple(made)


def ike(weak: Weak) -> str:
    """The proposals of IKE."""
    return _proposals(weak, (Kind.PRF, _EVERY_PRF), (Kind.GROUP, _EVERY_GROUP))


def esp(weak: Weak) -> str:
    """The proposals of ESP. Groups count for new keys alone, so they are there only if they are what is weak."""
    more = ((Kind.GROUP, _EVERY_GROUP),) if weak.kind is Kind.GROUP else ()
    return _proposals(weak, *more)


def _proposals(weak: Weak, *more: tuple[Kind, tuple[str, ...]]) -> str:
    plain = ((Kind.CIPHER, _EVERY_CIPHER), (Kind.INTEGRITY, _EVERY_INTEGRITY), *more)
    combined = ((Kind.AEAD, _EVERY_AEAD), *more)
    made = []
    for parts in (plain, combined):
        if any(kind is weak.kind for kind, _ in parts):
            words = [word for kind, every in parts for word in (weak.words if kind is weak.kind else every)]
            made.append("-".join(words))
    return ", ".join(made)
