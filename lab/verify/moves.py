"""What can happen to the network that a terminal is in while its tunnel is up: another address, IPv6 alone, another card.

Whatever happens here is put back, and the tunnel goes by its first way again.
"""

from __future__ import annotations

from collections.abc import Callable

from lab.plan import Host, Leg
from lab.record import Event
from lab.verify.session import LabSession
from lab.verify.tunnel_events import ANEW, FUNCTIONS, MARK, SERVICE, clock_and_state

_PATIENT = FUNCTIONS + "end=$(($(date +%s) + 25)); "
_CARD, _NUMBER, _OTHER = "usb0", 77, 120  # the second card, its host number; the other address that DHCP gives
_LEASES = "/etc/dnsmasq.conf"
_HOLD = "sleep 1"  # how long a changed network is held: packets are tried in it, nothing is awaited
_REACH = "reach() {{ timeout 3 socat -u OPEN:/dev/null TCP:{} 2>/dev/null; }}; "  # a connection through the tunnel
_NEVER = "never: reach"  # how a line ends whose connection did not come
_ALONE = "IPv6 alone"
_OUTER = (
    "by() { sas | sed -n 's/^remote-host=//p' | tail -1; }; six() { by | grep -q :; }; "  # the gateway's address in use
)


class Moves:
    """For one terminal and the router of the network that it is in.

    `outer`: the terminal's leg there; `website`: an address of the Internet; `inner`: "ADDRESS:PORT" that answers in the tunnel.
    """

    def __init__(
        self, session: LabSession, terminal: Host, router: Host, outer: Leg, *, website: str, inner: str
    ) -> None:
        self._name, self._link, self._website = terminal.name, outer.segment, website
        self._patient = _PATIENT + _OUTER + _REACH.format(inner)
        self._terminal, self._router = session.channel(terminal.name), session.channel(router.name)
        self._four = next(one for one in outer.addresses if one.version == 4)  # noqa: PLR2004
        self._six = any(one.version == 6 for one in outer.addresses)  # noqa: PLR2004
        self._gateways = [one for leg in router.legs if leg.segment == outer.segment for one in leg.addresses]

    def address_changes(self) -> Event:
        """DHCP gives the terminal another address, then the network has IPv6 alone, if it has any; and all is as it was again.

        The tunnel moves along (MOBIKE), from one family to the other too, or is made anew.
        """
        own, other = str(self._four.ip), str(self._four.network[_OTHER])

        def there() -> tuple[str, bool]:
            self._router.run(
                f"cp -p {_LEASES} {_LEASES}.kept && sed -i 's/,{own},/,{other},/' {_LEASES} && {SERVICE} restart dnsmasq",
                timeout=20,
            ).check()
            given, reached = self._asks_again(other)
            if not (given and reached and self._six):
                return given, reached
            left, reached = self._loses_ipv4()
            return f"{given}, then {left}" if left else "", reached

        def back() -> None:
            again = " && ".join(f"ip address replace {one} dev {self._link}" for one in self._gateways_by(4))
            line = f"{again} && mv {_LEASES}.kept {_LEASES} && {SERVICE} restart dnsmasq"
            self._router.run(line, timeout=20).check()
            self._terminal.run(self._patient + self._asking(own), timeout=40)

        what = "the network gives another address"
        return self._event(f"{what} and then IPv6 alone" if self._six else what, there, back)

    def _loses_ipv4(self) -> tuple[str, bool]:
        """As at a lease's end the terminal has no IPv4 address, and nobody has one that would give it another.

        In words by which address of the gateway its tunnel goes then ("" if the IPv4 address didn't go), and whether that
        carries a connection.
        """
        gone = "; ".join(f"ip address del {one} dev {self._link}" for one in self._gateways_by(4))
        self._router.run(gone).check()
        line = (
            f"was=$(ike); {SERVICE} stop dhclient4 && ip -4 address flush dev {self._link} && echo '{_ALONE}' &&"
            f" awaited six && awaited up && {_HOLD} && awaited reach &&"
            ' { [ "$(ike)" = "$was" ] && how=moved || how="made anew"; } && echo "tunnel $how, by $(by)"'
        )
        told = self._terminal.run(self._patient + line, timeout=50)
        said = told.stdout.decode().splitlines()
        return ", ".join(said) if _ALONE in said else "", told.rc == 0

    def _gateways_by(self, version: int) -> list[str]:
        """The router's own addresses on the link."""
        return [str(one) for one in self._gateways if one.version == version]

    def another_card_appears(self) -> Event:
        """A second card with a better way to the Internet than the first, in both families, and it goes again.

        Whether the tunnel goes by it isn't asked: the kill switch may know the first card alone, and nothing leaves then.
        """
        network = self._four.network
        lines = [f"ip link add link {self._link} name {_CARD} type macvlan mode bridge"]
        lines += [f"ip address add {network[_NUMBER]}/{network.prefixlen} dev {_CARD}"]
        lines += [
            f"ip -6 address add {one.network[_NUMBER]}/{one.network.prefixlen} dev {_CARD} nodad"
            for one in self._gateways if one.version == 6  # noqa: PLR2004
        ]  # fmt: skip
        lines += [f"ip link set {_CARD} up"]
        ways = {
            4: "prepend default",
            6: "add default metric 1",
        }  # what DHCP gives has no metric that anything could be below
        lines += [f"ip -{one.version} route {ways[one.version]} via {one.ip} dev {_CARD}" for one in self._gateways]
        lines += [f"ip route get {self._website} mark {MARK} | head -n 1", _HOLD]

        def there() -> tuple[str, bool]:
            told = self._terminal.run(" && ".join(lines), timeout=20)
            text = told.stdout.decode()
            return text.strip() if f"dev {_CARD}" in text and not told.rc else "", True

        def back() -> None:
            self._terminal.run(f"ip link del {_CARD}").check()

        return self._event("another card with a better way appears", there, back)

    def _asks_again(self, address: str) -> tuple[str, bool]:
        """Its DHCP client is started anew: the address that it has then, and whether its tunnel carries a connection there.

        The address is "" if it isn't the one that is meant to be.
        """
        line = f"{self._asking(address)} && awaited up && {_HOLD} && awaited reach"
        told = self._terminal.run(self._patient + line, timeout=50)
        reached = told.rc == 0
        return f"{address} in between" if reached or _NEVER in told.stdout.decode() else "", reached

    def _asking(self, address: str) -> str:
        """The DHCP client is started anew and gets this address."""
        has = f"has() {{ ip -4 -o address show dev {self._link} | grep -q ' {address}/'; }}"
        return f"{SERVICE} restart dhclient4; {has}; awaited has"

    def _event(self, what: str, there: Callable[[], tuple[str, bool]], back: Callable[[], None]) -> Event:
        """Bring it about, undo it, and have the tunnel made anew by its first way.

        The state afterwards is no tunnel if that which was there by the other way carried nothing.
        """
        began, before = clock_and_state(self._terminal)
        changed, reached = "", False
        try:
            changed, reached = there()
        finally:
            back()
        self._terminal.run(_PATIENT + f"awaited up; {ANEW}", timeout=40)
        ended, after = clock_and_state(self._terminal)
        return Event(
            device=self._name,
            what=what,
            began_ns=began,
            ended_ns=ended,
            before=before,
            after=f"{after}, {changed}" if reached else f"no connection through the tunnel in between: {changed}",
            happened=bool(changed) and before.startswith("SA "),
        )
