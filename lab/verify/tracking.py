"""The `tracking` fixture: nothing opens a firewall from inside a flow's payload (case Z6)."""

from __future__ import annotations

from collections.abc import Sequence

from lab.record import State, Verdict
from lab.verdict import Judgement, tracking_opens_nothing
from lab.verify.judge import give, settle
from lab.verify.session import LabSession
from lab.verify.window import first_denied
from lab.verify.witness import controls_for

_AUTOMATIC = "/proc/sys/net/netfilter/nf_conntrack_helper"


class Trackers:
    """The `tracking` fixture: `tracking("fw-mn").opens_nothing()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, device: str) -> Tracking:
        return Tracking(self._session, self._controls, device)


class Tracking:
    """What connection tracking does beside tracking, at one firewall."""

    def __init__(self, session: LabSession, controls: Sequence[str], device: str) -> None:
        self._session, self._controls, self._device = session, controls, device

    def opens_nothing(self) -> list[Verdict]:
        """While an allowed flow has just been tracked: no helper at any session or in any rule, nothing expected."""
        session, device = self._session, self._device
        stand, _ = first_denied(session.plan, device, session.plan.families[0])
        seen = session.prober.observe(controls_for(session.plan, stand))
        for observation in seen:
            session.saw(observation)
        channel = session.channel(device)
        sessions = [
            line
            for family in ("ipv4", "ipv6")
            for line in channel.run(["conntrack", "-L", "-f", family]).check().stdout.decode().splitlines()
        ]
        expected = channel.run(["conntrack", "-L", "expect"]).check().stdout.decode().splitlines()
        automatic = channel.run(f"[ ! -e {_AUTOMATIC} ] || cat {_AUTOMATIC}").check().stdout.decode().strip()
        judgement = tracking_opens_nothing(
            device, session.rulesets[device], sessions=sessions, expected=expected, automatic=automatic
        )
        if judgement.state is State.PASS and not sessions:
            judgement = Judgement(
                State.ERROR,
                None,
                f"{device} tracks nothing at all: nothing is shown",
                f"{device}：追跡中の通信がなく、判定できません",
            )
        verdicts = [
            give(session, control, f"{device}: helpers and expectations", judgement, seen) for control in self._controls
        ]
        settle(verdicts)
        return verdicts
