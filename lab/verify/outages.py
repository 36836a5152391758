"""What can happen to a tunnel from outside the terminal: its gateway dies, its keys can't be made anew, a link goes down.

Each takes until the terminal itself has given up, which is when a leak would begin: a shorter look proves nothing. Whatever
happens here is put back.
"""

from __future__ import annotations

from collections.abc import Callable

from lab.plan import Host
from lab.probe.agent.intruder import INTRUDERS
from lab.record import Event
from lab.verify.session import LabSession
from lab.verify.tunnel_events import ANEW, FUNCTIONS, SERVICE, clock_and_state

_LONG = FUNCTIONS + "end=$(($(date +%s) + 40)); gone() { ! sas | grep -qxE 'state=(INSTALLED|ESTABLISHED)'; }; "
_GAVE_UP = _LONG + "awaited gone && sleep 1"  # held for a second more
_CHARON = "/etc/sanso/services/charon"
_STARTED = "cut -d ' ' -f 22 /proc/1/stat"  # a host that was started anew has another
_BLOCK = """table inet sanso_block {
    chain forward {
        type filter hook forward priority -5; policy accept;
        udp dport 500 drop
        udp dport 4500 @th,64,32 0 drop
        udp sport 4500 @th,64,32 0 drop
    }
}
"""  # IKE alone: in UDP 4500 it begins with four zeros, where ESP has its number (RFC 3948)
_SHORT = (
    "sed '/children {/,$ { s/rekey_time = .*/rekey_time = 2s/; s/life_time = .*/life_time = 5s/; }' /etc/swanctl/swanctl.conf"
    " > /etc/swanctl/short.conf && swanctl --load-conns --file /etc/swanctl/short.conf >/dev/null 2>&1"
)


class Outages:
    """For one terminal, its gateway and the router of the network that it is in."""

    def __init__(self, session: LabSession, terminal: Host, gateway: Host, router: Host, segment: str) -> None:
        self._session, self._name, self._segment = session, terminal.name, segment
        self._away = gateway.name
        own = [one for leg in router.legs if leg.segment == segment for one in leg.addresses]
        self._six = [str(one) for one in own if one.version == 6]  # noqa: PLR2004
        self._terminal, self._gateway = session.channel(terminal.name), session.channel(gateway.name)
        self._router = session.channel(router.name)

    def gateway_dies(self) -> Event:
        """The gateway's daemon is killed and stays dead until the terminal has given it up."""

        def begin() -> None:
            self._gateway.run(f"s6-svc -O {_CHARON} && kill -KILL $(pidof charon)").check()

        def end() -> None:
            self._gateway.run(f"{SERVICE} start charon", timeout=20).check()

        return self._event("the gateway is dead", begin, end)

    def gateway_stops(self) -> Event:
        """The gateway's daemon is stopped as for maintenance: it closes the tunnel with a word, and is away for a second."""

        def begin() -> None:
            self._gateway.run(f"{SERVICE} stop charon", timeout=20).check()

        def end() -> None:
            self._gateway.run(f"{SERVICE} start charon", timeout=20).check()

        return self._event("the gateway's daemon is stopped and started", begin, end)

    def gateway_is_gone(self) -> Event:
        """The gateway's whole host is stopped until the terminal has given it up, and started anew.

        No prober may hold its namespace meanwhile. The event's words have the start of its first process, before and after.
        """
        lab, name = self._session.lab, self._away
        started = [self._gateway.run(_STARTED).check().stdout.decode().strip()]

        def begin() -> None:
            lab.stop_host(name)

        def end() -> None:
            lab.repair([drift for drift in lab.drift() if drift.host == name], spared=INTRUDERS)
            started.append(self._gateway.run(_STARTED).check().stdout.decode().strip())

        event = self._event("the gateway itself is gone", begin, end)
        first, last = started
        words = (f"{event.before}, {name} started at {first}", f"{event.after}, {name} started at {last}")
        return event.model_copy(
            update={"before": words[0], "after": words[1], "happened": event.happened and first != last}
        )

    def keys_run_out(self) -> Event:
        """The SA's lifetime is over while everything that could make new keys is blocked; ESP itself still passes."""
        self._terminal.run(f"{_SHORT} && {FUNCTIONS} {ANEW}", timeout=25).check()

        def begin() -> None:
            self._router.run("nft -f -", stdin=_BLOCK.encode()).check()

        def end() -> None:
            self._router.run("nft delete table inet sanso_block").check()
            self._terminal.run("swanctl --load-conns >/dev/null 2>&1; rm -f /etc/swanctl/short.conf").check()
            self._terminal.run(f"{FUNCTIONS} awaited up; {ANEW}", timeout=40).check()

        return self._event("the SA's lifetime ends and rekeying is blocked", begin, end)

    def router_goes_down(self) -> Event:
        """The home router's link goes down, long enough to be given up, and comes back."""

        def begin() -> None:
            self._router.run(f"ip link set {self._segment} down").check()

        def end() -> None:  # its IPv6 address went with the link
            again = "; ".join(f"ip address replace {one} dev {self._segment} nodad" for one in self._six)
            line = f"ip link set {self._segment} up; {again or ':'}; {SERVICE} restart dnsmasq"
            self._router.run(line, timeout=20).check()

        return self._event("the home router is down", begin, end)

    def _event(self, what: str, begin: Callable[[], None], end: Callable[[], None]) -> Event:
        """Begin, wait until the terminal has given up and a second more, end, wait until it is back."""
        began, before = clock_and_state(self._terminal)
        begin()
        try:
            gave_up = self._terminal.run(_GAVE_UP, timeout=50).rc == 0
        finally:
            end()
        self._terminal.run(_LONG + "awaited up", timeout=50)
        ended, after = clock_and_state(self._terminal)
        return Event(
            device=self._name,
            what=what,
            began_ns=began,
            ended_ns=ended,
            before=before,
            after=after,
            happened=gave_up and before.startswith("SA ") and before != after,
        )
