"""The security cloud's proxy as the only way to the web, and no way to anything else (ZONE-04)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lab.plan import Address, AllowedFlow, Family, Host, Kind, Plan, Protocol
from lab.record import Application, Attempt, Verdict, Warrant
from lab.verdict import Judgement, refused
from lab.verdict.judgement import failed, passed
from lab.verify.ask import literal, to_service
from lab.verify.judge import give_all, judge_denied, settle
from lab.verify.marks import CheckError
from lab.verify.planned import unregistered
from lab.verify.rebound import leading_to, nowhere
from lab.verify.session import LabSession

WEB = 443
OTHER_PORTS = (22, 25, 8443)


class Cloud:
    """The `cloud` fixture: `cloud(entry).reaches_the_web()`. `entry`: a registered flow to a proxy."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, entry: AllowedFlow) -> Proxy:
        return Proxy(self._session, self._controls, entry)


class Proxy:
    """One client's way through one proxy."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], entry: AllowedFlow) -> None:
        self._session, self._controls, self._entry = session, controls, entry
        self._site = website_of(session.plan)

    def reaches_the_web(self) -> list[Verdict]:
        """End-to-end TLS with the site's own certificate, through the proxy."""
        seen = self._good(self._entry.families[0])
        who, site = self._entry.destination, self._site
        judgement = (
            passed(
                Warrant.WITNESSED,
                f"{site} answered through {who} with its own certificate ({seen.detail.get('tls')})",
                f"{site} が {who} を経由し、自身の証明書で応答しました（{seen.detail.get('tls')}）",
            )
            if seen.ok
            else failed(
                Warrant.WITNESSED,
                f"{site} can't be reached through {who}: {seen.detail}",
                f"{site} に {who} 経由で到達できません：{seen.detail}",
            )
        )
        return self._given([("the web through the proxy", judgement, (seen,))])

    def takes_nobody_elsewhere(self) -> list[Verdict]:
        """Other ports, plain requests, unlisted domains and everything inside are refused by the proxy's own word.

        Everything inside is asked for by address and by a listed name that leads there; by the second family one of each kind.
        """
        made = []
        with leading_to(self._session, self._inside()) as names:
            for family in self._entry.families:
                good = self._good(family)
                for what, ja, seen in self._abuses(names, family):
                    judgement = refused(seen, good, what_en=what, what_ja=ja, words=frozenset({403}))
                    made.append((f"{what}{self._over(family)}", judgement, (seen, good)))
        return self._given(made)

    def is_closed_to_others(self) -> list[Verdict]:
        """Hosts of the client's zone that aren't registered for the proxy don't get to its port."""
        verdicts = judge_denied(self._session, self._controls, unregistered(self._session.plan, self._entry))
        settle(verdicts)
        return verdicts

    def _over(self, family: Family) -> str:
        return "" if family is self._entry.families[0] else f", over {family.value}"

    def _inside(self) -> list[Address]:
        """Where a listed name could lead: the first host of each zone that is worth asking for, the proxy itself, and nowhere."""
        plan = self._session.plan
        first = {host.zone: host for host in reversed(plan.hosts) if _worth_asking_for(plan, host)}
        hosts = [*first.values(), plan.host(self._entry.destination)]
        return list(dict.fromkeys([*(host.address(family) for host in hosts for family in plan.families), *nowhere()]))

    def _abuses(self, names: Mapping[Address, str], family: Family) -> list[tuple[str, str, Application]]:
        plan, name = self._session.plan, self._session.plan.host(self._site).names[0]
        ports = [
            (f"CONNECT to {self._site} port {port}", f"{self._site} のポート{port}へのCONNECT", f"{name}:{port}")
            for port in OTHER_PORTS
        ]
        literals = [
            (
                f"CONNECT to {host.name} inside, port {WEB}",
                f"内部の {host.name} へのCONNECT",
                literal(host.address(target), WEB),
            )
            for host in plan.hosts
            if _worth_asking_for(plan, host)
            for target in plan.families
        ]
        listed = [
            (
                f"CONNECT to a listed name that leads to {address}",
                f"{address} を指す登録ドメイン内の名前へのCONNECT",
                f"{leading}:{WEB}",
            )
            for address, leading in names.items()
        ]
        other = [("CONNECT to an unlisted domain", "登録外ドメインへのCONNECT", f"www.example.org:{WEB}")]
        many = (
            None if family is self._entry.families[0] else 1
        )  # by another family one of each kind: are the rules the same?
        asked = [each for kind in (ports, literals, listed, other) for each in kind[:many]]
        made = [(what, ja, self._through(target, family)) for what, ja, target in asked]
        plain = self._session.prober.http(self._attempt(family), method="GET", target=f"http://{name}/", host=name)
        self._session.saw(plain)
        return [*made, ("a request in clear", "平文の要求", plain)]

    def _good(self, family: Family) -> Application:
        return self._through(f"{self._session.plan.host(self._site).names[0]}:{WEB}", family)

    def _through(self, target: str, family: Family) -> Application:
        seen = self._session.prober.https(
            self._attempt(family),
            server_name=target.rpartition(":")[0].strip("[]"),
            ca_pem=self._session.root_pem(),
            through=target,
        )
        self._session.saw(seen)
        return seen

    def _attempt(self, family: Family) -> Attempt:
        port = self._entry.port or 0
        return to_service(self._session.plan, self._entry.source, self._entry.destination, Protocol.TCP, port, family)

    def _given(self, made: Sequence[tuple[str, Judgement, tuple[Application, ...]]]) -> list[Verdict]:
        who = f"{self._entry.source} -> {self._entry.destination}"
        told = ((f"{who}: {what}", judgement, seen) for what, judgement, seen in made)
        return give_all(self._session, self._controls, told)


def _worth_asking_for(plan: Plan, host: Host) -> bool:
    """The zones' web servers, and everything in the management zone."""
    place = plan.place(host.zone)
    served = place in {"mn", "lg", "in"} and "web_app" in host.roles
    return served or (place == "mgmt" and host.kind is Kind.ENDPOINT)


def website_of(plan: Plan) -> str:
    """A web server on the Internet's side, one that is nobody's twin if there is one. CheckError if the plan has none."""
    proxies = {host.name for host in plan.hosts if "proxy" in host.roles}
    sites = [flow.destination for flow in plan.allowed if flow.source in proxies and flow.application == "https"]
    if not sites:
        raise CheckError("this plan has no web server that a proxy may reach")
    return min(sites, key=lambda name: plan.host(name).twin is not None)
