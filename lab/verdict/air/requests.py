"""Association requests that were sent by hand, and the access point's own answers. Status codes: IEEE 802.11-2020, table 9-50."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.record.air import AirCapture
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.said_ja import request_ja

ACCEPTED, PMF_POLICY, INVALID_GROUP, INVALID_PAIRWISE, INVALID_AKM = 0, 31, 41, 42, 43


@dataclass(frozen=True, slots=True)
class Request:
    """One association request that was sent by hand, and what the access point answered (None: nothing)."""

    name: str
    status: int | None


def request_refused(tried: Request, accepted: Request, *, wanted: int) -> Judgement:
    """The access point's own refusal, by its status code; the request that is as it should be is accepted beside it."""
    if accepted.status != ACCEPTED:
        return error(
            f"the access point did not accept the good request either (status {accepted.status}): nothing is shown",
            f"正しい要求も受け入れられず（状態 {accepted.status}）、何も示せません",
        )
    if tried.status is None:
        return error(
            f"the access point did not answer the request {tried.name}",
            f"要求 {request_ja(tried.name)} に応答がありません",
        )
    if tried.status == ACCEPTED:
        return failed(
            Warrant.WITNESSED,
            f"the access point accepts a station that asks for {tried.name}",
            f"アクセスポイントが {request_ja(tried.name)} の端末を受け入れました",
        )
    if tried.status != wanted:
        return error(
            f"the request {tried.name} was refused with status {tried.status}, not {wanted}: for another reason",
            f"要求 {request_ja(tried.name)} は状態 {wanted} でなく {tried.status} で拒否されました（別の理由）",
        )
    return passed(
        Warrant.WITNESSED,
        f"a request for {tried.name} got status {tried.status}; the good one, beside it, status {accepted.status}",
        f"{request_ja(tried.name)} の要求は状態 {tried.status} で拒否、並行する正しい要求は状態 {accepted.status} で受理",
    )


def statuses(capture: AirCapture, station: str, bssid: str) -> Sequence[int | None]:
    """The access point's answers to that station's association requests, in order; None: none before the next request."""
    found: list[int | None] = []
    for frame in capture.frames:
        if frame.kind == "association-request" and (frame.transmitter, frame.receiver) == (station, bssid):
            found.append(None)
        elif frame.kind == "association-response" and (frame.transmitter, frame.receiver) == (bssid, station) and found:
            found[-1] = frame.status
    return found
