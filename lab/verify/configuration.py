"""What runs against what was delivered: one command per host tells all of it; the record it is compared with is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from lab.converge import delivered_files
from lab.engine.rules import stable
from lab.errors import LabError
from lab.pki import state_directory
from lab.reach import Channel
from lab.record import Verdict
from lab.record.bundle.redaction import redact
from lab.verdict import Judgement
from lab.verdict.asked import ASK, SEARCH, read, read_search, sums
from lab.verdict.delivered import (
    Line,
    Running,
    Searched,
    files,
    first_difference,
    kernel_rules,
    processes,
    software,
)
from lab.verify.ahead import Question
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

RULES = "/etc/nftables.conf"


class Configuration:
    """The `configuration` fixture: `configuration(host).has_only_delivered_files()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, host: str) -> Configured:
        return Configured(self._session, self._controls, host)


class Configured:
    """One host."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], host: str) -> None:
        self._session, self._controls, self._host = session, controls, host

    def has_its_files_as_delivered(self) -> list[Verdict]:
        """The files of every role's manifest, and the manifests themselves, against the record in the fabric."""
        running, session = self._running(), self._session
        recorded = session.delivered.get(self._host, {})
        if set(recorded) != {f"{role}.sha256" for role in session.plan.host(self._host).roles}:
            raise CheckError(f"{self._host}: the record of its delivery has {', '.join(recorded) or 'nothing'}")
        judgement = files(self._host, running, recorded, self._lines(running))
        return self._give(f"delivered files of {self._host}", judgement)

    def runs_only_delivered_services(self) -> list[Verdict]:
        """Every process belongs to a delivered service, and every such service is up."""
        return self._give(f"processes of {self._host}", processes(self._host, self._running()))

    def has_the_rules_of_its_file(self) -> list[Verdict]:
        """What the kernel enforces is what a kernel makes of the delivered file, loaded anew in an empty namespace."""
        channel = self._session.channel(self._host)
        file, live = channel.run(["cat", RULES]), channel.run(["nft", "-s", "list", "ruleset"])
        if file.rc or live.rc:
            raise CheckError(f"{self._host}: {(file.stderr or live.stderr).decode(errors='replace').strip()}")
        try:
            meant = self._session.prober.rules(file.stdout.decode())
        except LabError as error:
            raise CheckError(f"{self._host}: {RULES} can't be loaded elsewhere to compare: {error.message}") from error
        judgement = kernel_rules(self._host, stable(meant), stable(live.stdout.decode()))
        return self._give(f"kernel rules of {self._host}", judgement)

    def _running(self) -> Running:
        return self._session.ahead.answer(RUNNING, self._host)

    def _lines(self, running: Running) -> dict[str, Line]:
        """Where changed files differ, if this machine delivered them and so knows their content. Secrets stay out."""
        wrong = [path for path, digest in running.listed.items() if running.found.get(path, digest) != digest]
        if not wrong:
            return {}
        known = delivered_files(state_directory(self._session.plan.lab), self._host)
        lines: dict[str, Line] = {}
        for path in wrong:
            old = known.get(path, b"")
            new = self._session.channel(self._host).run(["cat", path]).stdout
            if old and b"PRIVATE KEY" not in old + new:
                line = first_difference(redact(old.decode(errors="replace")), redact(new.decode(errors="replace")))
                lines |= {path: line} if line else {}
        return lines

    def _give(self, subject: str, judgement: Judgement) -> list[Verdict]:
        return give_all(self._session, self._controls, [(subject, judgement, ())])


class Software:
    """The `installed` fixture. It rests on a search of the whole disk, which takes longer than all else that a host is asked."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def is_the_images_alone(self, host: str) -> list[Verdict]:
        """Packages against the image's record; programs and files that came or changed since; set-id bits."""
        packages = self._session.packages(host)
        if not packages:
            raise CheckError("the image holds no record of its packages")
        there = self._session.ahead.answer(SOFTWARE, host)
        judgement = software(host, there, packages, self._as_image(host, there))
        return give_all(self._session, self._controls, [(f"software of {host}", judgement, ())])

    def _as_image(self, host: str, there: Searched) -> dict[str, bool]:
        """For files that nobody delivered and that the image has too: whether their content is the image's."""
        paths = [one.path for one in there.strangers()]
        image = self._session.lab.image_files(host) if paths else {}
        known = [path for path in paths if path in image]
        if not known:
            return {}
        told = self._session.channel(host).run(["sha256sum", "--", *known]).stdout.decode(errors="replace")
        found = {path: digest for digest, path in sums(told.splitlines())}
        return {path: found.get(path) == image[path] for path in known}


def _ask(_: None, _host: str, channel: Channel) -> Running:
    answer = channel.run(ASK)
    try:
        return read(answer.stdout.decode(errors="replace"))
    except LabError as error:
        raise CheckError(error.message) from error


def _search(created: Mapping[str, int], host: str, channel: Channel) -> Searched:
    answer = channel.run(SEARCH.format(created=created[host]))
    try:
        return read_search(answer.stdout.decode(errors="replace"))
    except LabError as error:
        raise CheckError(error.message) from error


RUNNING = Question("files and processes", "", _ask)
SOFTWARE = Question("software", "", _search, prepare=lambda lab: lab.created())
