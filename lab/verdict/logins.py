"""A second login of one identity into the VPN: told by the gateway, and alarmed about by whoever watches the log (VPN-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.freshness import ALARM
from lab.verdict.judgement import Judgement, error, failed, passed

DUPLICATE = "duplicate IKE_SA for peer"  # the gateway's daemon, whether by its own rule or by the client's wish


@dataclass(frozen=True, slots=True)
class SecondLogin:
    """A terminal comes back after its daemon was killed; then somebody else comes in with its identity."""

    identity: str
    address: str  # of whoever comes second
    installed: bool  # and has a tunnel
    returned: Sequence[str]  # the gateway's lines about the terminal's own return
    gateway: Sequence[str]  # its lines about the second login
    tunnels: Sequence[str]  # where the identity has tunnels from at the gateway, after the second login
    watch: Sequence[str]  # the log store's lines since before the return


def told(seen: SecondLogin) -> Judgement:
    """One tunnel stays, as the gateway itself lists them, and its own word for the duplicate is in the central log."""
    if not seen.installed:
        return _not_come(seen)
    if not seen.tunnels:
        return error(
            f"after the second login of {seen.identity} the gateway lists no tunnel of it at all, so nothing is shown",
            f"{seen.identity} の二重ログインの後、VPN装置の一覧にそのトンネルが1つもなく、判定できません",
        )
    if len(seen.tunnels) > 1:
        return failed(
            Warrant.WITNESSED,
            f"{seen.identity} came in a second time from another address, and {len(seen.tunnels)} tunnels stay side by side:"
            f" from {' and '.join(seen.tunnels)}",
            f"{seen.identity} が別のIPアドレスから二重にログインし、{len(seen.tunnels)}つのトンネルが併存しています："
            f"{'、'.join(seen.tunnels)}",
        )
    words = next((line for line in seen.gateway if DUPLICATE in line and seen.identity in line), "")
    if not words:
        return failed(
            Warrant.WITNESSED,
            f"{seen.identity} came in a second time from another address, and the gateway says nothing of it in the central log",
            f"{seen.identity} が別のIPアドレスから二重にログインしましたが、集中ログにその記録がありません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.identity} came in from another address; one tunnel stayed (from {seen.tunnels[0]}), and the central log"
        f" tells of it: {words.strip()!r}",
        f"{seen.identity} が別のIPアドレスからログインしましたが、残ったのは1つ（{seen.tunnels[0]}）で、集中ログに記録されました："
        f"{words.strip()!r}",
    )


def alarmed(seen: SecondLogin) -> Judgement:
    """An alarm names the identity and the second address; the terminal's own return, from where it was, raised none."""
    alarms = [line for line in seen.watch if ALARM in line and seen.identity in line]
    # the terminal, thrown out by the second login, comes back by itself: that is one more, from another address as well
    alarms = [line for line in alarms if f"while its tunnel from {seen.address}," not in line]
    about = [line for line in alarms if f"came in from {seen.address} " in line]
    if others := [line for line in alarms if line not in about]:
        return failed(
            Warrant.WITNESSED,
            f"{seen.identity} came back from the address that it had, and that raised an alarm: {others[0].strip()!r}",
            f"{seen.identity} が同じIPアドレスから接続し直しただけで警報が出ました：{others[0].strip()!r}",
        )
    if not seen.installed:
        return _not_come(seen)
    if not any(DUPLICATE in line and seen.identity in line for line in seen.returned):
        return error(
            f"the gateway did not tell of the return of {seen.identity} after its daemon was killed: that it raises no alarm"
            " isn't shown",
            f"強制終了後の {seen.identity} の再接続がVPN装置に記録されず、警報が出ないことを示せません",
        )
    if not about:
        return failed(
            Warrant.WITNESSED,
            f"{seen.identity} came in a second time from {seen.address} while its tunnel was up, and no alarm came to the central"
            " log",
            f"{seen.identity} が接続中に {seen.address} から二重にログインしましたが、集中ログに警報が届きません",
        )
    return passed(
        Warrant.WITNESSED,
        f"the second login of {seen.identity} raised an alarm in the central log: {about[0].strip()!r}; its own return after"
        " its daemon was killed raised none",
        f"{seen.identity} の二重ログインの警報が集中ログに届きました：{about[0].strip()!r}。"
        "強制終了後の端末自身の再接続では警報は出ませんでした",
    )


def _not_come(seen: SecondLogin) -> Judgement:
    return error(
        f"a second login of {seen.identity} did not come about, so nothing is shown",
        f"{seen.identity} の二重ログインが成立せず、判定できません",
    )
