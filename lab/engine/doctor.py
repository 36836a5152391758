"""What this machine has and lacks for a lab: the data of `lab doctor`."""

from __future__ import annotations

from lab.engine import base, devices, disk
from lab.engine.client import Api, explained, open_client
from lab.engine.container import isolation
from lab.engine.helpers import attached, remove
from lab.engine.images import present
from lab.engine.model import Finding, Health
from lab.errors import LabError
from lab.plan import Image
from lab.plan.functions import functions

_MEMORY = 2 << 30  # the whole lab's budget, bytes
_KVM = "/dev/kvm"
_COMFORT = 5 << 30
_TRIAL = "/usr/lib/sanso/trial"
_DEADLINE = 30  # seconds


def examine() -> tuple[Finding, ...]:
    """Look at the engine, its disk, where images come from, and the kernel; never raises for what it finds."""
    try:
        client = open_client()
    except LabError as error:
        return (Finding(Health.FAIL, error.message, error.fix),)
    try:
        image = present(client, Image.HOST)
        return (*_engine(client), _disk(client), _source(image), *_kernel(client, image), *_devices(client))
    except LabError as error:
        return (Finding(Health.FAIL, error.message, error.fix),)
    finally:
        client.close()


def _engine(client: Api) -> list[Finding]:
    with explained("cannot ask the engine about itself"):
        info = client.info()
    told = [Finding(Health.OK, f"Docker engine {info['ServerVersion']}, API {client.api_version}")]
    if info["MemTotal"] < _MEMORY:
        told.append(
            Finding(Health.WARN, f"the engine has {disk.spell(info['MemTotal'])} of memory", "a lab may take 2 GiB")
        )
    unusual = [
        name for option in info["SecurityOptions"] for name in ("rootless", "userns", "selinux") if name in option
    ]
    told += [
        Finding(
            Health.WARN,
            f"the engine runs with {name}: the lab was not tried on such an engine",
            "if `lab up` fails on it, use one without",
        )
        for name in unusual
    ]
    free = devices.free_memory(client)
    if free is not None and free < _MEMORY:
        what = f"{disk.spell(free)} of memory are left now: a lab with a wireless path may not start"
        told.append(Finding(Health.WARN, what, "end what isn't needed; `lab status` names labs that run"))
    return told


def _disk(client: Api) -> Finding:
    free = disk.free_bytes(client)
    if free is None:
        return Finding(Health.WARN, "the engine is on another machine: its disk was not looked at", disk.FIX)
    health = Health.FAIL if free < disk.LEAST else Health.WARN if free < _COMFORT else Health.OK
    return Finding(health, f"{disk.spell(free)} free on the engine's disk", "" if health is Health.OK else disk.FIX)


def _devices(client: Api) -> list[Finding]:
    wanted = sorted({path for paths in functions().devices.values() for path in paths})
    missing = devices.absent(client, wanted)
    if missing is None:
        return []
    return [
        Finding(Health.WARN, f"no {path}: labs with a VPN path cannot start", devices.MAKES.get(path, ""))
        if path in missing
        else Finding(Health.OK, f"{path} is there")
        for path in wanted
    ] + [Finding(Health.OK, f"radios of a wireless path run {_radios(client)}")]


def _radios(client: Api) -> str:
    if devices.absent(client, [_KVM]):
        return f"in an emulated guest (no {_KVM}): its start takes some ten seconds"
    if not devices.runs_guests():
        return f"in an emulated guest (the processor backs no {_KVM}): its start takes some ten seconds"
    return "in a guest of this machine's KVM"


def _source(image: str | None) -> Finding:
    if image is not None:
        return Finding(Health.OK, "a host image is there")
    if base.registry_answers():
        return Finding(Health.OK, "a registry answers: the base image will be pulled")
    if base.can_bootstrap():
        return Finding(Health.OK, "no registry answers: the base image will be bootstrapped with mmdebstrap")
    return Finding(Health.FAIL, "no registry answers and mmdebstrap is not installed", base.NO_MMDEBSTRAP)


def _kernel(client: Api, image: str | None) -> list[Finding]:
    if image is None:
        return [Finding(Health.WARN, "kernel features were not tried: there is no host image yet", "lab images build")]
    told = []
    for line in _trial(client, image).splitlines():
        name, _, said = line.partition(" ")
        what = name.replace("-", " ")
        if said == "ok":
            told.append(Finding(Health.OK, f"the kernel gives containers {what}"))
        else:
            fix = "use a kernel with this feature, as the distribution's own is"
            told.append(Finding(Health.FAIL, f"the kernel gives containers no {what}: {said}", fix))
    return told


def _trial(client: Api, image: str) -> str:
    with explained("cannot run a trial container"):
        container = client.create_container(
            image=image,
            entrypoint=[_TRIAL],
            use_config_proxy=False,
            network_disabled=True,
            host_config=isolation(client, auto_remove=True, cap_add=["NET_ADMIN", "SYS_ADMIN"]),
        )["Id"]
        try:
            with attached(client, container, stdin=False) as stream:
                client.start(container)
                out, err = stream.read_all(timeout=_DEADLINE)
        except TimeoutError as error:
            raise LabError(f"the trial container did not end within {_DEADLINE} s") from error
        finally:
            remove(client, container)
    if not out:
        raise LabError(f"the trial container said nothing: {err.decode(errors='replace').strip()}")
    return out.decode(errors="replace")
