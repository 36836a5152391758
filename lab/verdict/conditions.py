"""My Number work on wireless LAN: not there where an edition forbids it, and resting on other controls where it is permitted.

Source: WLAN-08; the conditions of the newer editions are named in the catalogue.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lab.record import State, Warrant
from lab.verdict.judgement import Judgement, error, failed, not_testable, passed
from lab.verdict.words import segment_at


def no_radio(host: str, found: Sequence[str], *, elsewhere: Sequence[str]) -> Judgement:
    """Say whether a host has no 802.11 interface. `elsewhere`: what the same question found on a host that has one."""
    if found:
        return failed(
            Warrant.INSPECTED,
            f"{host} has 802.11 interfaces: {', '.join(found)}",
            f"{host} に802.11インターフェースがあります：{'、'.join(found)}",
        )
    if not elsewhere:
        return error(
            "the same question found no 802.11 interface on the access point either: it shows nothing",
            "同じ方法でアクセスポイントの802.11インターフェースも見つからず、証拠になりません",
        )
    return passed(
        Warrant.INSPECTED,
        f"{host} has no 802.11 interface; the same question found {', '.join(elsewhere)} on the access point",
        f"{host} に802.11インターフェースはありません（同じ方法でアクセスポイントでは {'、'.join(elsewhere)} を検出）",
    )


def leads_elsewhere(
    network: str, station: str, ports: Collection[str], own: str, forbidden: Collection[str]
) -> Judgement:
    """Say whether what a station sent, to its own segment and to My Number hosts, stayed out of these segments.

    `ports`: where it was seen, "HOST.SEGMENT/from" and "/to"; `own`: where it must come in.
    """
    there = sorted(port for port in ports if segment_at(port) in forbidden)
    if there:
        return failed(
            Warrant.WITNESSED,
            f"{network} leads to My Number: what {station} sent was seen at {', '.join(there)}",
            f"{network} がマイナンバー利用事務系に通じています：{station} の通信を {'、'.join(there)} で観測",
        )
    if own not in ports:
        return error(
            f"what {station} sent did not come in behind the access point either: nothing is shown",
            f"{station} の通信がアクセスポイントの先でも観測できず、証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"what {station} sent to its segment and to My Number hosts came in at {own} and was seen in no segment of My Number",
        f"{station} が自セグメントとマイナンバー利用事務系の機器に送った通信は {own} から入り、"
        "マイナンバー利用事務系のセグメントでは観測されませんでした",
    )


def takes_no_class(server: str, taken: Sequence[tuple[str, str]], class_: str) -> Judgement:
    """Say whether no wireless network takes terminals of this class. `taken`: network and class, as the server has them."""
    wrong = sorted(network for network, name in taken if name == class_)
    if wrong:
        return failed(
            Warrant.INSPECTED,
            f"{server} lets terminals of class {class_} in on {', '.join(wrong)}",
            f"{server} は区分 {class_} の端末を {'、'.join(wrong)} で許可します",
        )
    if not taken:
        return error(
            f"{server} has no wireless network that this check can read", f"{server} の無線設定を読み取れません"
        )
    listed = ", ".join(f"{network}: {name}" for network, name in sorted(taken))
    return passed(
        Warrant.INSPECTED,
        f"{server} takes no terminal of class {class_} on any wireless network ({listed})",
        f"{server} はどのSSIDでも区分 {class_} の端末を許可しません（{listed}）",
    )


STATES_JA = {
    State.PASS: "合格",
    State.FAIL: "不合格",
    State.ERROR: "エラー",
    State.NOT_TESTABLE: "検証不能",
    State.WAIVED: "例外",
}


def conditions_hold(
    network: str, conditions: Sequence[str], states: Mapping[str, State], tested: Collection[str]
) -> Judgement:
    """Say whether all that permits this network holds. `states`: the worst of each control in this run; `tested`: by the lab."""
    listed = ", ".join(f"{one} {states[one].value if one in states else 'not judged'}" for one in conditions)
    listed_ja = "、".join(f"{one} {STATES_JA[states[one]] if one in states else '判定なし'}" for one in conditions)
    broken = [one for one in conditions if states.get(one) in {State.FAIL, State.WAIVED}]
    if broken:
        return failed(
            Warrant.WITNESSED,
            f"{network} is not permitted: {', '.join(broken)} does not hold ({listed})",
            f"{network} は認められません：{'、'.join(broken)} を満たしていません（{listed_ja}）",
        )
    unknown = [one for one in conditions if one not in tested]
    if unknown:
        return not_testable(
            f"{network} rests on {', '.join(unknown)} too, which no suite of this version tests ({listed})",
            f"{network} の条件のうち {'、'.join(unknown)} はこの版では試験できません（{listed_ja}）",
        )
    open_ = [one for one in conditions if states.get(one) is not State.PASS]
    if open_:
        return error(
            f"whether {network} is permitted is not known: {', '.join(open_)} was not judged in this run, or went wrong ({listed})",
            f"{network} の可否は不明です：{'、'.join(open_)} がこの実行で判定されていないか、エラーです（{listed_ja}）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{network} is permitted under conditions, all of which hold in this run: {listed}",
        f"{network} は条件付きで認められ、すべての条件をこの実行で満たしています：{listed_ja}",
    )
