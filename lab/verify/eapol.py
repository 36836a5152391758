"""A supplicant and a network access server in one (eapol_test), on a network access server of the lab and with its secret."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.plan import AllowedFlow, Plan, target
from lab.reach import Channel, TreeFile, archive
from lab.verify.marks import CheckError
from lab.verify.session import ROOT_CERTIFICATE, LabSession

FOLDER = "/run/sanso-eap"
PATIENCE = 10  # seconds for one exchange; a server that decides takes a tenth of one
SECRET_FILES = {"vpn_gateway": "/etc/sanso/vpn_gateway/radius.conf"}  # role -> where its line `secret = "..."` stands
LET_IN, REFUSED, SILENCE = "let in", "refused", "silence"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a terminal shows. `stem`: certificate and key on this machine, STEM.pem and STEM.key; None: it has none."""

    identity: str
    stem: Path | None = None
    method: str = "TLS"
    more: tuple[str, ...] = ()  # further lines of the supplicant's network block


@dataclass(frozen=True, slots=True)
class Exchange:
    """How one attempt ended. `station`: its Calling-Station-Id, which nobody else has."""

    station: str
    ended: str  # LET_IN | REFUSED | SILENCE
    told: str  # the supplicant's last words


def radius_flow(plan: Plan, client: str) -> AllowedFlow:
    """The flow by which a network access server asks. CheckError if it has none."""
    for flow in plan.allowed:
        if (flow.source, flow.application) == (client, "radius"):
            return flow
    raise CheckError(f"{client} asks no RADIUS server in this plan")


def put_in_memory(channel: Channel, files: Sequence[TreeFile]) -> None:
    """Put files below /run, where no disk ever has them: keys of others are among them."""
    channel.run("umask 077; tar -x --no-same-owner -f - -C /", stdin=archive(files)).check()


class Supplicant:
    """Tries credentials from one network access server, at its own server or at one beside it."""

    def __init__(self, session: LabSession, client: str) -> None:
        self._session, self.client = session, client
        flow = radius_flow(session.plan, client)
        self.server = flow.destination
        self.address, self.port = str(target(session.plan, flow, flow.families[0])), flow.port or 0
        self._name = session.plan.host(flow.destination).names[0]

    def secret_words(self) -> str:
        """Shell words that give the secret shared with the server; it is in no command that is kept."""
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
    ) -> list[Exchange]:
        """Try them one after the other. `known`: the server must show the lab's certificate and its own name.

        `address`, `port`, `secret` (shell words): of another server than the client's own. CheckError if the tool
        doesn't run.
        """
        channel = self._session.channel(self.client)
        with channel.alone():
            try:
                put_in_memory(
                    channel, [file for n, one in enumerate(all_of_them) for file in self._files(n, one, known=known)]
                )
                return [
                    self._one(n, one, address or self.address, port or self.port, secret or self.secret_words())
                    for n, one in enumerate(all_of_them)
                ]
            finally:
                channel.run(["rm", "-rf", FOLDER])

    def _one(self, number: int, one: Credentials, address: str, port: int, secret: str) -> Exchange:
        octets = [f"{secrets.randbelow(90) + 10}" for _ in range(5)]  # decimal digits: no two ways to write them
        keyless = "-n " if one.method == "MD5" else ""  # the only method that makes no keys
        command = (
            f"eapol_test -c {FOLDER}/{number}.conf -a {shlex.quote(address)} -p {port} -s {secret} -M 02:{':'.join(octets)} "
            f"-t {PATIENCE} -r 0 {keyless}2>&1 | grep -a -e ^SUCCESS -e ^FAILURE -e 'timed out' -e 'EAP: Status' -e 'Failed to'"
        )
        done = self._session.channel(self.client).run(command, timeout=PATIENCE + 5)
        told = done.stdout.decode(errors="replace").strip()
        last = told.rpartition("\n")[2]
        if last not in {"SUCCESS", "FAILURE"}:
            raise CheckError(f"{self.client}: the supplicant did not run: {told[-300:] or done.stderr.decode()!r}")
        ended = LET_IN if last == "SUCCESS" else SILENCE if "timed out" in told else REFUSED
        return Exchange("-".join(["02", *octets]), ended, told[-300:])

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
