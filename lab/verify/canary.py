"""A canary in each way of the log: a hundred times inside TLS, once in clear beside it, and the tap on every port."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

import tenacity

from lab.plan import AllowedFlow, flow_route, target
from lab.probe import Recording
from lab.record import Attempt, Verdict
from lab.verdict.canary import Flown, data_bytes, unreadable
from lab.verdict.refusal import refused
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.store import PATIENCE, Store, awaited, connect_anew

TIMES = 100
FIRST, DEADLINE = 4.0, 10.0  # seconds for them to arrive, at the first and at the second try
CLEAR_REFUSED = "An unexpected TLS packet was received"  # GnuTLS's word for something that is no TLS
# shifted by one to thirty-two bytes, so that no boundary of a record or segment can hide it each time
SAY = (
    'awk \'BEGIN {{ for (i = 0; i < {times}; i++) {{ s = sprintf("%*s", i % 32 + 1, ""); print s "{canary}" }} }}\''
    " | logger -t sanso-check"
)


@dataclass(slots=True)
class _Bird:
    """One canary and its sender."""

    flow: AllowedFlow
    attempt: Attempt
    text: str = field(default_factory=lambda: secrets.token_hex(32))
    clear: str = field(default_factory=lambda: f"clear-{secrets.token_hex(8)}")
    arrived: int = 0


class Canaries:
    """The `canary` fixture: `canary.is_unreadable(flows)`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls, self._store = session, controls, Store(session)

    def is_unreadable(self, flows: list[AllowedFlow]) -> list[Verdict]:
        """What these senders log travels unreadable and arrives; the same in clear is found at every port and refused."""
        prober = self._session.prober
        birds, hidden = self._flown(flows)
        since = self._store.mark()
        prober.record()
        said = [prober.say(bird.attempt, f"<13>1 - - - - - - {bird.text} {bird.clear}\n".encode()) for bird in birds]
        shown = prober.recorded([bird.text.encode() for bird in birds])
        words = awaited(
            lambda: self._store.said(since),
            lambda lines: sum(CLEAR_REFUSED in line for line in lines) >= len(birds),
            PATIENCE,
        )
        verdicts = []
        for number, (bird, clear) in enumerate(zip(birds, said, strict=True)):
            flown = _flown(bird, number, hidden, shown)
            told = {"readable": sorted(flown.readable), "in_clear": sorted(flown.in_clear), "arrived": flown.arrived}
            told["tls_bytes"] = [data_bytes(segments) for segments in flown.connections]
            seen = clear.model_copy(update={"detail": {**clear.detail, **told}})
            self._session.saw(seen)
            source, family = bird.flow.source, bird.flow.families[0]
            way = flow_route(self._session.plan, bird.flow, family)
            kept = self._store.holding(bird.clear)
            closed = refused(
                f"clear text of {source}",
                f"{source} からの平文",
                said=words,
                reason=CLEAR_REFUSED,
                kept=kept,
                good=flown.arrived > 0,
            )
            for control in self._controls:
                judgement = unreadable(source, flown, way=way)
                verdicts.append(give(self._session, control, f"log of {source} on the wire", judgement, (seen,)))
                verdicts.append(give(self._session, control, f"clear text of {source} is refused", closed, (seen,)))
        settle(verdicts)
        return verdicts

    def _flown(self, flows: list[AllowedFlow]) -> tuple[list[_Bird], Recording]:
        """Lines that were under way when a connection ended are lost (RFC 5425): once more before that is a finding."""
        birds, hidden = self._let_fly(flows, FIRST)
        if any(bird.arrived < TIMES for bird in birds) and not any(hidden.seen):
            return self._let_fly(flows, DEADLINE)
        return birds, hidden

    def _let_fly(self, flows: list[AllowedFlow], seconds: float) -> tuple[list[_Bird], Recording]:
        """A hundred events of every sender, and what all ports heard meanwhile."""
        prober = self._session.prober
        birds = [_Bird(flow, self._attempt(flow)) for flow in flows]
        for bird in birds:
            connect_anew(self._session, bird.flow.source)
        prober.record()
        for bird in birds:
            self._log(bird)
        end = time.monotonic() + seconds
        for bird in birds:
            bird.arrived = self._arrived(bird, end)
        return birds, prober.recorded([bird.text.encode() for bird in birds], [bird.attempt for bird in birds])

    def _attempt(self, flow: AllowedFlow) -> Attempt:
        family = flow.families[0]
        return Attempt(
            source=flow.source,
            destination=flow.destination,
            address=str(target(self._session.plan, flow, family)),
            family=family,
            protocol=flow.protocol,
            port=flow.port,
        )

    def _log(self, bird: _Bird) -> None:
        done = self._session.channel(bird.flow.source).run(SAY.format(times=TIMES, canary=bird.text))
        if done.rc:
            raise CheckError(f"{bird.flow.source}: logger failed: {done.stderr.decode().strip()}")

    def _arrived(self, bird: _Bird, end: float) -> int:
        @tenacity.retry(
            retry=tenacity.retry_if_result(lambda count: count < TIMES),
            wait=tenacity.wait_fixed(0.05),
            stop=tenacity.stop_after_delay(end - time.monotonic()),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else 0,
        )
        def look() -> int:
            return self._store.count(bird.flow.source, bird.text)

        return int(look())


def _flown(bird: _Bird, number: int, hidden: Recording, shown: Recording) -> Flown:
    return Flown(
        sent=TIMES,
        length=len(bird.text),
        arrived=bird.arrived,
        readable=hidden.seen[number],
        connections=hidden.streams[number],
        in_clear=shown.seen[number],
    )
