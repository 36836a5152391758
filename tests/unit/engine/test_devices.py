"""A device file that is missing is told before anything is made, with the hosts that need it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from lab.engine import devices, disk
from lab.engine.devices import absent, accelerators, free_memory, require_devices, require_memory
from lab.errors import LabError

TUN = "/dev/net/tun"
HERE, ELSEWHERE = SimpleNamespace(base_url=disk.THIS_MACHINE), SimpleNamespace(base_url="tcp://other:2376")
PLAN = SimpleNamespace(
    hosts=(
        SimpleNamespace(name="mn-term", devices=()),
        SimpleNamespace(name="tele-term", devices=(TUN,)),
        SimpleNamespace(name="vpn-gw", devices=(TUN,)),
    )
)


def test_a_missing_device_names_its_hosts_and_the_command(monkeypatch):
    monkeypatch.setattr(Path, "is_char_device", lambda path: str(path) != TUN)
    assert absent(HERE, ["/dev/null", TUN]) == (TUN,)
    with pytest.raises(
        LabError, match="no /dev/net/tun, which tele-term, vpn-gw cannot do without: nothing was built"
    ) as caught:
        require_devices(HERE, PLAN)
    assert caught.value.fix.startswith("sudo modprobe tun")


def test_a_device_that_is_there_is_no_matter(monkeypatch):
    monkeypatch.setattr(Path, "is_char_device", lambda _path: True)
    require_devices(HERE, PLAN)


def test_another_machine_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(Path, "is_char_device", lambda _path: False)
    assert absent(ELSEWHERE, [TUN]) is None
    require_devices(ELSEWHERE, PLAN)


RADIO = SimpleNamespace(name="radio", accelerators=("/dev/kvm",), roles=("base", "radio_guest"))


@pytest.mark.parametrize(
    ("client", "there", "flags", "given"),
    [
        (HERE, True, "flags\t\t: fpu vmx sse", ("/dev/kvm",)),
        (HERE, True, "flags\t\t: fpu svm sse", ("/dev/kvm",)),
        (HERE, True, "flags\t\t: fpu sse", ()),  # an emulated one
        (HERE, False, "flags\t\t: fpu vmx sse", ()),
        (ELSEWHERE, True, "flags\t\t: fpu vmx sse", ()),
    ],
    ids=["intel", "amd", "no-hardware", "no-device", "elsewhere"],
)
def test_kvm_is_given_only_where_hardware_backs_it(client, there, flags, given, monkeypatch, tmp_path):
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nvmx flags\t: vnmi\n{flags}\n")
    monkeypatch.setattr(devices, "PROCESSOR", tmp_path / "cpuinfo")
    monkeypatch.setattr(Path, "is_char_device", lambda _path: there)
    assert accelerators(client, RADIO) == given


def test_memory_that_a_guest_cannot_get_is_told_before_anything_is_built(monkeypatch, tmp_path):
    monkeypatch.setattr(devices, "MEMORY", tmp_path / "meminfo")
    (tmp_path / "meminfo").write_text("MemTotal: 900000 kB\nMemAvailable:   204800 kB\n")
    plan = SimpleNamespace(hosts=(RADIO, SimpleNamespace(name="mn-term", roles=("base",))))
    with pytest.raises(LabError, match="200 MiB of memory left: radio 450 MiB cannot start, nothing was built"):
        require_memory(HERE, plan)
    require_memory(ELSEWHERE, plan)
    (tmp_path / "meminfo").write_text("MemAvailable:   512000 kB\n")
    require_memory(HERE, plan)
    (tmp_path / "meminfo").write_text("nothing of the kind")
    assert free_memory(HERE) is None
    require_memory(HERE, plan)
