"""A station that met an evil twin: it must end the exchange by itself, for the certificate's sake (WLAN-04)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import last_ja

JOINED = "CTRL-EVENT-CONNECTED"
CERTIFICATE = re.compile(r"CTRL-EVENT-EAP-TLS-CERT-ERROR .*")


@dataclass(frozen=True, slots=True)
class Met:
    """The supplicants' logs of one meeting."""

    station: str
    shown: str  # the twin's certificate, for people
    shown_ja: str
    careful: str  # of the station as it is configured
    careless: str  # of a client with the same credentials that verifies nothing


def verifies(met: Met) -> Judgement:
    """Say whether the station saw through it. A twin that nobody would join shows nothing."""
    if JOINED in met.careful:
        return failed(
            Warrant.WITNESSED,
            f"{met.station} joined an evil twin with {met.shown}",
            f"{met.station} が、{met.shown_ja}を示すなりすましアクセスポイントに接続しました",
        )
    if JOINED not in met.careless:
        return error(
            f"a careless client didn't join the twin either: {_last(met.careless)}",
            f"検証しない端末もなりすましに接続せず、試験は無効です：{last_ja(met.careless.splitlines())}",
        )
    told = CERTIFICATE.search(met.careful)
    if told is None:
        return error(
            f"{met.station} did not join the twin, and doesn't say that its certificate is why: {_last(met.careful)}",
            f"{met.station} は接続しませんでしたが、証明書が理由だと示していません：{last_ja(met.careful.splitlines())}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{met.station} ended the exchange with a twin that showed {met.shown}: {told[0]!r}; a careless client joined it",
        f"{met.station} は、{met.shown_ja}を示したなりすましとの交信を打ち切りました（{told[0]!r}）。検証しない端末は接続しました",
    )


def _last(log: str) -> str:
    lines = log.strip().splitlines()
    return lines[-1] if lines else "(nothing was said)"
