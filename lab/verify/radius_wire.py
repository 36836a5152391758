"""RADIUS on the wire: requests that are not authenticated, askers that nobody registered, secrets that are shared."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lab.pki import secret_stem
from lab.plan import AllowedFlow
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.access import answers_signed, dropped
from lab.verdict.clients import Client, clients_judged
from lab.verify.datagram import exchanged
from lab.verify.decisions import Decisions
from lab.verify.eapol import Supplicant
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.radius_packet import ACCESS_CHALLENGE, ACCESS_REJECT, Answer, Signed, answer, request
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of, right_terminal

PATIENCE = 10.0  # seconds until the server must have said why it drops; it says it once a second at most
CONFIGURATION = "/etc/sanso/radius_server/radiusd.conf"
_ANY_CLIENT = re.compile(r"^\s*client(?:s)?[\s{]", re.MULTILINE)
_INCLUDED = re.compile(r"^\s*\$INCLUDE\s+(\S+)", re.MULTILINE)
_CLIENT = re.compile(r"^client (\S+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which a request is not authenticated. `reason`: the server's words; "" where it drops without any."""

    en: str
    ja: str
    signed: Signed
    secret: bytes = b""  # that it is made with; empty: the right one
    password: str = ""  # a request by password and not by EAP
    reason: str = "with invalid Message-Authenticator"


CASES = (
    Case("an EAP request without Message-Authenticator", "Message-AuthenticatorのないEAP要求", "absent", reason=""),
    Case("a password request without Message-Authenticator", "Message-Authenticatorのないパスワード要求", "absent",
         password="no matter", reason=""),  # noqa: S106 - it opens nothing
    Case("an EAP request with a wrong Message-Authenticator", "誤ったMessage-AuthenticatorのEAP要求", "wrong"),
    Case("an EAP request made with another secret", "別の共有シークレットによるEAP要求", "right", b"testing123"),
)  # fmt: skip


