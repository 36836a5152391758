"""Takes secrets out of what is kept of a host: private keys, pre-shared keys, passwords. The rest stays word for word."""

from __future__ import annotations

import re

REDACTED = "[redacted]"
PRIVATE_KEY = re.compile(
    r"(?P<head>-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----).*?(?P<tail>-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
# name = value, name: value, name value: the names that hostapd, wpa_supplicant, FreeRADIUS, swanctl and squid use;
# @secret@ is what a file has in a secret's place until its program starts
ASSIGNED = re.compile(
    r"(?im)^(?P<head>[ \t]*(?:[\w.-]*(?:psk|passphrase|password|passwd|secret)\d*|private_key_passwd|wep_key\d?)"
    r"[ \t]*[=:][ \t]*)(?!@secret@[ \t]*$)(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s#{][^\n]*)"
)
IPSEC_SECRET = re.compile(r"(?im)^(?P<head>[^#\n]*:[ \t]*(?:PSK|EAP|XAUTH|NTLM)[ \t]+)(?P<value>\S+)")


def redact(text: str) -> str:
    """The text without its secrets."""
    text = PRIVATE_KEY.sub(lambda match: f"{match['head']}\n{REDACTED}\n{_tail(match['tail'])}", text)
    text = ASSIGNED.sub(lambda match: match["head"] + REDACTED, text)
    return IPSEC_SECRET.sub(lambda match: match["head"] + REDACTED, text)


def _tail(tail: str) -> str:
    return tail or "(cut off)"
