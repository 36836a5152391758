"""The engine: everything that the lab asks of Docker, behind one object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import IO, Self

from docker.errors import APIError

from lab.engine import creation, helpers, images, recipe, removal
from lab.engine.archive import require_no_tmpfs, unpack_one
from lab.engine.client import Api, explained, open_client
from lab.engine.devices import accelerators, require_devices, require_memory
from lab.engine.image_file import Described
from lab.engine.lab import COMPLETE, COMPLETE_PATH, Lab
from lab.engine.listing import Listed, containers
from lab.engine.lock import held, holder_of
from lab.engine.model import ImageFound, Images, LabSummary, Removed
from lab.engine.names import Kind, check_lab
from lab.engine.neighbours import narrow
from lab.engine.stream import Control, ExecStream
from lab.errors import LabError
from lab.plan import Host, Image, Plan
from lab.record.progress import Event, Progress, silent


class Engine:
    """A Docker engine. Threads may share it; processes may not (fork, then `connect` again)."""

    def __init__(self, client: Api) -> None:
        self._client = client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def ensure_image(self, kind: Image = Image.HOST, progress: Progress = silent) -> str:
        """Reference of an image of this kind, built first where it is missing (a minute or two)."""
        return images.ensure(self._client, kind, progress)

    def ensure_images(self, plan: Plan, progress: Progress = silent) -> Images:
        """References of the images that this plan needs, built first where they are missing."""
        return {kind: self.ensure_image(kind, progress) for kind in plan.images}

    def require_devices(self, plan: Plan) -> None:
        """Raise LabError unless the engine machine has the device files that hosts of this plan are given."""
        require_devices(self._client, plan)

    def require_memory(self, plan: Plan, instead_of: Plan | None = None) -> None:
        """Raise LabError where hosts of this plan need more memory than the engine machine has left.

        `instead_of`: a running lab's plan, whose hosts go before.
        """
        require_memory(self._client, plan, instead_of)

    def accelerators(self, host: Host) -> tuple[str, ...]:
        """The device files that spare this host an emulation, of those the engine machine has and its processor backs."""
        return accelerators(self._client, host)

    def narrow(self, plan: Plan) -> str:
        """What to tell somebody whose network has more hosts than the engine machine's kernel is set for; "" otherwise."""
        return narrow(self._client, plan)

    def save_image(self, kind: Image = Image.HOST, progress: Progress = silent) -> tuple[str, Iterator[bytes]]:
        """Reference of an image of this kind, built first where it is missing, and the pieces of an archive of it (gzip)."""
        tag = self.ensure_image(kind, progress)
        return tag, images.save(self._client, tag, progress)

    def load_image(self, file: IO[bytes], name: str, progress: Progress = silent) -> Described:
        """Load such an archive. BadInput, with the engine as it was, unless it is whole and one of this version's images."""
        return images.load(self._client, file, name, progress)

    def images(self) -> tuple[ImageFound, ...]:
        """The lab's images that are here, newest first."""
        return tuple(images.listing(self._client))

    def lock(self, lab: str, command: str) -> AbstractContextManager[None]:
        """Hold `lab` exclusively. LabError naming the holder (user@machine, pid, command, since) when it is taken."""
        return held(self._client, check_lab(lab), command)

    def create(
        self, plan: Plan, images: Images, progress: Progress = silent, archives: Mapping[str, bytes] | None = None
    ) -> Lab:
        """Make and wire the lab; `archives`: host -> tar that its init unpacks at / before anything else.

        LabError when a lab of that name is there, and when anything fails: then nothing is left.
        """
        creation.create(self._client, plan, images, progress, archives or {})
        return Lab(self._client, plan, images)

    def find(self, name: str) -> Lab:
        """The lab of that name, whoever made it. LabError when there is none or its plan is lost."""
        fabric = self._fabric(check_lab(name))
        try:
            chunks, _ = self._client.get_archive(fabric.id, creation.PLAN_PATH)
            plan = Plan.model_validate_json(unpack_one(chunks))
        except (APIError, FileNotFoundError, ValueError) as error:
            raise LabError(f"lab {name} holds no readable plan", fix=f"lab down --lab {name}, then lab up") from error
        return Lab(self._client, plan, self._images(plan, fabric))

    def labs(self) -> tuple[LabSummary, ...]:
        """Every lab on this engine, by name."""
        groups: dict[str, list[Listed]] = {}
        for one in containers(self._client):
            groups.setdefault(one.lab, []).append(one)
        return tuple(
            self._summary(name, members)
            for name, members in sorted(groups.items())
            if any(one.kind is not Kind.LOCK for one in members)  # a lock alone is a command on its way
        )

    def down(self, name: str, progress: Progress = silent) -> Removed:
        """Remove everything of that lab; a lab that is not there is no error."""
        present = containers(self._client, check_lab(name))
        progress(Event("down", name, "start", f"{len(present)} containers"))
        quiet = removal.SHORT if self._is_complete(present) else removal.QUIET
        removed = removal.remove_all(self._client, name, quiet=quiet)
        progress(Event("down", name, "done", f"{removed.containers} containers removed"))
        return removed

    def exec_open(self, container: str, argv: Sequence[str], *, stdin: bool = True, tty: bool = False) -> ExecStream:
        """Start a program in a running container; its streams. It outlives this client unless it ends on EOF."""
        with explained(f"cannot run a program in {container}", fix="lab status"):
            run = self._client.exec_create(container, list(argv), stdin=stdin, tty=tty)["Id"]
            raw = self._client.exec_start(run, socket=True, tty=tty)
        control = Control(
            exit_code=lambda timeout: helpers.exec_exit_code(self._client, run, timeout),
            resize=lambda rows, columns: helpers.exec_resize(self._client, run, rows, columns),
        )
        return ExecStream(raw, control, tty=tty)

    def output(self, container: str, *, lines: int) -> Iterator[str]:
        """The last lines of what a container's own programs printed, oldest first."""
        with explained(f"cannot read the output of {container}"):
            text = self._client.logs(container, tail=lines)
        yield from text.decode(errors="replace").splitlines()

    def put_archive(self, container: str, path: str, tar: bytes) -> None:
        """Unpack `tar` below `path`. LabError for a file below /run: there it would vanish without an error."""
        if path == "/":
            require_no_tmpfs(tar)
        with explained(f"cannot put files into {container}"):
            self._client.put_archive(container, path, tar)

    def run_helper(
        self,
        lab: Lab,
        *,
        argv: Sequence[str],
        files: Mapping[str, bytes] | None = None,
        stdin: bytes = b"",
        capabilities: Sequence[str] = (),
        netns_hosts: Sequence[str] = (),
        kind: str = Kind.HELPER,
        sets_sysctls: bool = False,
    ) -> bytes:
        """Run a program in the fabric's namespace to its end; its stdout. LabError with its stderr when it fails."""
        helper = _helper(lab, argv, files, capabilities, netns_hosts, kind)
        return helpers.run(self._client, replace(helper, sets_sysctls=sets_sysctls), stdin)

    def open_helper(
        self,
        lab: Lab,
        *,
        argv: Sequence[str],
        files: Mapping[str, bytes] | None = None,
        capabilities: Sequence[str] = (),
        netns_hosts: Sequence[str] = (),
        kind: str = Kind.PROBER,
        image: Image = Image.HOST,
        devices: Sequence[str] = (),
    ) -> ExecStream:
        """Start a long-lived program in the fabric's namespace: its stdin ends when this client does, however it ends.

        `image`: a kind that some host of the lab has. `devices`: device files of the engine machine.
        """
        helper = _helper(lab, argv, files, capabilities, netns_hosts, kind)
        return helpers.start(self._client, replace(helper, image=lab.images[image], devices=tuple(devices)))

    def _fabric(self, name: str) -> Listed:
        present = [one for one in containers(self._client, name) if one.kind is not Kind.LOCK]
        for one in present:
            if one.kind is Kind.FABRIC and not one.is_going:
                return one
        if present:
            raise LabError(f"lab {name} has lost its fabric, {len(present)} other containers are left", fix="lab down")
        raise LabError(f"there is no lab named {name}", fix="lab up")

    def _images(self, plan: Plan, fabric: Listed) -> Images:
        """What the lab was made from; of a kind whose hosts are all gone: what this version would make them from."""
        references = {Image.HOST: fabric.reference}
        there = {one.host: one.reference for one in containers(self._client, plan.lab) if one.kind is Kind.HOST}
        for host in plan.hosts:
            if host.name in there:
                references.setdefault(host.image, there[host.name])
        return {kind: references.get(kind) or recipe.tag(kind) for kind in plan.images}

    def _is_complete(self, present: list[Listed]) -> bool:
        fabric = next((one for one in present if one.kind is Kind.FABRIC and not one.is_going), None)
        if fabric is None:
            return False
        try:
            chunks, _ = self._client.get_archive(fabric.id, COMPLETE_PATH)
            return unpack_one(chunks) == COMPLETE
        except APIError:  # no such file; or it is being removed at this moment, which 20.10 calls an error of its own
            return False

    def _summary(self, name: str, members: list[Listed]) -> LabSummary:
        own = [one for one in members if one.kind is not Kind.LOCK] or members
        first = min(own, key=lambda one: one.created)
        running = sum(one.state == "running" for one in own)
        holder = next((holder_of(one.labels) for one in members if one.kind is Kind.LOCK), "")
        complete = self._is_complete(members)
        return LabSummary(name, first.owner, first.created, len(own), running, complete, holder)


def connect() -> Engine:
    """The engine that the environment names (DOCKER_HOST, else this machine's).

    LabError with cause and fix when it is missing, not running, not permitted or too old.
    """
    return Engine(open_client())


def _helper(
    lab: Lab,
    argv: Sequence[str],
    files: Mapping[str, bytes] | None,
    capabilities: Sequence[str],
    netns_hosts: Sequence[str],
    kind: str,
) -> helpers.Helper:
    return helpers.Helper(
        lab=lab.name,
        image=lab.image,
        fabric=lab.fabric,
        argv=argv,
        kind=Kind(kind),
        files=files or {},
        capabilities=capabilities,
        namespaces=lab.namespaces(tuple(netns_hosts)),
    )
