"""A frame of the air in a few words, for a person who watches."""

from __future__ import annotations

from lab.probe.air.dot11 import read_frame


def summary(packet: bytes) -> str:
    """One line without control characters, whatever the frame holds: kind, from whom to whom, and what it says in clear."""
    frame = read_frame(packet)
    if frame is None:
        return f"control or cut, {len(packet)} bytes"
    kind = "EAPOL" if frame.eapol else frame.kind
    told = [f"{frame.transmitter} > {frame.receiver} {kind}"]
    if frame.ssid is not None:
        told.append(repr(frame.ssid))
    if frame.rsn is not None:
        told.append(
            f"AKM {'+'.join(frame.rsn.akm)} {'+'.join(frame.rsn.pairwise)}{' PMF' if frame.rsn.mfp_required else ''}"
        )
    told += [
        f"{name} {value}" for name, value in (("status", frame.status), ("reason", frame.reason)) if value is not None
    ]
    told += ["encrypted"] if frame.protected else []
    return f"{', '.join(told)}, {frame.size} bytes"
