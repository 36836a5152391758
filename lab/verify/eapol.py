"""A supplicant and a network access server in one (eapol_test), with the secret of a network access server of the lab.

It runs on that one. An access point has no such program: there it runs on the RADIUS server's own host, with the access point's
secret, and the access point hands on what it sends.
"""

from __future__ import annotations

import re
import secrets
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lab.pki import terminals
from lab.plan import AllowedFlow, Plan, Ssid, target
from lab.reach import Channel, TreeFile, archive
from lab.verify.handed_on import POINTS_SECRET, handed_on
from lab.verify.marks import CheckError
from lab.verify.session import ROOT_CERTIFICATE, LabSession
from lab.verify.wireless.hosts import staff

FOLDER = "/run/sanso-eap"
PATIENCE = 10  # seconds for one exchange; a server that decides takes a tenth of one
SECRET_FILES = {"vpn_gateway": "/etc/sanso/vpn_gateway/radius.conf"}  # role -> where its line `secret = "..."` stands
LET_IN, REFUSED, SILENCE = "let in", "refused", "silence"
PAP = "PAP"  # a password in RADIUS itself, without EAP: for another tool
KEYLESS = frozenset({"MD5", "GTC"})  # methods that make no keys
# an attribute and its value on one line, of those that the server alone sends
_GIVEN = r"sed -e '/Attribute [0-9]* (\(Session-Timeout\|Class\))/{N;s/ length=[0-9]*\n *Value: / = /}'"
_ATTRIBUTE = re.compile(r"Attribute \d+ \(([\w-]+)\) = (\S+)")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a terminal shows. `stem`: certificate and key on this machine, STEM.pem and STEM.key; None: it has none.

    `more`: further lines of the supplicant's network block; with PAP the first is its password.
    """

    identity: str
    stem: Path | None = None
    method: str = "TLS"
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """How one attempt ended. `station`: its Calling-Station-Id, which nobody else has."""

    station: str
    ended: str  # LET_IN | REFUSED | SILENCE
    told: str  # the supplicant's last words
    given: Mapping[str, str] = field(default_factory=dict)  # Session-Timeout, Class in hex; as the tool has it

    @property
    def seconds(self) -> int | None:
        """For how long it was let in (Session-Timeout; RFC 2865, 5.27); None: without an end."""
        told = self.given.get("Session-Timeout", "")
        return int(told) if told.isdecimal() else None


def called(ssid: Ssid) -> str:
    """A network as its access point names it to a server: Called-Station-Id, 02-00-00-00-00-00:SSID (RFC 3580, 3.20)."""
    return f"{ssid.bssid.upper().replace(':', '-')}:{ssid.name}"


def asking(plan: Plan) -> tuple[AllowedFlow, ...]:
    """One flow for each network access server and each server that it asks, in the plan's order."""
    found: dict[tuple[str, str], AllowedFlow] = {}
    for flow in plan.every_flow:
        if flow.application == "radius":
            found.setdefault((flow.source, flow.destination), flow)  # the first port is that of requests for access
    return tuple(found.values())


def radius_flow(plan: Plan, client: str) -> AllowedFlow:
    """The flow by which a network access server asks its first server. CheckError if it has none."""
    for flow in asking(plan):
        if flow.source == client:
            return flow
    raise CheckError(f"{client} asks no RADIUS server in this plan")


def put_in_memory(channel: Channel, files: Sequence[TreeFile]) -> None:
    """Put files below /run, where no disk ever has them: keys of others are among them."""
    channel.run("umask 077; tar -x --no-same-owner -f - -C /", stdin=archive(files)).check()


