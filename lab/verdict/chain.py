"""A certificate chain as it was presented, against the baseline of a private authority (CRY-05)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lab.catalogue import PkiProfile
from lab.plan import Address, Network
from lab.record import Warrant
from lab.verdict.flaw import Flaw, told
from lab.verdict.judgement import Judgement, failed, passed

T = TypeVar("T", bound=x509.ExtensionType)

USAGES = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
EXTENDED = {**USAGES, "terminal": ExtendedKeyUsageOID.CLIENT_AUTH}  # a terminal's names an identity, and no host
USAGES_JA = {"server": "サーバ", "client": "クライアント", "terminal": "端末"}
EVERY_NETWORK = frozenset({ip_network("0.0.0.0/0"), ip_network("::/0")})
LENGTH = 2  # host and issuing CA; the root is what the other side has


@dataclass(frozen=True, slots=True)
class Asked:
    """What a chain has to be: for whom, for what, under which root, and when."""

    usage: str  # "server" | "client" | "terminal"
    name: str  # that the host's certificate must carry; a terminal's: its identity
    root: x509.Certificate
    domain: str  # all that the issuing CA may name
    networks: tuple[Network, ...]
    now: datetime  # aware
    names: tuple[str, ...] = ()  # what else it may carry: the host's other names
    addresses: tuple[Address, ...] = ()  # the host's own


def presented(chain: Sequence[x509.Certificate], asked: Asked, profile: PkiProfile, warrant: Warrant) -> Judgement:
    """One judgement of the whole chain, host first; a fail names everything that is wrong with it."""
    flaws = list(_flaws(chain, asked, profile))
    if flaws:
        return failed(warrant, *told(flaws))
    host, issuing = chain
    until = f"{host.not_valid_after_utc:%Y-%m-%d}"
    return passed(
        warrant,
        f"{common_name(host)} by {common_name(issuing)} by {common_name(asked.root)}: {asked.usage} only, {_key(host)}, "
        f"valid until {until}, no other names than those of {asked.domain} could be issued",
        f"{common_name(host)} の証明書は {common_name(issuing)} が発行し、{USAGES_JA[asked.usage]}用途のみ、{_key_ja(host)}、"
        f"有効期限 {until}、{asked.domain} 以外の名前は発行できません",
    )


def _flaws(chain: Sequence[x509.Certificate], asked: Asked, profile: PkiProfile) -> Iterator[Flaw]:
    for kind, certificate in (*zip(("host", "issuing"), chain, strict=False), ("root", asked.root)):
        yield from _strength(kind, certificate, profile)
        yield from _lifetime(kind, certificate, profile, asked.now)
    if len(chain) != LENGTH:
        yield Flaw(
            f"{len(chain)} certificates are presented, host and issuing CA are asked",
            f"提示された証明書は {len(chain)} 枚です（ホストと発行CAの2枚が必要）",
        )
    yield from _links([*chain[:LENGTH], asked.root])
    yield from _host(chain[0], asked)
    if len(chain) >= LENGTH:
        yield from _issuing(chain[1], asked)


def _strength(kind: str, certificate: x509.Certificate, profile: PkiProfile) -> Iterator[Flaw]:
    name, key, algorithm = common_name(certificate), certificate.public_key(), certificate.signature_hash_algorithm
    if isinstance(key, rsa.RSAPublicKey):
        good = key.key_size >= profile.minimum_rsa_bits
    else:
        good = isinstance(key, ed25519.Ed25519PublicKey) or (
            isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in profile.curves
        )
    if not good:
        yield Flaw(
            f"{kind} {name} has a weak key ({_key(certificate)})", f"{name} の鍵が弱い（{_key_ja(certificate)}）"
        )
    if algorithm is not None and algorithm.name not in profile.signature_hashes:
        yield Flaw(f"{kind} {name} is signed with {algorithm.name}", f"{name} の署名が {algorithm.name}")


def _lifetime(kind: str, certificate: x509.Certificate, profile: PkiProfile, now: datetime) -> Iterator[Flaw]:
    name, begin, end = common_name(certificate), certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now >= end:
        yield Flaw(
            f"{kind} {name} expired on {end:%Y-%m-%d %H:%M} UTC", f"{name} は {end:%Y-%m-%d %H:%M} UTC に期限切れ"
        )
    if now < begin:
        yield Flaw(f"{kind} {name} is not valid before {begin:%Y-%m-%d}", f"{name} は {begin:%Y-%m-%d} まで無効")
    longest = profile.lifetime_days[kind]
    if end - begin > timedelta(days=longest):
        days = (end - begin).days
        yield Flaw(
            f"{kind} {name} lives {days} days, {longest} at most", f"{name} の有効期間が {days} 日（上限 {longest} 日）"
        )


def _links(chain: Sequence[x509.Certificate]) -> Iterator[Flaw]:
    for below, above in pairwise(chain):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            how = "signed itself" if below.issuer == below.subject else f"was not issued by {common_name(above)}"
            ja = "自己署名です" if below.issuer == below.subject else f"{common_name(above)} の発行ではありません"
            yield Flaw(f"{common_name(below)} {how}", f"{common_name(below)} は{ja}")


def _host(certificate: x509.Certificate, asked: Asked) -> Iterator[Flaw]:
    name = common_name(certificate)
    basic = extension(certificate, x509.BasicConstraints)
    if basic is None or basic.ca:
        yield Flaw(f"{name} may issue certificates itself", f"{name} は自ら証明書を発行できます")
    usage = extension(certificate, x509.ExtendedKeyUsage)
    if usage is None or list(usage) != [EXTENDED[asked.usage]]:
        yield Flaw(
            f"{name} is for {_uses(usage)}, not for {asked.usage} alone",
            f"{name} の用途が{USAGES_JA[asked.usage]}専用ではありません",
        )
    names = extension(certificate, x509.SubjectAlternativeName)
    kind = x509.RFC822Name if asked.usage == "terminal" else x509.DNSName
    known = names.get_values_for_type(kind) if names else []
    if asked.name not in known:
        yield Flaw(
            f"{name} names {', '.join(known) or 'nobody'}, not {asked.name}",
            f"{name} は {asked.name} の名前を持ちません",
        )
    others = [str(one.value) for one in names or () if not isinstance(one, (kind, x509.IPAddress))]
    for stranger in [one for one in known if one not in {asked.name, *asked.names}] + others:
        outside = not _below(stranger.rpartition("@")[2], asked.domain)
        yield Flaw(
            f"{name} names {stranger}, {f'outside of {asked.domain}' if outside else 'which is none of its names'}",
            f"{name} は{f'{asked.domain} 外の' if outside else '自身の名前でない'} {stranger} を名乗ります",
        )
    for foreign in set(names.get_values_for_type(x509.IPAddress) if names else ()) - set(asked.addresses):
        yield Flaw(
            f"{name} names {foreign}, which is none of its addresses",
            f"{name} は自身のアドレスでない {foreign} を名乗ります",
        )


def _issuing(certificate: x509.Certificate, asked: Asked) -> Iterator[Flaw]:
    name = common_name(certificate)
    basic = extension(certificate, x509.BasicConstraints)
    if basic is None or not basic.ca or basic.path_length != 0:
        yield Flaw(f"{name} is no CA of path length 0", f"{name} は経路長0のCAではありません")
    usage = extension(certificate, x509.ExtendedKeyUsage)
    if usage is None or list(usage) != [EXTENDED[asked.usage]]:
        yield Flaw(
            f"{name} may issue for {_uses(usage)}, not for {asked.usage} alone",
            f"{name} は{USAGES_JA[asked.usage]}用以外にも発行できます",
        )
    found = next((one for one in certificate.extensions if isinstance(one.value, x509.NameConstraints)), None)
    if found is None or not found.critical:
        yield Flaw(f"{name} has no critical name constraints", f"{name} に重要（critical）な名前制約がありません")
        return
    if asked.usage == "terminal":
        yield from _identities(name, found.value, asked.domain)
        return
    permitted = [one.value for one in found.value.permitted_subtrees or ()]
    names = [one for one in permitted if isinstance(one, str)]
    networks = [one for one in permitted if not isinstance(one, str)]
    wide = [one for one in names if not _below(one, asked.domain)] + [
        one for one in networks if one not in asked.networks
    ]
    if wide or not names or not networks:
        shown, shown_ja = ", ".join(map(str, wide)), "、".join(map(str, wide))
        yield Flaw(
            f"{name} may also name {shown or 'any name or any address'}",
            f"{name} は {shown_ja or '任意の名前またはアドレス'} も名乗らせることができます",
        )


def _identities(name: str, constraints: x509.NameConstraints, domain: str) -> Iterator[Flaw]:
    """Whoever issues to terminals may name identities of the domain, and no host: a log sender is known by its name."""
    permitted = list(constraints.permitted_subtrees or ())
    excluded = list(constraints.excluded_subtrees or ())
    if permitted != [x509.RFC822Name(domain)]:
        shown = ", ".join(str(one.value) for one in permitted) or "any identity"
        yield Flaw(
            f"{name} may name {shown}, not identities of {domain} alone",
            f"{name} は {domain} 以外の識別名も名乗らせることができます",
        )
    networks = {one.value for one in excluded if isinstance(one, x509.IPAddress)}
    if x509.DNSName("") not in excluded or not networks >= EVERY_NETWORK:
        yield Flaw(f"{name} may name hosts too", f"{name} はホストの名前も名乗らせることができます")


def extension(certificate: x509.Certificate, kind: type[T]) -> T | None:
    """That extension of a certificate, None if it has none."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def common_name(certificate: x509.Certificate) -> str:
    """The common name, or the whole subject."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _below(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _uses(usage: x509.ExtendedKeyUsage | None) -> str:
    known = {oid: word for word, oid in USAGES.items()}
    return " and ".join(known.get(oid, oid.dotted_string) for oid in usage) if usage else "anything"


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return type(key).__name__


def _key_ja(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    return f"RSA {key.key_size} ビット" if isinstance(key, rsa.RSAPublicKey) else _key(certificate)
