"""What an SSH server offers before anyone logs in, against the baseline (CRY-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from lab.catalogue import Algorithms, SshProfile
from lab.record import State, Warrant
from lab.verdict.judgement import Judgement, failed, passed

JAPANESE = {
    "key exchange": "鍵交換", "host key": "ホスト鍵", "cipher": "暗号", "MAC": "MAC", "compression": "圧縮",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SshOffer:
    """The lists of a server's KEXINIT (RFC 4253, 7.1), both directions, and what it lets people try."""

    banner: str
    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    compression: tuple[str, ...]
    authentication: tuple[str, ...] = ()  # methods of the reply to "none" (RFC 4252, 5.2); "none": let in at once
    host_key: str = ""  # type of the key that was shown
    host_key_bits: int = 0
    exceptions: tuple[str, ...] = ()  # "Match" lines of its files: what it lets some people try is not what it told us


def algorithms(offer: SshOffer, profile: SshProfile) -> dict[str, Judgement]:
    """One judgement per list of names: "key exchange", "host key", "cipher", "MAC", "compression"."""
    methods = tuple(name for name in offer.kex if name not in profile.kex_markers)
    judged = {
        "key exchange": _named("key exchange", methods, profile.kex),
        "host key": _named("host key", offer.host_keys, profile.host_keys),
        "cipher": _named("cipher", offer.ciphers, profile.ciphers),
        "MAC": _named("MAC", offer.macs, profile.macs),
        "compression": _named("compression", offer.compression, profile.compression),
    }
    lacking = [name for name in profile.required_markers if name not in offer.kex]
    if lacking:
        judged["key exchange"] = failed(
            Warrant.WITNESSED,
            f"the offer lacks {', '.join(lacking)}: the first packets can be cut off unseen",
            f"{'、'.join(lacking)} がなく、最初のパケットの切り捨てに気付けません",
        )
    if offer.host_key.startswith(("ssh-rsa", "rsa-")) and offer.host_key_bits < profile.minimum_rsa_bits:
        judged["host key"] = failed(
            Warrant.WITNESSED,
            f"its RSA host key has {offer.host_key_bits} bits, {profile.minimum_rsa_bits} at least are asked",
            f"RSAホスト鍵は {offer.host_key_bits} ビットです（{profile.minimum_rsa_bits} ビット以上が必要）",
        )
    return judged


def authentication(offer: SshOffer, profile: SshProfile) -> Judgement:
    """Whether people can try nothing but what the baseline allows."""
    methods = ", ".join(offer.authentication)
    wrong = [method for method in offer.authentication if method not in profile.authentication]
    if not offer.authentication:
        return failed(Warrant.WITNESSED, "it names no way to log in", "認証方式の提示がありません")
    if offer.exceptions:
        told = "; ".join(offer.exceptions)
        return failed(
            Warrant.WITNESSED,
            f"it makes exceptions for some people or ways ({told}), whom it may let try more than {methods}",
            f"一部の利用者や経路に例外（{told}）があり、{methods} 以外の認証を許す可能性があります",
        )
    if wrong:
        return failed(
            Warrant.WITNESSED,
            f"it lets people try {', '.join(wrong)} (offered: {methods})",
            f"{'、'.join(wrong)} による認証を受け付けます（提示：{methods}）",
        )
    return passed(Warrant.WITNESSED, f"it takes {methods} and nothing else", f"{methods} のみを受け付けます")


def weaknesses(offer: SshOffer, profile: SshProfile) -> dict[str, Judgement]:
    """What fails, and why; of a server that was made weak on purpose it shows the scanner's power."""
    judged = {**algorithms(offer, profile), "authentication": authentication(offer, profile)}
    return {what: judgement for what, judgement in judged.items() if judgement.state is State.FAIL}


def _named(what: str, names: Sequence[str], known: Algorithms) -> Judgement:
    ja = JAPANESE[what]
    if not names:
        return failed(Warrant.WITNESSED, f"the offer names no {what}", f"{ja}の提示がありません")
    bad = [name for name in names if any(fnmatchcase(name, pattern) for pattern in known.forbidden)]
    unknown = [name for name in names if name not in (*known.allowed, *known.deprecated, *bad)]
    if bad or unknown:
        parts = [f"forbidden: {', '.join(bad)}"] * bool(bad) + [f"not in the baseline: {', '.join(unknown)}"] * bool(
            unknown
        )
        return failed(
            Warrant.WITNESSED,
            f"{what} offered, {'; '.join(parts)}",
            f"{ja}として基準外の方式を提示しています：{'、'.join([*bad, *unknown])}",
        )
    old = [name for name in names if name in known.deprecated]
    note = f"; to be given up: {', '.join(old)}" if old else ""
    return passed(
        Warrant.WITNESSED,
        f"{what} offered: {', '.join(names)}{note}",
        f"{ja}の提示：{'、'.join(names)}{'（廃止予定：' + '、'.join(old) + '）' if old else ''}",
    )
