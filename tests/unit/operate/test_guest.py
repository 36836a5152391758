"""Files of hosts on the air: what of them differs, and the least that brings them back."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from lab.converge import GUEST_FILES
from lab.errors import LabError
from lab.operate import guest
from lab.operate.guest import Found, guest_drift, read, restore_guest
from lab.reach import Result
from lab.record.progress import silent

HOSTAPD, KEY, PROFILE = "/etc/hostapd/hostapd.conf", "/etc/hostapd/secret.key", "/etc/wlan/wpa_supplicant.conf"
HOSTS = {"ap": "access-point", "sta-lg": "station", "evil-ap": "stranger"}


class Container:
    """Tells which files differ; what is laid down anew is as delivered, unless it is stubborn. A host of None is silent."""

    def __init__(self, changed, *, wanted=True, stubborn=False):
        self.changed = {name: changed.get(name, set()) for name in HOSTS}
        self.wanted, self.stubborn, self.lines = wanted, stubborn, []

    def run(self, command, **_):
        if isinstance(command, list):
            return self._told("".join(self._said(name) for name in HOSTS) if self.wanted else "== off\n")
        self.lines.append(command)
        if not self.stubborn:
            for name in HOSTS:
                if f"{GUEST_FILES}/{name} " in command or "service restart radio " in command:
                    self.changed[name] = set()
        return self._told("")

    def _said(self, name):
        if self.changed[name] is None:
            return f"{name} \n"
        return "".join(f"{name} {path}: FAILED\n" for path in self.changed[name]) + f"{name} == end\n"

    def _told(self, text):
        return Result("", 0, text.encode(), b"")


@pytest.fixture
def made(monkeypatch):
    def make(container, state="running"):
        @contextmanager
        def opened(*_):
            yield container

        monkeypatch.setattr(guest, "open_channel", opened)
        hosts = [SimpleNamespace(name=name, function=function) for name, function in HOSTS.items()]
        plan = SimpleNamespace(air=SimpleNamespace(container="radio", hosts=hosts))
        return SimpleNamespace(plan=plan, states=lambda: {"radio": state})

    return make


def test_each_file_that_differs_is_drift_of_its_host(made):
    told = guest_drift(None, made(Container({"ap": {HOSTAPD}, "sta-lg": {PROFILE}})))
    assert [str(drift) for drift in told] == [
        f"ap: files: {HOSTAPD} was changed or removed",
        f"sta-lg: files: {PROFILE} was changed or removed",
    ]


def test_host_that_says_nothing_is_drift_and_never_as_delivered(made):
    (told,) = guest_drift(None, made(Container({"ap": None})))
    assert (str(told.kind), told.host) == ("unreadable", "ap")
    assert read("ap /etc/x: FAILED", ["ap"]) == {"ap": Found(None)}
    assert read("", ["ap"]) == {"ap": Found(None)}


def test_removed_file_is_one_that_differs():
    said = f"ap {KEY}: FAILED open or read\nap {HOSTAPD}: FAILED\nap == end\n"
    assert read(said, ["ap"]) == {"ap": Found((HOSTAPD, KEY))}


def test_stopped_container_or_guest_is_told_by_others(made):
    changed = {"ap": {HOSTAPD}}
    assert guest_drift(None, made(Container(changed), "exited")) == ()
    assert guest_drift(None, made(Container(changed, wanted=False))) == ()


def test_daemon_alone_starts_again(made):
    container = Container({"ap": {HOSTAPD, KEY}, "evil-ap": {PROFILE}})
    restore_guest(None, made(container), silent)
    first, second, third = container.lines
    assert first.startswith(f"tar -C {GUEST_FILES}/ap -cf - etc/hostapd/hostapd.conf etc/hostapd/secret.key | ")
    assert second.endswith("ap '/usr/local/sbin/access-point restart'")
    assert third.startswith(f"tar -C {GUEST_FILES}/evil-ap -cf - etc/wlan/wpa_supplicant.conf | ")


@pytest.mark.parametrize("changed", [{"ap": {"/etc/start"}}, {"sta-lg": {"/usr/local/sbin/one-network"}}, {"ap": None}])
def test_guest_starts_anew_for_what_only_its_start_brings_back(made, changed):
    container = Container({"sta-lg": {PROFILE}} | changed)
    restore_guest(None, made(container), silent)
    (line,) = container.lines
    assert line.startswith("/usr/lib/sanso/service restart radio ")


def test_nothing_is_touched_where_nothing_differs(made):
    container = Container({})
    restore_guest(None, made(container), silent)
    assert container.lines == []


def test_repair_that_does_not_help_is_an_error(made):
    with pytest.raises(LabError, match="still drifted after the repair: ap: files"):
        restore_guest(None, made(Container({"ap": {HOSTAPD}}, stubborn=True)), silent)
