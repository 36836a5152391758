"""What can happen to a firewall while packets are on their way to it, and what shows that it happened.

Each event is one shell line in the firewall. It leaves the firewall as it was, but for handles, counters and process ids.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from lab.reach import Channel
from lab.record import Event
from lab.verify.marks import CheckError

LOAD = "/usr/lib/sanso/kernel-state"
RULES = "/etc/nftables.conf"
_TIMES = 3  # a load takes some milliseconds, less than a busy machine's pauses: several in a row don't fit into one
# the table's handle: the kernel gives each load another one
_GENERATION = "nft -a list ruleset | sed -n 's/^table inet sanso { # handle /ruleset /p'"
_ULOGD = "/etc/sanso/services/ulogd"


@dataclass(frozen=True, slots=True)
class Happening:
    """`command` must end with one of `codes`; `proof` prints what `changes` (or must stay) and, for a refusal, what was said."""

    what: str
    command: str
    proof: str = _GENERATION
    changes: bool = True
    says: str = ""  # must stand in what the command printed
    packets: tuple[str, int] = ("", 0)  # (leg, how many): what must have come in by it before it begins
    codes: tuple[int, ...] = (0,)
    mends: bool = False  # addresses and routes have to be set again afterwards


def _refused(lines: str) -> str:
    """The rules' file with something added that can't be loaded, tried and put back, whatever the answer was."""
    return (
        f"cp -p {RULES} /root/rules.kept && trap 'mv /root/rules.kept {RULES}' EXIT && printf %s {shlex.quote(lines)} >> {RULES}"
        f" && for n in $(seq {_TIMES}); do {LOAD} 2>&1 && exit 9; [ $? -eq 1 ] || exit 8; done; exit 0"
    )


RELOAD = Happening("the same rules are loaded again", f"for n in $(seq {_TIMES}); do {LOAD} || exit 1; done")
SYNTAX_ERROR = Happening(
    "a file with a syntax error is refused",
    _refused("\ntable inet sanso { chain forward { acept } }\n"),
    changes=False,
    says="syntax error",
)
MISSING_INTERFACE = Happening(
    "a file that names a missing interface is refused",
    _refused('\nadd rule inet sanso forward iif "nosuch0" drop\n'),
    changes=False,
    says="does not exist",
)
FLUSH_THEN_FAIL = Happening(
    "a file that flushes first and fails in the kernel is refused",
    _refused("\nflush ruleset\nadd table inet sanso\nadd rule inet sanso nowhere accept\n"),
    changes=False,
    says="No such file or directory",
)
LOG_READER_KILLED = Happening(
    "the log reader is killed",
    f"old=$(s6-svstat -o pid {_ULOGD}) && kill -KILL $old &&"
    f" timeout 10 sh -c 'until [ $(s6-svstat -o pid {_ULOGD}) != '$old' ] && sh {_ULOGD}/data/check; do sleep 0.02; done'",
    proof=f"s6-svstat -o pid {_ULOGD} | sed 's/^/ulogd /'",
)
EVENTS = (RELOAD, SYNTAX_ERROR, MISSING_INTERFACE, FLUSH_THEN_FAIL, LOG_READER_KILLED)


def arrived(leg: str, packets: int) -> str:
    """Ends when so many packets more have come in by a leg: the train is there. Fails after ten seconds."""
    count = f"/sys/class/net/{leg}/statistics/rx_packets"
    return (
        f'goal=$(($(cat {count}) + {packets})) && timeout 10 sh -c "until [ \\$(cat {count}) -gt $goal ]; do :; done"'
    )


def link_flap(leg: str) -> Happening:
    """A leg is taken down and comes up again; its routes are gone until the lab sets them again."""
    return Happening(
        f"the link {leg} goes down and up",
        f"for n in 1 2 3; do ip link set {leg} down && ip link set {leg} up || exit 1; done",
        proof=f"sed 's/^/{leg} was down /' /sys/class/net/{leg}/carrier_down_count",
        mends=True,
    )


def renamed(leg: str) -> Happening:
    """A leg comes up under a name that no rule and no set knows, as a card that is plugged in later does."""
    return Happening(
        f"the interface {leg} comes up under another name",
        f"ip link set {leg} down && ip link set {leg} name late0 && ip link set late0 up && ({arrived('late0', 50)}); ok=$?;"
        f" ip link set late0 down && ip link set late0 name {leg} && ip link set {leg} up && exit $ok",
        proof=f"sed 's/^/{leg} was down /' /sys/class/net/{leg}/carrier_down_count",
        mends=True,
    )


def make_happen(channel: Channel, device: str, happening: Happening) -> Event:
    """Do it. The clock is the device's own, which is the tap's. Raises CheckError if it can't be done at all."""
    leg, packets = happening.packets
    if packets and channel.run(arrived(leg, packets)).rc:
        raise CheckError(f"{device}: no packets came in by {leg}")
    before = _said(channel, happening.proof)
    began, out, ended = _timed(channel, happening.command, happening.codes)
    after = _said(channel, happening.proof)
    as_it_should = bool(before) and (before != after) is happening.changes
    last = out.strip().splitlines()[-1:] if happening.says else []
    return Event(
        device=device,
        what=happening.what,
        began_ns=began,
        ended_ns=ended,
        before=before,
        after=f"{after} ({_reason(out, happening.says)})" if last else after,
        happened=as_it_should and happening.says in out,
    )


def _timed(channel: Channel, command: str, codes: tuple[int, ...]) -> tuple[int, str, int]:
    line = f"date +%s%N; sh -c {shlex.quote(command)} 2>&1; code=$?; date +%s%N; exit $code"
    result = channel.run(line, timeout=30)
    first, *said, last = result.stdout.decode(errors="replace").splitlines()
    if result.rc not in codes:
        raise CheckError(f"the event could not be made (exit {result.rc}): {' / '.join(said[-3:])}")
    return int(first), "\n".join(said), int(last)


def _said(channel: Channel, command: str) -> str:
    return channel.run(command).check().stdout.decode().strip()


def _reason(out: str, words: str) -> str:
    return next((line.strip() for line in out.splitlines() if words in line), "it said something else")
