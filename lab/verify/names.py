"""A name nobody could guess, asked for inside: it must never reach the server that would answer it outside (ZONE-02)."""

from __future__ import annotations

import secrets
import shlex
from ipaddress import ip_address

import tenacity

from lab.plan import Family, Host, Plan, Protocol
from lab.reach import Result
from lab.record import Application, Verdict, Warrant
from lab.verdict import Judgement
from lab.verdict.judgement import error, failed, passed
from lab.verdict.phrases_ja import failure_ja, trouble_ja
from lab.verify.ask import to_service
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

QUERY_LOG = "/var/lib/unbound/queries.log"
LABEL = "canary"
# the running daemon's own word: which names it asks others for, whatever names are tried
UPSTREAMS = "unbound-control status && echo -- && unbound-control list_forwards && unbound-control list_stubs"
DEADLINE = 5.0  # seconds for a query to be written down


class Names:
    """The `names` fixture: `names.stay_in("mn-term")`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def stay_in(self, source: str) -> list[Verdict]:
        """The host's own resolver refuses the name by its own word, and the authority never hears of it.

        In the same run a name asked for on the Internet's side is answered, and stands in the authority's log.
        """
        plan = self._session.plan
        resolver = plan.host(source).resolver
        if resolver is None:
            raise CheckError(f"{source} has no resolver")
        verdicts: list[Verdict] = []
        for family in plan.families:
            name = self._fresh()
            asked = self._ask(source, resolver, name, family)
            control = self._control(family)
            own = (
                asked if "rcode" in asked.detail else self._ask(source, resolver, plan.host(resolver).names[0], family)
            )
            up = "rcode" in own.detail
            judgement = _judged(asked, heard=self._heard(name), up=up, resolver=resolver, control=control)
            subject = f"{family.value} {source} asks {resolver} for a canary name"
            verdicts += [give(self._session, one, subject, judgement, (asked, control)) for one in self._controls]
        judgement = asks_nobody(resolver, self._session.channel(resolver).run(UPSTREAMS))
        verdicts += [
            give(self._session, one, f"{resolver} of {source} asks nobody", judgement) for one in self._controls
        ]
        settle(verdicts)
        return verdicts

    def _fresh(self) -> str:
        domain = authority_of(self._session.plan).names[0].split(".", 1)[1]
        return f"{secrets.token_hex(10)}.{LABEL}.{domain}"

    def _ask(self, source: str, resolver: str, name: str, family: Family) -> Application:
        attempt = to_service(self._session.plan, source, resolver, Protocol.UDP, 53, family)
        seen = self._session.prober.dns(attempt, name=name, rtype="TXT")
        self._session.saw(seen)
        return seen

    def _control(self, family: Family) -> Application:
        """A name asked for where the way out is open; raises CheckError unless it is answered and written down."""
        plan = self._session.plan
        source, resolver = asking_outside(plan)
        name = self._fresh()
        seen = self._ask(source, resolver, name, family)
        if not seen.ok:
            raise CheckError(f"the control query of {source} was not answered: {seen.detail}")
        wait = tenacity.Retrying(
            stop=tenacity.stop_after_delay(DEADLINE),
            wait=tenacity.wait_fixed(0.05),
            retry=tenacity.retry_if_result(lambda heard: not heard),
            retry_error_callback=lambda _: False,
        )
        if not wait(self._heard, name):
            raise CheckError(f"the control query of {source} is not in the log of {authority_of(plan).name}")
        return seen

    def _heard(self, name: str) -> bool:
        """True if the authority's log has the name."""
        word = shlex.quote(name.split(".", 1)[0])
        found = self._session.channel(authority_of(self._session.plan).name).run(f"grep -qiF {word} {QUERY_LOG}")
        if found.rc not in (0, 1):
            raise CheckError(f"the authority's query log can't be read: {found.stderr.decode().strip()}")
        return found.rc == 0


