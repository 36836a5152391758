"""Creation: fabric and hosts in parallel, then the wiring; any failure is undone and says which host and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from functools import partial

from docker.errors import APIError

from lab.engine.archive import pack, require_no_tmpfs
from lab.engine.client import Api, explained, reason
from lab.engine.container import create_fabric, create_host
from lab.engine.devices import accelerators
from lab.engine.disk import require_room
from lab.engine.identity import identity
from lab.engine.image_lists import image_lists
from lab.engine.listing import containers
from lab.engine.model import Images
from lab.engine.names import FABRIC, Kind, check_host, check_lab, container_name
from lab.engine.removal import remove_all
from lab.engine.starting import running, start_host, start_plain
from lab.engine.wiring import wire
from lab.errors import BadInput, LabError
from lab.plan import Host, Image, Plan
from lab.record.progress import Event, Progress

THREADS = 8  # more did not get faster
PLAN_PATH = "/var/lib/sanso/plan.json"


def create(client: Api, plan: Plan, images: Images, progress: Progress, archives: Mapping[str, bytes]) -> None:
    """Make the whole lab, wired. LabError, with nothing left behind, when anything fails."""
    _check(client, plan, archives)
    first: dict[str, Callable[[], str]] = {}
    others: dict[str, Callable[[], str]] = {FABRIC: partial(make_fabric, client, plan, images)}
    for host in plan.hosts:
        jobs = others
        if host.accelerators:
            how = "natively, by KVM" if accelerators(client, host) else "emulated: this machine has no KVM for it"
            progress(Event("create", host.name, "info", f"its guest runs {how}"))
            jobs = first  # it starts while the others are made, which takes less than it
        jobs[host.name] = partial(make_host, client, plan, host, images, archives.get(host.name))
    try:
        namespaces = in_parallel(first, "create", progress) | in_parallel(others, "create", progress)
        fabric = namespaces.pop(FABRIC)
        wire(client, plan, images[Image.HOST], fabric, namespaces, progress)
    except BaseException as error:
        why = "failed" if isinstance(error, Exception) else "interrupted"
        progress(Event("create", plan.lab, "info", f"{why}: removing what was made"))
        remove_all(client, plan.lab)
        raise


def make_fabric(client: Api, plan: Plan, images: Images) -> str:
    """Create and start the fabric; its id. In it: the plan, and what each image came with, out of every host's reach."""
    image = images[Image.HOST]
    with explained("cannot create the fabric"):
        fabric = create_fabric(client, plan, image, bridge_nf=True)
        try:
            start_plain(client, fabric, FABRIC)
        except LabError as error:
            if "bridge-nf-call" not in str(error):
                raise
            # this kernel has no such key, so there is nothing to turn off
            client.remove_container(fabric, force=True, v=True)
            fabric = create_fabric(client, plan, image, bridge_nf=False)
            start_plain(client, fabric, FABRIC)
        kept = {PLAN_PATH: plan.model_dump_json().encode()}
        for kind in plan.images:
            if kind is not Image.HOST:
                kept |= image_lists(client, plan.lab, fabric, kind, images[kind])
        client.put_archive(fabric, "/", pack(kept))
    return fabric


def make_host(client: Api, plan: Plan, host: Host, images: Images, archive: bytes | None) -> str:
    """Create one host, start it, and send it its files; its namespace file."""
    with explained(f"cannot create {host.name}"):
        if archive:
            require_no_tmpfs(archive)
        container = create_host(client, plan, host, images, files=len(archive or b""))
    start_host(client, container, identity(plan, host), archive)
    return running(client, container).namespace


def in_parallel(jobs: Mapping[str, Callable[[], str]], stage: str, progress: Progress) -> dict[str, str]:
    """Run them eight at a time; the results by name. One LabError that names every failed one and its reason."""
    results: dict[str, str] = {}

    def tell(name: str, future: Future[str]) -> None:
        if not future.cancelled():
            progress(Event(stage, name, "failed" if future.exception() else "done"))

    with ThreadPoolExecutor(THREADS) as pool:
        futures = {pool.submit(job): name for name, job in jobs.items()}
        for future, name in futures.items():
            future.add_done_callback(partial(tell, name))
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    failed = {futures[f]: f.exception() for f in futures if not f.cancelled() and f.exception()}
    if failed:
        causes = [f"{name}: {_cause(error)}" for name, error in sorted(failed.items())]
        raise LabError("\n".join(causes), where=stage, fix="see `lab doctor`")
    for future, name in futures.items():
        results[name] = future.result()
    return results


def _cause(error: BaseException | None) -> str:
    if isinstance(error, LabError):
        return error.message
    return reason(error) if isinstance(error, APIError) else repr(error)


def _check(client: Api, plan: Plan, archives: Mapping[str, bytes]) -> None:
    check_lab(plan.lab)
    known = {check_host(host.name) for host in plan.hosts}
    if unknown := set(archives) - known:
        raise BadInput(f"archives for hosts that the plan does not have: {', '.join(sorted(unknown))}")
    present = [one for one in containers(client, plan.lab) if one.kind is not Kind.LOCK]
    if not present:
        require_room(client)
        return
    fabric = next((one for one in present if one.kind is Kind.FABRIC), None)
    what = "from another plan" if fabric and fabric.digest != plan.digest() else "already"
    raise LabError(
        f"a lab named {plan.lab} is there {what} ({len(present)} containers, made by {present[0].owner})",
        fix=f"lab down --lab {plan.lab}, or choose another name",
    )


def start_again(client: Api, plan: Plan, host: Host) -> None:
    """Start a stopped host and hear from its init."""
    start_host(client, container_name(plan.lab, host.name), identity(plan, host))
