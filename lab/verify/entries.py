"""Attempts to get into the VPN that must fail, as data: what the client shows and proposes, and the word of its refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lab.pki import Trial
from lab.verify.offers import ESP as ESP_WEAK
from lab.verify.offers import ESP_GROUPS, Kind, Weak, esp, ike, whole
from lab.verify.offers import IKE as IKE_WEAK

EAP = "auth = eap-tls\n      id = {identity}\n      certs = own.pem\n      aaa_id = {radius}"
IKE, ESP = "aes256gcm16-prfsha384-ecp384", "aes256gcm16-ecp384"
_NO_IKE, _NO_ESP = "received proposals unacceptable", "no acceptable proposal found"
_V1 = "no IKE config found for"
_V1_IKE = "aes256-sha384-ecp384"


@dataclass(frozen=True, slots=True)
class Attempted:
    """One attempt. What is not said is as the right terminal has it."""

    who: str
    who_ja: str
    reason: str
    trial: Trial | None = None  # whose certificate; None: the terminal's own
    identity: str = ""  # in IKE; "": that of the certificate
    local: str = EAP
    remote: str = "auth = pubkey\n      id = {gateway}"
    version: int = 2
    more: str = ""
    ike: str = IKE
    esp: str = ESP
    own: str = ""  # traffic selectors of its own side; "": its address in the tunnel
    rekey: bool = False
    other_family: bool = False  # at the gateway's address of the second family
    by_radius: bool = False  # who says the word: the RADIUS server, or the gateway

    def configuration(self, **names: str) -> str:
        """Its swanctl.conf. `names`: identity, own (the certificate's), gateway, radius, address, word."""
        return _FILE.format(
            version=self.version, ike=self.ike, esp=self.esp, more=self.more, local=self.local.format(**names),
            remote=self.remote.format(**names), selectors=f"local_ts = {self.own}" if self.own else "", **names,
        )  # fmt: skip


_FILE = """connections {{
  trial {{
    version = {version}
    remote_addrs = {address}
    vips = 0.0.0.0, ::
    proposals = {ike}
    {more}
    local {{
      {local}
    }}
    remote {{
      {remote}
    }}
    children {{
      net {{
        {selectors}
        remote_ts = 0.0.0.0/0, ::/0
        esp_proposals = {esp}
      }}
    }}
  }}
}}
secrets {{
  ike-1 {{
    secret = "{word}"
  }}
  eap-1 {{
    id = {own}
    secret = "{word}"
  }}
}}
"""

GOOD = Attempted("that is the right one", "正しい端末", "", rekey=True)
SECOND = Attempted(  # asks for nothing to be ended (INITIAL_CONTACT): what ends the first tunnel is the gateway alone
    "that is the right one again", "二重の正しい端末", "", more="unique = never"
)
PROOFS = (
    Attempted(
        "with a shared secret", "共有鍵（PSK）による接続", "no shared key found for", local="auth = psk\n      id = {identity}"
    ),
    Attempted(
        "with a certificate but past RADIUS", "証明書を用いRADIUSを経ない接続",
        "constraint requires EAP authentication, but public key was used",
        local="auth = pubkey\n      id = {identity}\n      certs = own.pem",
    ),
    Attempted(
        "with a password (EAP-MSCHAPv2)", "パスワード（EAP-MSCHAPv2）による接続", "No mutually acceptable types found",
        by_radius=True,
        local="auth = eap-mschapv2\n      id = {identity}\n      eap_id = {identity}",
    ),
    Attempted(
        "of IKEv1, main mode", "IKEv1メインモードの接続", _V1, version=1, ike=_V1_IKE,
        local="auth = pubkey\n      id = {identity}\n      certs = own.pem",
    ),
    Attempted(
        "of IKEv1, aggressive mode with a shared secret", "IKEv1アグレッシブモード（PSK）の接続", _V1, version=1, ike=_V1_IKE,
        local="auth = psk\n      id = {identity}", remote="auth = psk\n      id = %any", more="aggressive = yes",
    ),
)  # fmt: skip
CERTIFICATES = tuple(
    replace(one, by_radius=True) for one in (
    Attempted("with a revoked certificate", "失効した証明書の端末", "certificate revoked", Trial.REVOKED),
    Attempted("with an expired certificate", "期限切れの証明書の端末", "certificate has expired", Trial.EXPIRED),
    Attempted("with a stranger's certificate", "別の認証局が発行した証明書の端末", "unable to get local issuer certificate",
              Trial.STRANGER),
    Attempted("with a server's certificate", "サーバ用の証明書の端末", "unsuitable certificate purpose", Trial.WRONG_USAGE),
    Attempted("that is not in the asset register", "機器台帳にない端末", "is not in the asset register", Trial.UNREGISTERED),
    Attempted("of a class that has no way in", "接続を認めない区分の端末", "is not taken by", Trial.OTHER_CLASS),
    Attempted(
        "that calls itself another terminal in IKE", "IKEで別の端末を名乗る端末", "Alert write:fatal:handshake failure",
        identity="trial-other-class@{domain}",
        local="auth = eap-tls\n      id = {identity}\n      eap_id = {own}\n      certs = own.pem\n      aaa_id = {radius}",
    ),
    )
)  # fmt: skip
_JA = {
    Kind.CIPHER: "暗号", Kind.AEAD: "認証付き暗号", Kind.INTEGRITY: "完全性", Kind.PRF: "PRF", Kind.GROUP: "鍵交換のグループ",
}  # fmt: skip


def _weak(weak: Weak, use: str) -> Attempted:
    tried = Attempted(
        f"with no other {weak.kind} for {use} than {weak.name}",
        f"{use}の{_JA[weak.kind]}として{weak.name_ja}のみを提案する端末",
        _NO_IKE if use == "IKE" else _NO_ESP,
    )
    return replace(tried, ike=ike(weak)) if use == "IKE" else replace(tried, esp=esp(weak))


def _by_ipv6(case: Attempted) -> Attempted:
    return replace(case, who=f"{case.who}, by IPv6", who_ja=f"IPv6で接続し、{case.who_ja}", other_family=True)


ALGORITHMS = (*(_weak(one, "IKE") for one in IKE_WEAK), *(_weak(one, "ESP") for one in ESP_WEAK))
ALGORITHMS_BY_IPV6 = (
    *(_by_ipv6(_weak(one, "IKE")) for one in whole(IKE_WEAK)), *(_by_ipv6(_weak(one, "ESP")) for one in whole(ESP_WEAK)),
)  # fmt: skip
WEAK_EXCHANGE = replace(_weak(ESP_GROUPS, "ESP"), rekey=True)
NO_EXCHANGE = Attempted(
    "that asks for new ESP keys without a key exchange",
    "鍵交換なしのESP鍵更新を求める端末",
    _NO_ESP,
    esp="aes256gcm16",
    rekey=True,
)