class Supplicant:
    """Tries credentials in the name of one network access server, at one of its servers or at one beside it.

    `host`: where it runs.
    """

    def __init__(self, session: LabSession, flow: AllowedFlow) -> None:
        self._session, self.client, self.server = session, flow.source, flow.destination
        self._on_air = session.plan.on_air(self.client) is not None
        self.host = self.server if self._on_air else self.client
        self.address, self.port = str(target(session.plan, flow, flow.families[0])), flow.port or 0
        self._name = session.plan.host(flow.destination).names[0]

    def secret_words(self) -> str:
        """Shell words that give the secret shared with the server; it is in no command that is kept."""
        if self._on_air:
            return f'"$(cat {FOLDER}/secret)"'
        host = self._session.plan.host(self.client)
        file = next((path for role, path in SECRET_FILES.items() if role in host.roles), None)
        if file is None:
            raise CheckError(f"{self.client} keeps its RADIUS secret where this check doesn't know")
        return f'"$(sed -n \'s/^secret = "\\(.*\\)"$/\\1/p\' {file})"'

    def tried(
        self,
        all_of_them: Sequence[Credentials],
        *,
        address: str = "",
        port: int = 0,
        secret: str = "",
        known: bool = True,
        network: str = "",
    ) -> list[Exchange]:
        """Try them one after the other. `known`: the server must show the lab's certificate and its own name.

        `network`: what they want to join, as an access point says it (`called`); without it the network of the terminal whose
        identity is shown, or the first terminal's.
        `address`, `port`, `secret` (shell words): of another server than the client's own. CheckError if the tool
        doesn't run.
        """
        channel = self._session.channel(self.host)
        files = [file for n, one in enumerate(all_of_them) for file in self._files(n, one, known=known)]
        with channel.alone(), self._way(address, port or self.port) as (where, by):
            try:
                put_in_memory(channel, [*files, *self._secret()])
                return [
                    self._one(n, one, (where, by, secret or self.secret_words()), network)
                    for n, one in enumerate(all_of_them)
                ]
            finally:
                channel.run(["rm", "-rf", FOLDER])

    @contextmanager
    def _way(self, address: str, port: int) -> Iterator[tuple[str, int]]:
        """Where to send what is for that address, or for the client's own server, while the block runs."""
        if address or not self._on_air:
            yield address or self.address, port
            return
        with handed_on(self._session, self.client, self.address, port) as way:
            yield way

    def _secret(self) -> list[TreeFile]:
        if not self._on_air:
            return []
        own = self._session.channel(self.client).run(["cat", POINTS_SECRET]).check().stdout.strip()
        return [TreeFile(f"{FOLDER}/secret", own, 0o600)]

    def _one(self, number: int, one: Credentials, at: tuple[str, int, str], network: str) -> Exchange:
        address, port, secret = at
        octets = [f"{secrets.randbelow(90) + 10}" for _ in range(5)]  # decimal digits: no two ways to write them
        if one.method == PAP:
            return self._by_password(one, "-".join(["02", *octets]), at, network or self._network_of(one.identity))
        more = "-n " if one.method in KEYLESS else ""
        network = network or self._network_of(one.identity)
        more += f"-N30:s:{shlex.quote(network)} " if network else ""
        command = (
            f"eapol_test -c {FOLDER}/{number}.conf -a {shlex.quote(address)} -p {port} -s {secret} -M 02:{':'.join(octets)} "
            f"-t {PATIENCE} -r 0 {more}2>&1 | {_GIVEN} | "
            "grep -a -e ^SUCCESS -e ^FAILURE -e 'timed out' -e 'EAP: Status' -e 'Failed to' -e '^ *Attribute .* = '"
        )
        done = self._session.channel(self.host).run(command, timeout=PATIENCE + 5)
        told = done.stdout.decode(errors="replace").strip()
        last = told.rpartition("\n")[2]
        if last not in {"SUCCESS", "FAILURE"}:
            raise CheckError(f"{self.host}: the supplicant did not run: {told[-300:] or done.stderr.decode()!r}")
        ended = LET_IN if last == "SUCCESS" else SILENCE if "timed out" in told else REFUSED
        return Exchange("-".join(["02", *octets]), ended, told[-300:], dict(_ATTRIBUTE.findall(told)))

    def _network_of(self, identity: str) -> str:
        """What an access point says of every attempt; a VPN gateway says nothing of the kind."""
        if not self._on_air:
            return ""
        known = {terminal.identity: terminal.host for terminal in terminals(self._session.plan)}
        networks = {one.host.name: called(one.ssid) for one in staff(self._session.plan)}
        return networks.get(known.get(identity, ""), next(iter(networks.values()), ""))

    def _by_password(self, one: Credentials, station: str, at: tuple[str, int, str], network: str) -> Exchange:
        address, port, secret = at
        asks = (
            f'User-Name = "{one.identity}", User-Password = {one.more[0].partition("=")[2]}, Calling-Station-Id = "{station}", '
            'NAS-Identifier = "sanso-check", Message-Authenticator = 0x00'
        ) + (f', Called-Station-Id = "{network}"' if network else "")
        where = shlex.quote(f"[{address}]:{port}" if ":" in address else f"{address}:{port}")
        command = f"printf %s {shlex.quote(asks)} | radclient -x -r 1 -t {PATIENCE} {where} auth {secret} 2>&1"
        told = self._session.channel(self.host).run(command, timeout=PATIENCE + 5).stdout.decode(errors="replace")
        words = {"Received Access-Accept": LET_IN, "Received Access-Reject": REFUSED, "No reply": SILENCE}
        ended = next((ended for word, ended in words.items() if word in told), None)
        if ended is None:
            raise CheckError(f"{self.host}: the password could not be sent: {told[-300:]}")
        return Exchange(station, ended, told[-300:])

    def _files(self, number: int, one: Credentials, *, known: bool) -> list[TreeFile]:
        lines = [f'identity="{one.identity}"', f"eap={one.method}", *one.more]
        if known:
            lines += [f'ca_cert="{ROOT_CERTIFICATE}"', f'domain_match="{self._name}"']
        files = []
        if one.stem is not None:
            lines += [f'client_cert="{FOLDER}/{number}.pem"', f'private_key="{FOLDER}/{number}.key"']
            files = [
                TreeFile(f"{FOLDER}/{number}{suffix}", one.stem.with_suffix(suffix).read_bytes(), 0o600)
                for suffix in (".pem", ".key")
            ]
        block = "".join(f"  {line}\n" for line in ("key_mgmt=WPA-EAP", *lines))
        return [TreeFile(f"{FOLDER}/{number}.conf", f"network={{\n{block}}}\n".encode(), 0o600), *files]
