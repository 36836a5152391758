"""What can happen to a terminal's tunnel while packets are on their way, and what shows that it happened.

Each is one shell line in the terminal and leaves it as it was: the tunnel up, by the same configuration.
"""

from __future__ import annotations

from lab.verify.happenings import Happening
from lab.verify.shared import SharedChannel

MARK = "0x2a"  # of the daemon's own packets
NEVER = 7  # exit code: what was awaited did not come; the state afterwards says the rest
SERVICE = "/usr/lib/sanso/service"
# everything that is `awaited` must have come fifteen seconds after the beginning
FUNCTIONS = (
    "sas() { swanctl --list-sas --raw 2>/dev/null | tr ' {}' '\\n\\n\\n'; };"
    " spi() { sas | sed -n 's/^spi-in=//p' | tail -1; };"
    " ike() { sas | sed -n 's/^initiator-spi=//p' | tail -1; };"
    " up() { sas | grep -qx state=INSTALLED; };"
    " away() { ! sas | grep -qxE 'state=(INSTALLED|ESTABLISHED)'; };"
    ' other() { now=$($1); [ -n "$now" ] && [ "$now" != "$2" ]; };'
    " end=$(($(date +%s) + 15));"
    ' awaited() { until "$@"; do [ $(date +%s) -le $end ] || { echo "never: $*"; exit 7; }; sleep 0.05; done; }; '
)
STATE = FUNCTIONS + "up && echo \"SA $(spi) of charon $(pidof charon)\" || echo 'no SA'"
# on a busy machine a terminal asks more than once, and is up again after half a minute
PATIENT = FUNCTIONS + "end=$((end + 30)); "
AWAIT_UP = PATIENT + "awaited up"
ANEW = 'was=$(spi); swanctl --terminate --ike telework --force >/dev/null 2>&1; awaited other spi "$was"'  # after FUNCTIONS
_HOLD = "sleep 1"  # how long a state without a tunnel is held: packets are tried in it, nothing is awaited


def _happening(what: str, command: str) -> Happening:
    return Happening(what, FUNCTIONS + command, proof=STATE, codes=(0, NEVER))


REKEYED = _happening(
    "keys are made anew",
    'old=$(spi); swanctl --rekey --child net >/dev/null 2>&1; awaited other spi "$old";'
    ' old=$(ike); swanctl --rekey --ike telework >/dev/null 2>&1; awaited other ike "$old"; awaited up',
)
KILLED = _happening(
    "the VPN daemon is killed",
    # what lay in the dead daemon's device is lost and proves nothing: held on until it is few among those that do
    'old=$(pidof charon); was=$(spi); kill -KILL $old; awaited other \'pidof charon\' "$old"; awaited other spi "$was"'
    f" && {_HOLD}",
)
STOPPED = _happening(
    "the VPN daemon is stopped and started",
    f'was=$(spi); {SERVICE} stop charon && {_HOLD} && {SERVICE} start charon && awaited other spi "$was"',
)
TERMINATED = _happening(
    "the tunnel is closed by hand",
    'was=$(spi); swanctl --terminate --ike telework >/dev/null 2>&1; awaited other spi "$was"',
)
SHORT = (KILLED, TERMINATED, STOPPED, REKEYED)


def clock_and_state(terminal: SharedChannel) -> tuple[int, str]:
    """(its clock in ns since 1970, STATE's line about its tunnel). LabError when the terminal can't say."""
    at, state = terminal.run(f"date +%s%N; {STATE}").check().stdout.decode().strip().split("\n", 1)
    return int(at), state
