"""A staff network on the air: what it offers, what it refuses, what it hides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict import air as judge
from lab.verdict.decrypted import is_what_was_sent
from lab.verdict.stations import group_frames_signed
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.wireless.heard import GOOD, SMALLER_AKM, SMALLER_CIPHER, SMALLER_GROUP, Heard, heard
from lab.verify.wireless.hosts import Station
from lab.verify.wireless.openly import ACCESS_POINT, SSID
from lab.verify.wireless.running import RADIO, on_the_air, planned


class Air:
    """The `air` fixture: `air(network).offers_enterprise_alone()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Network:
        return Network(self._session, self._controls, station)

    def has_planned_networks_alone(self, point: str) -> list[Verdict]:
        """As the access point's radio told when this run began, and as heard on the air, whatever a network calls itself.

        An open network of this check is on the air meanwhile, and must be heard.
        """
        plan = self._session.plan
        own, mine = (
            planned(plan),
            {(one.mac, SSID) for one in plan.air.hosts if one.name == ACCESS_POINT} if plan.air else set(),
        )
        runs, heard_ones = self._session.ahead.answer(RADIO, point), on_the_air(heard(self._session).capture)
        made = (
            (f"networks of {point}", judge.no_other_networks(
                f"on the radio of {point}", f"{point} の無線機", runs, own, control=own <= runs), ()),
            ("networks on the air", judge.no_other_networks(
                "on the air", "電波上", heard_ones - mine, own, control=mine <= heard_ones), ()),
        )  # fmt: skip
        return give_all(self._session, self._controls, made)


class Network:
    """One staff network and the station that is on it. Every method gives a verdict for each control of the test."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], station: Station) -> None:
        self._session, self._controls, self._station = session, controls, station
        self._ssid = station.ssid

    def offers_enterprise_alone(self) -> list[Verdict]:
        """No passphrase, no open door beside 802.1X: as announced, and as answered to whoever asks for it."""
        return self._given(judge.enterprise_alone, "AKM", refuses={"PSK": judge.INVALID_AKM, "SAE": judge.INVALID_AKM})

    def offers_aes_alone(self) -> list[Verdict]:
        """AES for stations and the group; who asks for TKIP is refused."""
        return self._given(judge.aes_alone, "ciphers", refuses={"TKIP": judge.INVALID_PAIRWISE})

    def requires_protected_management_frames(self) -> list[Verdict]:
        """Required, not optional: who comes without is refused."""
        wanted = {"no protected management frames": judge.PMF_POLICY}
        return self._given(judge.frames_protected, "management frames", refuses=wanted)

    def offers_no_downgrade(self) -> list[Verdict]:
        """WPA3-Enterprise alone; who asks for the AKM of WPA2 is refused."""
        wanted = {"802.1X with SHA-1 (WPA2)": judge.INVALID_AKM}
        return self._given(judge.wpa3_alone, "AKM without WPA2", refuses=wanted)

    def offers_192_bits_alone(self) -> list[Verdict]:
        """The suites of 192-bit mode and none of the smaller: as announced, and as answered to whoever asks for one."""
        wanted = {
            SMALLER_AKM: judge.INVALID_AKM,
            SMALLER_CIPHER: judge.INVALID_PAIRWISE,
            SMALLER_GROUP: judge.INVALID_GROUP,
        }
        return self._given(judge.suite_b_alone, "suites", refuses=wanted)

    def signs_what_is_for_everybody(self) -> list[Verdict]:
        """Management frames for the group carry an integrity code, beacons too."""
        found = heard(self._session)
        network = judge.announced(found.capture, self._ssid.name)
        # what the element leaves out has the standard's default, once frames are protected (IEEE 802.11-2020, 9.4.2.24.2)
        ciphers = [rsn.group_management or ("BIP-CMAC-128" if rsn.mfp_capable else "") for rsn in network.rsn]
        protected = [frame.beacons_protected for frame in network.frames]
        judged = group_frames_signed(self._ssid.name, ciphers, protected=protected)
        return self._give([(f"management frames for everybody on {self._ssid.name}", judged)], found)

    def hides_what_is_sent(self) -> list[Verdict]:
        """A canary is readable nowhere on the air and arrives behind the access point."""
        carried = heard(self._session).carried[self._station.host.name]
        return self._give([(f"data of {carried.station} on the air", judge.data_hidden(carried))])

    def is_what_its_keys_open(self) -> list[Verdict]:
        """The keys of the station's own session open frames for it, from it and for the group, and the canaries are inside."""
        opened = heard(self._session).decrypted[self._station.host.name]
        if isinstance(opened, CheckError):
            raise opened
        return self._give([(f"session of {opened.station} opened with its keys", is_what_was_sent(opened))])

    def leads_to_its_segment_alone(self) -> list[Verdict]:
        """Behind the access point the canary is in the network's own segment and in no other."""
        carried = heard(self._session).carried[self._station.host.name]
        judged = judge.stays_in_its_segment(carried, {self._ssid.segment})
        return self._give([(f"way of {carried.station} behind the access point", judged)])

    def _given(
        self, announced: Callable[[judge.Announced], Judgement], what: str, *, refuses: dict[str, int]
    ) -> list[Verdict]:
        found = heard(self._session)
        network = judge.announced(found.capture, self._ssid.name)
        requests = found.requests[self._ssid.name]
        made = [(f"{what} of {self._ssid.name}", announced(network))]
        made += [
            (
                f"{self._ssid.name} asked for {name}",
                judge.request_refused(requests[name], requests[GOOD], wanted=status),
            )
            for name, status in refuses.items()
        ]
        return self._give(made, found)

    def _give(self, made: Sequence[tuple[str, Judgement]], found: Heard | None = None) -> list[Verdict]:
        seen = (found or heard(self._session)).seen[self._station.host.name]
        return give_all(self._session, self._controls, [(subject, judged, (seen,)) for subject, judged in made])
