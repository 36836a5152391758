"""An allowed flow: the real application must answer, over the ports of the plan's route and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lab.plan import AllowedFlow, Protocol, flow_route
from lab.record import Application, Attempt, Verdict
from lab.verdict import allowed
from lab.verify import rdp
from lab.verify.judge import give
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.trip import Wish, allowed_flow, attempt_of


def judge_allowed(session: LabSession, controls: Sequence[str], wish: Wish) -> list[Verdict]:
    """One verdict: the application that the plan has behind this flow answered as itself."""
    plan = session.plan
    entry = permitted(session, wish)
    attempt = attempt_of(plan, wish)
    seen = exchange(session, attempt, entry.application)
    session.saw(seen)
    expected = flow_route(plan, entry, wish.family)
    judgement = allowed(seen, expected=expected)
    return [give(session, control, str(wish), judgement, (seen,)) for control in controls]


def permitted(session: LabSession, wish: Wish) -> AllowedFlow:
    """The plan's entry for a wish. Raises CheckError if the plan doesn't allow it: then asking for an answer is the mistake."""
    flow = allowed_flow(session.plan, wish)
    if flow is not None:
        return flow
    raise CheckError(f"{wish} is not in the allowed set of this plan, so it can't be expected to answer")


def _greeted(seen: Application) -> Application:
    """An SSH server says its version first (RFC 4253, 4.2); borg behind it needs a key, which the suites' own client has."""
    greeting = bytes.fromhex(seen.detail.get("heard", "")).split(b"\r\n", 1)[0].decode("ascii", errors="replace")
    return seen.model_copy(
        update={"ok": greeting.startswith("SSH-2.0-"), "detail": {**seen.detail, "greeting": greeting}}
    )


def exchange(session: LabSession, attempt: Attempt, application: str) -> Application:
    """Speak the application's own protocol from the source's namespace."""
    client = CLIENTS.get((application, attempt.protocol))
    if client is None:
        raise CheckError(f"no client for the application {application!r} over {attempt.protocol}")
    return client(session, attempt)


def _page(session: LabSession, attempt: Attempt) -> Application:
    name = session.plan.host(attempt.destination).names[0]
    return session.prober.https(attempt, server_name=name, ca_pem=session.root_pem(), path="/")


def _handshake(session: LabSession, attempt: Attempt) -> Application:
    name = session.plan.host(attempt.destination).names[0]
    return session.prober.https(attempt, server_name=name, ca_pem=session.root_pem(), path=None)


def _page_through_the_proxy(session: LabSession, attempt: Attempt) -> Application:
    from lab.verify.cloud import WEB, website_of

    site = session.plan.host(website_of(session.plan)).names[0]
    return session.prober.https(attempt, server_name=site, ca_pem=session.root_pem(), through=f"{site}:{WEB}")


def _own_name(session: LabSession, attempt: Attempt) -> Application:
    return session.prober.dns(attempt, name=session.plan.host(attempt.destination).names[0], rtype="A")


def _time(session: LabSession, attempt: Attempt) -> Application:
    return session.prober.ntp(attempt)


def _greeting(session: LabSession, attempt: Attempt) -> Application:
    return _greeted(session.prober.say(attempt, b"SSH-2.0-sanso\r\n", until=b"\r\n"))


def _screen(session: LabSession, attempt: Attempt) -> Application:
    """The desktop itself answers, through the gateway; who gets a session there is for SCR-06."""
    return rdp.shown(session.prober.say(attempt, rdp.request(), until=rdp.UNTIL))


CLIENTS: dict[tuple[str, Protocol], Callable[[LabSession, Attempt], Application]] = {
    ("https", Protocol.TCP): _page,
    ("syslog-tls", Protocol.TCP): _handshake,
    ("http-proxy", Protocol.TCP): _page_through_the_proxy,
    ("dns", Protocol.UDP): _own_name,
    ("dns", Protocol.TCP): _own_name,
    ("ntp", Protocol.UDP): _time,
    ("borg", Protocol.TCP): _greeting,
    ("rdp", Protocol.TCP): _screen,
}
