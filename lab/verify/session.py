"""One verify run and the lab that it judges: channels, prober, and whether it is the same lab at the end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from itertools import count

import pytest

from lab import catalogue
from lab.engine import Engine, Lab, connect
from lab.errors import LabError
from lab.probe import Prober, judged_by, misfits, open_prober, require_whole
from lab.reach import open_channel
from lab.record import State
from lab.verdict import Ruleset, parse_ruleset
from lab.verdict.ruleset.listing import comparable, without_probe
from lab.verify.ahead import Ahead
from lab.verify.marks import CheckError, NotTestable
from lab.verify.memory import Memory
from lab.verify.shared import SharedChannel
from lab.verify.sink import NullSink, PipeSink, Sink
from lab.verify.telling import Telling

ROOT_CERTIFICATE = "/usr/local/share/ca-certificates/sanso-lab.crt"
DEADLINE = 3600.0  # seconds without an order after which a prober ends by itself; when we end, it ends at once
_SWITCH = 0.0005  # seconds that one thread of ours may compute while another, with an answer to pass on, waits

_GUEST_STARTS = 180  # seconds, under emulation on a busy machine
# one that somebody stopped is not waited for: what needs it says so
_GUEST = f"""s=/etc/sanso/services/radio
[ "$(s6-svstat -o wantedup $s)" != true ] || s6-svwait -U -t {_GUEST_STARTS}000 $s >/dev/null || exit 1
s6-svstat -o pid $s"""


class LabSession(Telling):
    """Everything the fixtures share. Opened once per pytest run."""

    def __init__(self, engine: Engine, lab: Lab, sink: Sink, known: Collection[str] = ()) -> None:
        super().__init__(lab.plan, sink)
        self.engine, self.lab = engine, lab
        self.catalogue = catalogue.load()
        self._known = frozenset(known)  # differences that this run was started to judge
        self._channels: dict[str, SharedChannel] = {}
        self._making = threading.Lock()
        self.ahead = Ahead(lab, self.channel)
        self._prober: Prober | None = None
        self._opening: Future[Prober] | None = None
        self._look: Future[None] | None = None
        self.numbers = count(1)  # of observations, whichever prober made them
        self._starts = lab.starts()
        self._texts: dict[str, str] = {}
        self._packages: dict[str, str] = {}  # kind of image -> what it came with
        self._untouched = False
        self._guest = ""
        self._started = False
        self.memory = Memory()
        self._root_pem = b""

    @classmethod
    def open(cls, name: str, *, events: int | None, controls: Collection[str] = ()) -> LabSession:
        """Connect and refuse a lab that is not whole, but for what `controls` alone judge. Raises LabError.

        With `events` a closer look at it is begun, which `require_whole` waits for.
        """
        sink: Sink = NullSink() if events is None else PipeSink(events)
        try:
            engine = connect()
            session = cls._of(engine, engine.find(name), sink, controls)
        except LabError as error:
            sink.emit("refused", message=error.message, fix=error.fix)
            raise
        if isinstance(sink, PipeSink):
            threading.Thread(target=sink.exit_when_reader_is_gone, daemon=True).start()
            session.begin_prober()  # while the suites are collected
            session.begin_look(controls)
        return session

    @classmethod
    def _of(cls, engine: Engine, lab: Lab, sink: Sink, controls: Collection[str]) -> LabSession:
        if isinstance(sink, NullSink):
            require_whole(lab, controls=controls)
        try:
            return cls(engine, lab, sink, [str(drift) for drift in misfits(lab)] if judged_by(controls) else ())
        except LabError:
            require_whole(lab, controls=controls)  # says better what is wrong with a host that can't be asked
            raise

    @property
    def catalogue_ids(self) -> tuple[str, ...]:
        return tuple(self.catalogue.controls)

    @cached_property
    def rulesets(self) -> dict[str, Ruleset]:
        """Every router's live ruleset, read once at first use and kept as evidence."""
        found: dict[str, Ruleset] = {}
        for host in self.plan.hosts:
            if "firewall" in host.roles:
                found[host.name] = self.read_ruleset(host.name)
        return found

    def read_ruleset(self, device: str) -> Ruleset:
        """The live ruleset of one device. Raises CheckError if it can't be read."""
        result = self.channel(device).run(["nft", "-j", "-s", "list", "ruleset"])
        if result.rc:
            raise CheckError(f"{device}: its ruleset can't be read: {result.stderr.decode().strip()}")
        text = self._texts[device] = self._rules_text(device)
        self.sink.emit("host-file", host=device, name="ruleset.json", content=result.stdout.decode())
        self.sink.emit("host-file", host=device, name="ruleset.nft", content=text)
        return parse_ruleset(result.stdout, text)

    def _rules_text(self, device: str) -> str:
        result = self.channel(device).run(["nft", "-a", "-s", "list", "ruleset"])
        if result.rc:
            raise CheckError(f"{device}: its ruleset can't be read: {result.stderr.decode().strip()}")
        return without_probe(result.stdout.decode())

    @cached_property
    def delivered(self) -> dict[str, dict[str, str]]:
        """Host -> manifest -> its SHA-256 as recorded when the lab was delivered."""
        return self.lab.delivered()

    def packages(self, host: str) -> str:
        """The packages that the host's image came with."""
        kind = self.plan.host(host).image
        if kind not in self._packages:
            self._packages[kind] = self.lab.packages(host)
        return self._packages[kind]

    def root_pem(self) -> bytes:
        """The certificate of the lab's root, as the hosts have it; read once."""
        if not self._root_pem:
            for host in self.plan.hosts:
                found = self.channel(host.name).run(["cat", ROOT_CERTIFICATE])
                if found.rc == 0 and found.stdout:
                    self._root_pem = found.stdout
                    break
            else:
                raise CheckError(f"no host has {ROOT_CERTIFICATE}")
        return self._root_pem

    @property
    def prober(self) -> Prober:
        """The one prober of this run, started at first use if nobody began to before."""
        if self._prober is None:
            begun, self._opening = self._opening, None
            self._prober = begun.result() if begun is not None else self._open_prober()
        return self._prober

    def begin_look(self, controls: Collection[str]) -> None:
        """Begin to look at every host: whether the lab is whole, but for what `controls` alone judge."""
        pool = ThreadPoolExecutor(1, thread_name_prefix="look")
        self._look = pool.submit(self._looked, controls)
        pool.shutdown(wait=False)

    def _looked(self, controls: Collection[str]) -> None:
        require_whole(self.lab, ask=self._ask, controls=controls)
        with suppress(CheckError):  # whoever needs it says so
            self.root_pem()  # while its host is asked nothing else

    def require_whole(self) -> None:
        """End the run, and tell the reader of the events why, if that look found a lab that is not whole.

        A radio guest that is starting is waited for.
        """
        try:
            if self._look is not None:
                self._look.result()
            self._guest = self._guest_start()
        except LabError as error:
            self.sink.emit("refused", message=error.message, fix=error.fix)
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)

    def begin_prober(self) -> None:
        """Start the prober now, beside whatever is done before its first use."""
        if self._prober is None and self._opening is None:
            sys.setswitchinterval(_SWITCH)
            pool = ThreadPoolExecutor(1, thread_name_prefix="prober")
            self._opening = pool.submit(self._open_prober)
            pool.shutdown(wait=False)

    def _open_prober(self) -> Prober:
        return open_prober(self.engine, self.lab, deadline=DEADLINE, numbers=self.numbers)

    def _begun(self) -> Prober | None:
        """The prober, if one was started; one that could not start holds nothing."""
        if self._opening is not None:
            with suppress(LabError):
                return self.prober
        return self._prober

    def release_prober(self) -> None:
        """End the prober; the next use starts another. It holds every host's namespace, also one that should go."""
        if (begun := self._begun()) is not None:
            with suppress(LabError):  # a prober that died took its cables along
                begun.unplug()
            begun.close()
            self._prober = None

    def unplug(self) -> None:
        """Take what the prober has plugged into the fabric out of it; it does so itself after a moment without orders."""
        if self._prober is not None:
            self._prober.unplug()

    def require_untouched(self) -> None:
        """Before a firewall is disturbed: what would be put back must be what is there. Raises NotTestable."""
        if not self._untouched:
            self.ahead.settle()
            self.unplug()
            drifts = self.lab.drift(self._ask)
            if drifts:
                raise NotTestable(
                    f"the lab differs from what was recorded ({drifts[0]}): a reload would wipe that; `lab up` restores it first"
                )
            self._untouched = True

    def disturbed(self, device: str) -> None:
        """This run itself loaded the device's rules again or started it anew: what must be the same is all but handles.

        Raises CheckError if it is not.
        """
        before = self._texts.get(device)
        if before is not None:
            after = self._rules_text(device)
            if comparable(after) != comparable(before):
                raise CheckError(f"{device}: after the event its rules are not what they were")
            self.rulesets[device] = self.read_ruleset(device)
        self._starts[device] = self.lab.running(device)

    def channel(self, host: str) -> SharedChannel:
        """A channel to a host, one per run."""
        with self._making:
            if host not in self._channels:
                self._channels[host] = SharedChannel(open_channel(self.engine, self.lab, host))
            return self._channels[host]

    def _ask(self, host: str, argv: list[str]) -> str:
        """By the channel that is open anyway."""
        return self.channel(host).run(argv).stdout.decode(errors="replace")

    def start(self, tests: int, left_out: list[str], not_quick: list[str]) -> None:
        """`left_out`: tests that disturb the network, where nobody asked for it. `not_quick`: those that --quick leaves out."""
        self._started = True
        due = list(self.plan.controls_due)
        self.sink.emit("start", tests=tests, due=due, left_out=left_out, not_quick=not_quick)

    def finish(self, exitstatus: int) -> None:
        """The last look: a lab that changed under the run makes every verdict of it an error. No test, no look."""
        self.ahead.close()
        if not self._started:
            self.sink.emit("finish", exitstatus=exitstatus, changed=[])
            return
        self.release_prober()  # its hold on a namespace keeps the links of a restarted host looking alive
        # a run that loaded and restarted firewalls itself answers for their rules as well
        found = self.lab.drift(self._ask) if self._untouched else misfits(self.lab, ask=self._ask)
        drifts = {str(drift) for drift in found}
        if any(verdict.state is State.FAIL for verdict in self.verdicts):
            drifts -= self._known  # they were there before, and have their verdict
        changed = sorted(drifts) or self._restarted()
        if not changed:
            changed = [
                f"{device}: its rules" for device in self._texts if self._rules_text(device) != self._texts[device]
            ]
        self.sink.emit("finish", exitstatus=exitstatus, changed=changed)

    def _restarted(self) -> list[str]:
        """Hosts that were started anew since the run began."""
        try:
            now = self.lab.starts()
        except LabError as error:
            return [str(error)]
        found = [f"{host}: restarted" for host, start in self._starts.items() if now.get(host) != start]
        try:
            if self._guest_start() != self._guest:
                found.append("the radio guest was started anew")
        except LabError as error:
            found.append(str(error))
        return found

    def _guest_start(self) -> str:
        """Which start of the radio guest this is, by the process that its container's supervisor has for it; "" without one."""
        if self.plan.air is None:
            return ""
        container = self.plan.air.container
        told = self.channel(container).run(_GUEST, timeout=_GUEST_STARTS + 20)
        if told.rc:
            raise LabError(
                f"{container}: its radio guest doesn't start",
                fix=f"lab logs {container}, then lab up --lab {self.lab.name}",
            )
        return told.stdout.decode(errors="replace").strip()

    def close(self) -> None:
        self.ahead.close()
        if (begun := self._begun()) is not None:
            begun.close()
        for channel in self._channels.values():
            channel.close()
        self.engine.close()
