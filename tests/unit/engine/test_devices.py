"""A device file that is missing is told before anything is made, with the hosts that need it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from lab.engine import disk
from lab.engine.devices import absent, require_devices
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