def asks_nobody(resolver: str, read: Result) -> Judgement:
    """`read`: what UPSTREAMS said. A name that is passed on is one that no canary below another domain can find."""
    status, separator, upstreams = read.stdout.decode(errors="replace").partition("--\n")
    if read.rc or not separator or "is running" not in status:
        said = read.stderr.decode(errors="replace").strip() or status.strip()[-100:]
        return error(f"{resolver} doesn't tell whom it asks: {said}", f"{resolver} の転送先を読み取れません（{said}）")
    if named := [line.strip() for line in upstreams.splitlines() if line.strip() and not _root_hints(line)]:
        told = "; ".join(named)
        return failed(
            Warrant.INSPECTED,
            f"{resolver} passes names on: {told}",
            f"{resolver} は他のサーバへ問合せを転送します：{told}",
        )
    return passed(
        Warrant.INSPECTED,
        f"{resolver} runs without a forwarder and without a stub zone but for the root hints that it came with",
        f"{resolver} は転送先もスタブゾーンも持たずに稼働しています（組込みのルートヒントを除く）",
    )


def _root_hints(line: str) -> bool:
    """Whether this is what unbound was built with: the root's own servers at their public addresses."""
    zone, _, told = line.strip().partition(" IN stub prime ")
    return zone == "." and bool(told) and all(_of_the_root(word) for word in told.split())


def _of_the_root(word: str) -> bool:
    try:
        return ip_address(word).is_global
    except ValueError:
        return word.upper().endswith(".ROOT-SERVERS.NET.")


def authority_of(plan: Plan) -> Host:
    """The authoritative server on the Internet's side. CheckError if the plan has none."""
    for host in plan.hosts:
        if "authority" in host.roles:
            return host
    raise CheckError("this plan has no authoritative server outside, so nothing would hear a leaking name")


def asking_outside(plan: Plan) -> tuple[str, str]:
    """(a host of the Internet's side, its resolver that has a way out); else whoever asks the authority itself, and that one.

    CheckError if there is nobody.
    """
    queries = [flow for flow in plan.allowed if flow.application == "dns"]
    onward = {flow.source for flow in queries if plan.host(flow.source).zone != plan.host(flow.destination).zone}
    for host in plan.hosts:
        mine = host.resolver
        asks = any((flow.source, flow.destination) == (host.name, mine) for flow in queries)
        if plan.place(host.zone) == "in" and mine is not None and mine in onward and asks:
            return host.name, mine
    authority = authority_of(plan).name
    for flow in queries:
        if flow.destination == authority:
            return flow.source, authority
    raise CheckError("no host of the Internet's side may ask for names outside, so no control query can be made")


def _judged(asked: Application, *, heard: bool, up: bool, resolver: str, control: Application) -> Judgement:
    """`up`: the resolver answers something in the same run; one that keeps a name for itself has asked somebody."""
    code = asked.detail.get("rcode", "silence" if up else None)
    if heard:
        return failed(
            Warrant.WITNESSED,
            f"the name came out: it stands in the log of the authority outside, asked for through {resolver}",
            f"名前が外部に漏れました。{resolver} 経由の問合せが外部の権威サーバの記録にあります",
        )
    if asked.trouble or code is None:
        why = str(asked.trouble[0] if asked.trouble else asked.detail.get("error", "no answer"))
        return error(
            f"{resolver} gave no answer: {why}", f"{resolver} から応答がありません（{failure_ja(trouble_ja(why))}）"
        )
    if code != "REFUSED":
        return failed(
            Warrant.WITNESSED,
            f"{resolver} did not refuse by itself: {code} says that it knows the name or tried to ask somebody",
            f"{resolver} は自ら拒否していません。{code} は名前を知っているか、他へ問い合わせたことを示します",
        )
    return passed(
        Warrant.WITNESSED,
        f"{resolver} refused by its own word, and the authority outside heard nothing, while a name asked for by "
        f"{control.attempt.source} was answered and written down there",
        f"{resolver} は自ら拒否し、外部の権威サーバに問合せはありません。同時に {control.attempt.source} からの名前は"
        "応答され、権威サーバに記録されています",
    )