class RadiusWire:
    """The `radius_wire` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def drops_what_is_not_authenticated(self, flow: AllowedFlow) -> list[Verdict]:
        """A request without Message-Authenticator, with a wrong one, with one made by another secret; answers carry one."""
        client = flow.source
        asker, own = Supplicant(self._session, flow), self._secret(client)
        judged: list[tuple[str, Judgement, tuple[()]]] = []
        answers: list[bool] = []
        for case in CASES:

            def made(secret: bytes, signed: Signed, password: str = case.password) -> bytes:
                return request(self._identity(), "sanso-check", secret, signed=signed, password=password)

            twin = partial(made, own, "right")
            judgement, genuine = self._between_twins(
                asker,
                client,
                client,
                partial(made, case.secret or own, case.signed),
                twin,
                case.en,
                case.ja,
                case.reason,
            )
            answers += genuine
            judged.append((f"{case.en} at {asker.server} by {client}", judgement, ()))
        judged.append((f"answers of {asker.server} to {client}", answers_signed(asker.server, answers), ()))
        return give_all(self._session, self._controls, judged)

    def answers_registered_askers_alone(self, flow: AllowedFlow) -> list[Verdict]:
        """A host of the same segment that knows a registered one's secret and is not it."""
        client = flow.source
        asker, own = Supplicant(self._session, flow), self._secret(client)
        host, address = self._neighbour(asker, client)
        sound = partial(request, self._identity(), "sanso-check", own)
        en, ja = f"a request of {host} with the secret of {client}", f"{client} の共有シークレットを使う {host} の要求"
        judgement, _ = self._between_twins(asker, client, host, sound, sound, en, ja, f"from unknown client {address}")
        return give_all(self._session, self._controls, [(f"{host} as asker of {asker.server}", judgement, ())])

    def has_a_long_secret_for_each_asker(self, server: str) -> list[Verdict]:
        """Clients of the running server's configuration: one address each, the plan's; long secrets, no two alike."""
        plan = self._session.plan
        asking = {flow.source for flow in plan.every_flow if (flow.destination, flow.application) == (server, "radius")}
        near = {leg.segment for leg in plan.host(server).legs}
        planned = {
            str(interface.ip)
            for one in plan.everybody
            if one.name in asking
            for leg in one.legs
            for interface in leg.addresses
            if leg.segment in near
        }
        judgement = clients_judged(server, self._clients(server), planned)
        return give_all(self._session, self._controls, [(f"askers of {server}", judgement, ())])

    def _between_twins(
        self,
        asker: Supplicant,
        client: str,
        host: str,
        flawed: Callable[[], bytes],
        sound: Callable[[], bytes],
        en: str,
        ja: str,
        reason: str,
    ) -> tuple[Judgement, list[bool]]:
        """The flawed request between two sound ones, and whether the answers to those were genuine.

        It is sent again until the server has said why it drops, which it says once a second at most.
        """
        decisions = Decisions(self._session, asker.server)
        twins = [self._told(asker, client, sound())]
        until, answered = time.monotonic() + PATIENCE, False
        while True:
            answered = answered or bool(self._sent(asker, host, flawed()))
            said = decisions.lines()
            if answered or not reason or any(reason in line for line in said) or time.monotonic() > until:
                break
        twins.append(self._told(asker, client, sound()))
        found = [told for told in twins if told is not None and told.code in {ACCESS_REJECT, ACCESS_CHALLENGE}]
        judgement = dropped(en, ja, answered=answered, said=said, reason=reason, good=len(found) == len(twins))
        return judgement, [told.genuine for told in found]

    def _told(self, asker: Supplicant, client: str, asked: bytes) -> Answer | None:
        return answer(self._sent(asker, client, asked), asked, self._secret(client))

    def _identity(self) -> str:
        return right_terminal(self._session).identity

    def _sent(self, asker: Supplicant, host: str, packet: bytes) -> bytes:
        return exchanged(self._session, host, asker.address, asker.port, packet)

    def _neighbour(self, asker: Supplicant, client: str) -> tuple[str, str]:
        plan = self._session.plan
        asking = {flow.source for flow in plan.every_flow if flow.application == "radius"}
        segment = next(leg.segment for leg in plan.host(asker.server).legs)
        for host in plan.hosts:
            if host.name in asking | {asker.server, client} or "log_server" not in host.roles:
                continue
            for leg in host.legs:
                if leg.segment == segment:
                    version = 6 if ":" in asker.address else 4
                    return host.name, next(str(i.ip) for i in leg.addresses if i.version == version)
        raise CheckError(f"no host beside {asker.server} could play an asker that nobody registered")

    def _secret(self, client: str) -> bytes:
        file = secret_stem(keys_of(self._session), client).with_suffix(".secret")
        try:
            return file.read_bytes().strip()
        except OSError as error:
            raise CheckError(f"the secret of {client} is not on this machine: {error.strerror}") from error

    def _clients(self, server: str) -> list[Client]:
        """Clients as the server's files have them; secrets stay in this process."""
        channel = self._session.channel(server)
        text = channel.run(["cat", CONFIGURATION]).check().stdout.decode()
        known = _CLIENT.findall(text)
        beside = _INCLUDED.findall(_CLIENT.sub("", text))
        if beside or len(known) != len(_ANY_CLIENT.findall(text)):
            more = f" and takes in {', '.join(beside)}" if beside else ""
            raise CheckError(f"{server} has clients that this check can't read{more}")
        found = []
        for name, body in known:
            whole = body
            for path in _INCLUDED.findall(body):
                whole += "\n" + channel.run(["cat", path]).check().stdout.decode()
            address = re.search(r"^\s*(?:ipaddr|ipv4addr|ipv6addr)\s*=\s*(\S+)", whole, re.MULTILINE)
            secret = re.search(r'^\s*secret\s*=\s*"?([^"\s]*)"?', whole, re.MULTILINE)
            short = re.search(r"^\s*shortname\s*=\s*(\S+)", whole, re.MULTILINE)
            if address is None or secret is None:
                raise CheckError(f"{server}: client {name} has no address or no secret that this check can read")
            found.append(Client(short[1] if short else name, address[1], secret[1]))
        return found
