"""The private authority as it shows: what services present, what lies on the hosts, what the log store refuses."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from cryptography import x509

from lab.catalogue import AlgorithmList
from lab.pki import terminals
from lab.plan import Plan, Protocol, Service
from lab.record import Application, Attempt, Verdict, Warrant
from lab.verdict import Judgement
from lab.verdict.algorithms import listed, strong
from lab.verdict.chain import USAGES, Asked, extension, presented
from lab.verdict.keys import Authority, Inventory, keys_judged
from lab.verify.ahead import Question
from lab.verify.inventory import read_inventory
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

INVENTORIES = Question(
    "keys and certificates",
    "",
    lambda created, host, channel: read_inventory(created[host], channel),
    prepare=lambda lab: lab.created(),
)
WEAKEST = "ALL:@SECLEVEL=0"  # a client with a policy of its own would hide a weak certificate behind a failed handshake


class Certificates:
    """The `certificates` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def shown_by(self, service: Service) -> list[Verdict]:
        """What a TLS service presents on the wire: host and issuing CA under the lab's root, sound in every respect."""
        seen = self._exchange(service)
        chain = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in seen.detail.get("chain", ())]
        if not chain:
            raise CheckError(f"{service.host}:{service.port} presented no certificate: {seen.detail.get('error')}")
        subject = f"chain shown by {service.host}:{service.port}"
        return self._judge(subject, chain, "server", service.host, Warrant.WITNESSED, (seen,))

    def of_client(self, host: str) -> list[Verdict]:
        """The client certificates that lie on a host: they travel encrypted, so they are read where they are."""
        clients = [chain for chain in self.inventory(host).chains if self.usage(chain[0]) != "server"]
        if not clients:
            raise CheckError(f"{host} has no client certificate, and the plan has a flow for which it needs one")
        return self._judge_all(f"client certificate of {host}", clients, "client", host)

    def of_server(self, host: str) -> list[Verdict]:
        """The server's certificate of a host that shows it inside another protocol (EAP, IKE): read where it lies."""
        chains = [chain for chain in self.inventory(host).chains if self.usage(chain[0]) == "server"]
        if not chains:
            raise CheckError(f"{host} has no server's certificate, and the plan has it show one")
        return self._judge_all(f"server's certificate of {host}", chains, "server", host)

    def are_listed_on(self, host: str) -> list[Verdict]:
        """Certificates, their chains and keys of a host: algorithms and hashes of the state's list."""
        return self._by_list(host, "algorithms on", listed)

    def are_strong_on(self, host: str) -> list[Verdict]:
        """Certificates, their chains and keys of a host: strong enough for as long as they live."""
        return self._by_list(host, "strength of keys on", strong)

    def _by_list(
        self, host: str, what: str, judge: Callable[[str, Inventory, AlgorithmList], Judgement]
    ) -> list[Verdict]:
        session, there = self._session, self.inventory(host)
        if not there.chains:
            raise CheckError(f"{host} has no certificate, and by the plan it needs one")
        judgement = judge(host, there, session.catalogue.crypto.algorithms)
        verdicts = [give(session, control, f"{what} {host}", judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def of_terminal(self, host: str) -> list[Verdict]:
        """The certificate on a terminal: of the terminals' own authority, for its identity, and the one in the register."""
        session = self._session
        identity = next(one.identity for one in terminals(session.plan) if one.host == host)
        there = self.inventory(host)
        chains = [
            *there.chains,
            *((one,) for _, one in there.authorities),
        ]  # one of its own making may call itself a CA
        own = [chain for chain in chains if identity in mailboxes(chain[0])]
        if not own:
            raise CheckError(f"{host} has no certificate of {identity}")
        return [
            verdict
            for chain in own
            for verdict in self._judge(
                f"certificate of {identity} on {host}", chain, "terminal", host, Warrant.INSPECTED, name=identity
            )
        ]

    def keys_of(self, host: str) -> list[Verdict]:
        """Every private key on a host is its own alone, readable by its owner, and none is a CA's."""
        inventory = self.inventory(host)
        authorities = self._authorities()
        judgement = keys_judged(host, inventory, authorities, self._session.catalogue.crypto.pki.key_mode)
        verdicts = [give(self._session, control, f"private keys of {host}", judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _judge_all(
        self, subject: str, chains: Sequence[Sequence[x509.Certificate]], usage: str, host: str
    ) -> list[Verdict]:
        """Chains that were read on the host where they lie."""
        return [verdict for chain in chains for verdict in self._judge(subject, chain, usage, host, Warrant.INSPECTED)]

    def _judge(
        self,
        subject: str,
        chain: Sequence[x509.Certificate],
        usage: str,
        host: str,
        warrant: Warrant,
        seen: Sequence[Application] = (),
        name: str = "",
    ) -> list[Verdict]:
        session = self._session
        domain = common_domain(session.plan)
        networks = tuple(network for segment in session.plan.segments for network in segment.networks)
        root = x509.load_pem_x509_certificate(session.root_pem())
        own = session.plan.on_air(host) or session.plan.host(host)
        known = () if name else own.names
        addresses = () if name else tuple(one.ip for leg in own.legs for one in leg.addresses)
        asked = Asked(usage, name or own.names[0], root, domain, networks, datetime.now(UTC), known, addresses)
        judgement = presented(chain, asked, session.catalogue.crypto.pki, warrant)
        verdicts = [give(session, control, subject, judgement, seen) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _exchange(self, service: Service) -> Application:
        plan = self._session.plan
        family = plan.families[0]
        source = client_of(plan, service)
        seen = self._session.prober.https(
            Attempt(
                source=source,
                destination=service.host,
                address=str(plan.host(service.host).address(family)),
                family=family,
                protocol=Protocol.TCP,
                port=service.port,
            ),
            server_name=plan.host(service.host).names[0],
            ca_pem=None,
            path=None,
            ciphers=WEAKEST,
            chain=True,
        )
        self._session.saw(seen)
        return seen

    def inventory(self, host: str) -> Inventory:
        """What of keys and certificates lies on a host."""
        return self._session.ahead.answer(INVENTORIES, host)

    @staticmethod
    def usage(certificate: x509.Certificate) -> str:
        """What a certificate is for: "server" if for servers alone, else "client"."""
        usage = extension(certificate, x509.ExtendedKeyUsage)
        return "server" if usage and list(usage) == [USAGES["server"]] else "client"

    def _authorities(self) -> list[Authority]:
        """The root and every issuing CA whose certificate lies on some host that was looked at, behind another's or first."""
        root = x509.load_pem_x509_certificate(self._session.root_pem())
        certificates = {root}
        for inventory in self._session.ahead.answers(INVENTORIES):
            certificates |= {one for chain in inventory.chains for one in chain[1:]}
            certificates |= {one for _, one in inventory.authorities}
        return [Authority.of(one) for one in certificates]


def mailboxes(certificate: x509.Certificate) -> list[str]:
    """The identities that a certificate names."""
    names = extension(certificate, x509.SubjectAlternativeName)
    return names.get_values_for_type(x509.RFC822Name) if names else []


def client_of(plan: Plan, service: Service) -> str:
    """A host that may talk to a service. Raises CheckError if nobody may: nothing can be said then."""
    for flow in plan.allowed:
        if (flow.destination, flow.port, flow.protocol) == (service.host, service.port, service.protocol):
            return flow.source
    raise CheckError(
        f"nobody may talk to {service.host}:{service.port}, so nothing can be said about it: register a flow to it, or take "
        "the host out"
    )


def common_domain(plan: Plan) -> str:
    """The domain that all names of the plan share."""
    names = [name.split(".")[::-1] for host in plan.hosts for name in host.names]
    shared = []
    for labels in zip(*names, strict=False):
        if len(set(labels)) > 1:
            break
        shared.append(labels[0])
    return ".".join(reversed(shared))
