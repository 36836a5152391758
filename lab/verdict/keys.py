"""The private keys that lie on a host: whose they are, who may read them, and that no authority's is among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lab.record import Warrant
from lab.verdict.chain import common_name
from lab.verdict.judgement import Judgement, error, failed, passed

SSH = "OPENSSH PRIVATE KEY"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file that holds a private key. Of the key itself only its public half is ever read."""

    path: str
    mode: str  # octal, "600"
    owner: str  # "uid:gid"
    public: bytes  # DER of SubjectPublicKeyInfo of the first; empty if it can't be read
    kinds: tuple[str, ...] = ("PRIVATE KEY",)  # of each key in it, by the words of its first line

    @property
    def told(self) -> bool:
        """Whether it is known whose it is. An SSH key is no CA's: no certificate of the lab is made with one."""
        return bool(self.public and len(self.kinds) == 1) or self.kinds == (SSH,)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What lies on a host: keys, and chains as they stand in files (host's certificate first)."""

    keys: tuple[KeyFile, ...]
    chains: tuple[tuple[x509.Certificate, ...], ...]
    files: tuple[str, ...]  # of the chains, in the same order
    authorities: tuple[
        tuple[str, x509.Certificate], ...
    ] = ()  # files that begin with a CA's certificate, and all in them


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA, by name and public key."""

    name: str
    public: bytes

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Authority:
        """The CA of that certificate."""
        return cls(common_name(certificate), public_of(certificate))


def public_of(certificate: x509.Certificate) -> bytes:
    """DER of a certificate's public key."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def keys_judged(host: str, inventory: Inventory, authorities: Sequence[Authority], mode: str) -> Judgement:
    """One judgement of all keys of a host. Warrant `inspected`: files were looked at, memory was not."""
    wrong, ja = [], []
    by_key = {authority.public: authority.name for authority in authorities}
    for key in inventory.keys:
        if key.public in by_key:
            wrong.append(f"{key.path} is the private key of {by_key[key.public]}")
            ja.append(f"{key.path} は {by_key[key.public]} の秘密鍵です")
        if int(key.mode, 8) & ~int(mode, 8):
            wrong.append(f"{key.path} has mode {key.mode}, {mode} at most")
            ja.append(f"{key.path} のモードが {key.mode} です（{mode} まで）")
    if wrong:
        return failed(Warrant.INSPECTED, f"{host}: {'; '.join(wrong)}", f"{host}：{'、'.join(ja)}")
    if unread := [key for key in inventory.keys if not key.told]:
        listed = ", ".join(f"{key.path} ({', '.join(key.kinds)})" for key in unread)
        return error(
            f"{host}: whether it is a CA's can't be told of {listed}: encrypted, or several in one file",
            f"{host}：{listed} は暗号化されているか複数の鍵を含み、認証局の鍵か判定できません",
        )
    paths = [key.path for key in inventory.keys]
    names, names_ja = ", ".join(paths) or "none", "、".join(paths) or "なし"
    return passed(
        Warrant.INSPECTED,
        f"{host}: private keys: {names}; of mode {mode}, and none of them a CA's ({len(authorities)} CAs compared)",
        f"{host}：秘密鍵：{names_ja}。モードは {mode} で、認証局の鍵はありません（{len(authorities)} 件と照合）",
    )
