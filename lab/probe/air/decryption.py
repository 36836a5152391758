"""A station's sessions in a capture of the air, opened with the keys that its authentication made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.probe.air.ciphers import KEY_BYTES, Protected, read_protected
from lab.probe.air.dot11 import EAPOL, frame_of, packets
from lab.probe.air.key_frames import KeyFrame, Step, Told, read_key_frame
from lab.probe.air.keys import AKMS, Key, Ptk, pairwise
from lab.record.air import Rsn

_ASSOCIATION_REQUEST, _REASSOCIATION_REQUEST, _DATA, _QOS_DATA = 0x00, 0x20, 0x08, 0x88  # first bytes
_PROTECTED, _TO_DS, _GROUP = 0x40, 0x01, 0x01
_HEADER, _QOS_HEADER = 24, 26


@dataclass(frozen=True, slots=True)
class Opened:
    """One encrypted frame in clear. `by_wrong_key`: the same key with one bit turned over opened it as well."""

    from_station: bool
    for_group: bool  # it was under the group's key
    everybody: bool  # its destination, behind the access point too, is a group address
    text: bytes
    by_wrong_key: bool


@dataclass(frozen=True, slots=True)
class Decryption:
    """What the keys made of a station's sessions. Suites by their names, of the newest session; "" where there was none."""

    associations: int  # requests of the station that were heard
    handshakes: int  # 4-way handshakes whose integrity codes the keys explain
    akm: str
    pairwise: str
    group: str
    opened: tuple[Opened, ...]
    closed: int  # encrypted frames of these sessions that no key opened


def decrypt(raw: bytes, station: str, bssid: str, msks: Sequence[Key]) -> Decryption:
    """Follow the station through a pcap file of the air. `msks`: master keys that its authentications may have made.

    LabError if it is no pcap file of the air.
    """
    followed = _Followed(_bytes(station), _bytes(bssid), msks)
    for _, frame in packets(raw):
        followed.take(frame)
    return followed.result()


class _Followed:
    """One station and its access point, frame by frame. The keys are here and nowhere else."""

    def __init__(self, station: bytes, bssid: bytes, msks: Sequence[Key]) -> None:
        self._station, self._bssid, self._msks = station, bssid, msks
        self._asked: Rsn | None = None  # by the newest association request
        self._associations = self._handshakes = self._closed = 0
        self._nonce = b""
        self._agreed: Ptk | None = None  # of a handshake that has come to its second message
        self._ptks: list[Ptk] = []  # the newest first, as below
        self._gtks: list[Key] = []
        self._group = ""
        self._opened: list[Opened] = []

    def take(self, frame: bytes) -> None:
        receiver, transmitter = frame[4:10], frame[10:16]
        ours = {receiver, transmitter} == {self._station, self._bssid}
        for_group = transmitter == self._bssid and bool(receiver[0] & _GROUP)
        if len(frame) < _HEADER or not (ours or for_group):
            return
        if protected := read_protected(frame):
            self._open(protected)
        elif frame[0] in (_ASSOCIATION_REQUEST, _REASSOCIATION_REQUEST) and transmitter == self._station:
            read = frame_of(0, frame, ())
            self._asked = read.rsn if read else None
            self._associations += 1
        elif frame[0] in (_DATA, _QOS_DATA):
            self._message(frame[_QOS_HEADER if frame[0] == _QOS_DATA else _HEADER :], transmitter)

    def result(self) -> Decryption:
        asked = self._asked
        return Decryption(
            associations=self._associations,
            handshakes=self._handshakes,
            akm=asked.akm[0] if asked else "",
            pairwise=asked.pairwise[0] if asked else "",
            group=self._group,
            opened=tuple(self._opened),
            closed=self._closed,
        )

    def _open(self, frame: Protected) -> None:
        cipher = self._group if frame.for_group else self._asked.pairwise[0] if self._asked else ""
        keys = self._gtks if frame.for_group else [one.tk for one in self._ptks]
        for key in keys:
            text = frame.opened(cipher, key)
            if text is not None:
                self._opened.append(
                    Opened(
                        from_station=frame.transmitter == self._station,
                        for_group=frame.for_group,
                        everybody=frame.everybody,
                        text=text,
                        by_wrong_key=frame.opened(cipher, key.spoilt()) is not None,
                    )
                )
                self._message(text, frame.transmitter)
                return
        self._closed += 1

    def _message(self, body: bytes, sender: bytes) -> None:
        """Take a key message, as it stands in a frame in clear or in one that was opened; anything else is none."""
        akm = AKMS.get(self._asked.akm[0]) if self._asked else None
        heard = read_key_frame(body.removeprefix(EAPOL), akm) if akm and body.startswith(EAPOL) else None
        if heard is None:
            return
        if sender == self._station:
            if heard.step is Step.TWO:
                self._agreed = self._derived(heard)
        elif heard.step is Step.ONE:
            self._nonce = heard.nonce
        elif heard.step is Step.THREE and self._agreed and heard.genuine(self._agreed):
            self._shook_hands(self._agreed, heard.told(self._agreed))
        elif heard.step is Step.GROUP and self._ptks and heard.genuine(self._ptks[0]):
            self._learn(heard.told(self._ptks[0]))

    def _derived(self, second: KeyFrame) -> Ptk | None:
        """The keys that explain the station's integrity code, if one of the master keys makes them."""
        assert self._asked is not None
        akm, length = AKMS[self._asked.akm[0]], KEY_BYTES.get(self._asked.pairwise[0], 0)
        for msk in self._msks:
            made = pairwise(msk, akm, (self._station, self._bssid), (self._nonce, second.nonce), length)
            # the element in the handshake, which is signed, must be the one of the request, which is not
            if second.genuine(made) and second.told(made).rsn == self._asked:
                return made
        return None

    def _shook_hands(self, keys: Ptk, told: Told) -> None:
        if keys not in self._ptks:  # the message came once already
            self._ptks.insert(0, keys)
            self._handshakes += 1
        self._learn(told)

    def _learn(self, told: Told) -> None:
        if told.rsn is not None:
            self._group = told.rsn.group
        if told.gtk is not None and told.gtk not in self._gtks:
            self._gtks.insert(0, told.gtk)


def _bytes(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))
