"""The beginning of RDP (MS-RDPBCGR 2.2.1.1, 2.2.1.2), in clear before TLS: who asks, and what a desktop chooses."""

from __future__ import annotations

from lab.record import Application

PROBE = "sanso-probe"  # the account that a suite's own request names; nobody has it
_TLS = bytes.fromhex("0800") + (1).to_bytes(4, "little")  # length of the negotiation, PROTOCOL_SSL
_CONFIRM, _CHOSEN = 0xD0, 2  # X.224's connection confirm, RDP_NEG_RSP
_LENGTH = 19  # bytes of an answer


def request(account: str = PROBE) -> bytes:
    """A connection request that names an account and offers TLS alone."""
    said = f"Cookie: mstshash={account}\r\n".encode() + b"\x01\x00" + _TLS
    return b"\x03\x00" + (len(said) + 11).to_bytes(2, "big") + bytes((len(said) + 6, 0xE0, 0, 0, 0, 0, 0)) + said


UNTIL = _TLS  # what the answer of a desktop that takes TLS ends with


def shown(seen: Application) -> Application:
    """Good if a desktop answered and chose TLS; `seen` is what came back for `request`."""
    heard = bytes.fromhex(seen.detail.get("heard", ""))
    good = len(heard) == _LENGTH and heard[5] == _CONFIRM and heard[11] == _CHOSEN and heard.endswith(_TLS)
    return seen.model_copy(update={"ok": good, "detail": {**seen.detail, "chosen": "TLS" if good else "nothing"}})
