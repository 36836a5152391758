"""Which networks there are: those of the plan, whatever another one calls itself (WLAN-01, 07)."""

from __future__ import annotations

from collections.abc import Collection

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

NAMELESS = "(no name"  # how the listener calls a network that hides its name


def no_other_networks(
    where: str,
    where_ja: str,
    found: Collection[tuple[str, str]],
    planned: Collection[tuple[str, str]],
    *,
    control: bool,
) -> Judgement:
    """Say whether the networks that were found, (BSSID, SSID) each, are the plan's, whatever their names.

    `control`: by the same look a network was found that must be found.
    """
    others = sorted(set(found) - set(planned))
    if others:
        return failed(
            Warrant.WITNESSED,
            f"{where} there are networks that no plan has: {', '.join(f'{ssid} by {bssid}' for bssid, ssid in others)}",
            f"{where_ja}に計画にないネットワークがあります：{'、'.join(f'{_name_ja(ssid)}（{bssid}）' for bssid, ssid in others)}",
        )
    if not control:
        return error(
            f"{where} not even a network that must be there was found: nothing is shown",
            f"{where_ja}で、存在するはずのネットワークも検出できず、証拠になりません",
        )
    listed, listed_ja = (
        ", ".join(ssid for _, ssid in sorted(found)),
        "、".join(_name_ja(ssid) for _, ssid in sorted(found)),
    )
    return passed(
        Warrant.WITNESSED,
        f"{where} there are {listed}, and no others",
        f"{where_ja}にあるのは {listed_ja} のみです",
    )


def _name_ja(ssid: str) -> str:
    return (
        f"名前なし{ssid.removeprefix(NAMELESS).removesuffix(')')}".replace(", ", " ")
        if ssid.startswith(NAMELESS)
        else ssid
    )
