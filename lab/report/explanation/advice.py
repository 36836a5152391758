"""What to type next: exact commands, made from what was seen."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from lab.catalogue import Control, Text
from lab.plan import Kind, Plan
from lab.record import State
from lab.report.explanation.model import Check, Command, Fault, Place, Seen

TRACES = 2  # packets to send again
PACKET = re.compile(
    r"(?P<family>ipv[46]) (?P<protocol>\w+)(?:/(?P<port>\d+))? (?P<source>\S+) -> (?P<target>\S+) \((?P<address>\S+)\)"
)


def untested(control: Control, scenario: str | None, running: str | None) -> tuple[Command, ...]:
    """Without evidence. `scenario`: one in which the control is due; `running`: a lab in which it is."""
    if not control.tested:
        return ()
    commands = []
    lab = f" --lab {running}" if running else ""
    if running is None:
        if scenario is None:
            return ()
        commands.append(
            Command(f"lab up {scenario}", Text(en="build a lab in which it is due", ja="対象となるラボを構築する"))
        )
    commands += [
        Command(f"lab verify --control {control.id}{lab}", Text(en="test it", ja="試験する")),
        Command(
            f"lab explain {control.id}{lab}",
            Text(en="read this again, with what was seen", ja="結果を加えて再び表示する"),
        ),
    ]
    return tuple(commands)


def after(
    control: Control, seen: Seen, plan: Plan | None, *, running: bool, scenario: str | None
) -> tuple[Command, ...]:
    """With evidence: look at the packet and the rule, repair, judge again."""
    lab = f" --lab {seen.lab}"
    commands: list[Command] = []
    if not running and scenario is not None:
        commands.append(
            Command(
                f"lab up {scenario}{lab}",
                Text(en="the lab isn't running: build it", ja="ラボが稼働していないため構築する"),
            )
        )
    failed = [fault for fault in seen.faults if fault.checks[0].state == State.FAIL.value]
    commands += list(_traces(failed, plan, lab))
    places = list(dict.fromkeys(place for fault in failed for place in fault.places))
    if running:  # a lab that is built anew has what was delivered
        commands += list(_looks(places, lab))
    commands += list(_repairs(places, plan, lab, running=running))
    again = Text(en="judge it again", ja="再び判定する")
    if seen.faults or not seen.states:
        commands.append(Command(f"lab verify --control {control.id}{lab}", again))
    if seen.not_quick:
        whole = Text(
            en="also what --quick leaves out because it takes long", ja="時間がかかるため --quick が省く試験も行う"
        )
        commands.append(Command(f"lab verify --control {control.id}{lab}", whole))
    if seen.not_run:
        left_out = Text(
            en="also what a run leaves out because it disturbs the network", ja="通信を乱すため通常は省く試験も行う"
        )
        commands.append(Command(f"lab verify --disruptive --control {control.id}{lab}", left_out))
    return tuple(dict.fromkeys(commands))


def _traces(faults: list[Fault], plan: Plan | None, lab: str) -> Iterator[Command]:
    """One packet per fault."""
    told: set[str] = set()
    for fault in faults:
        sent = ((check, text) for check in fault.checks if (text := _trace(check, plan, lab)))
        check, text = next(sent, (None, ""))
        if check is None or check.way is None or text in told or len(told) == TRACES:
            continue
        told.add(text)
        why = Text(en="send that packet again and see each rule", ja="同じパケットを送り、通過したルールを見る")
        if check.way.intruder:
            source, segment = check.way.packet.split()[2], check.way.intruder
            why = Text(
                en=f"the same from {source} itself; in the run an intruder sent it on {segment}, past other devices",
                ja=f"{source}自身から送る（試験では手前の機器を越えた{segment}上の侵入者が送信）",
            )
        yield Command(text, why)


def _trace(check: Check, plan: Plan | None, lab: str) -> str:
    match = PACKET.fullmatch(check.way.packet) if check.way else None
    if (
        match is None
        or plan is None
        or (check.way is not None and check.way.delivered)
        or match["protocol"] not in ("tcp", "udp", "icmp")
    ):
        return ""
    names = {host.name: host for host in plan.hosts}
    if match["source"] not in names or match["target"] not in names:
        return ""
    target = match["target"]
    host = names[target]
    legs = [leg.segment for leg in host.legs if any(str(address.ip) == match["address"] for address in leg.addresses)]
    if not legs:
        return ""  # an address that is not the target's own
    if host.kind is Kind.ROUTER or host.legs[0].segment != legs[0]:
        target += f"@{legs[0]}"
    words = ["lab", "trace"]
    words += ["-6"] if match["family"] == "ipv6" else []
    words += ["--udp"] if match["protocol"] == "udp" else []
    words += [match["source"], target + (f":{match['port']}" if match["port"] else "")]
    return shlex.join(words) + lab


def _looks(places: list[Place], lab: str) -> Iterator[Command]:
    for place in places:
        if place.on_host and place.line is not None:
            yield Command(
                shlex.join(
                    ["lab", "exec", *shlex.split(lab), place.host, "--", "sed", "-n", f"{place.line}p", place.file]
                ),
                Text(en="the line as it is now", ja="その行の現在の内容を確認する"),
            )
        if place.rule is None:
            continue
        chain = f"{place.rule.table} {place.rule.chain}"
        yield Command(
            f"lab exec{lab} {place.host} -- nft -a list chain {chain}",
            Text(en="the rule among its neighbours", ja="前後のルールとともに確認する"),
        )


def _repairs(places: list[Place], plan: Plan | None, lab: str, *, running: bool) -> Iterator[Command]:
    """What the scenario overlays is the owner's own to change; what else differs, the lab delivers again."""
    overlaid = [
        (place.host, path)
        for place in places
        for path in (plan.overlays.get(place.host, {}) if plan else {})
        if path == (place.file if place.on_host else "/etc/nftables.conf")
    ]
    if overlaid:
        host, path = overlaid[0]
        yield Command(
            f"lab up SCENARIO{lab}",
            Text(
                en=f"after changing the scenario's overlay of {host}: {path} is your own file",
                ja=f"シナリオのoverlaysにある{host}の{path}を修正した後に適用する",
            ),
        )
    elif places and running:
        yield Command(
            f"lab up{lab}",
            Text(
                en="restore what was delivered, where a host drifted from it",
                ja="構築時の状態から変わった箇所を元に戻す",
            ),
        )
        yield Command(
            f"lab up --reconverge{lab}",
            Text(
                en="deliver all files again, after a change in playbooks/",
                ja="playbooks/を修正した後に全ファイルを配布し直す",
            ),
        )
