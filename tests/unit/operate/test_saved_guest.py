"""The saved radio guest: kept for exactly one guest, given to its next start, and never in the way of one."""

from __future__ import annotations

import io
import tarfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab import catalogue, scenario
from lab.operate.saved_guest import SavedGuest
from lab.plan import Image, build

FILES = {"var/lib/sanso/manifest/x": b"x"}
STATE = {"made/state": b"memory", "made/person": b"key", "made/known": b"radio key"}
SCENARIOS = Path(__file__).parents[3] / "scenarios"
PLACE = "var/lib/sanso/radio"


def tar(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def untar(content):
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {one.name: (archive.extractfile(one).read(), one.mode) for one in archive if one.isfile()}


class Engine:
    """Its container has saved `made`: a tar, or nothing."""

    def __init__(self, made=b"", code=0):
        self.made, self.code, self.devices = made, code, ()

    def accelerators(self, _host):
        return self.devices

    @contextmanager
    def exec_open(self, container, argv, *, stdin):
        assert (container, stdin) == ("unit-radio", False)
        assert argv[:2] == ["sh", "-c"]
        yield SimpleNamespace(read_all=lambda **_: (self.made, b"no made"), exit_code=lambda: self.code)


LAB = SimpleNamespace(container="unit-{}".format)


@pytest.fixture(scope="module")
def plan():
    return build(scenario.load(SCENARIOS / "wlan.yaml", as_of=date(2026, 4, 1)), catalogue.load(), "unit")


@pytest.fixture
def guest(plan, tmp_path):
    def made(engine, image="sanso-radio:1", plan=plan):
        return SavedGuest(engine, plan, {Image.RADIO: image}, tmp_path)

    return made


def archives():
    return {"radio": tar(FILES), "ap": b"another"}


def keep(guest, engine=None, image="sanso-radio:1", progress=pytest.fail):
    made = guest(engine or Engine(tar(STATE)), image)
    made.sent({}, progress)
    made.collect(LAB, archives(), progress)


def test_the_first_start_asks_for_a_state_and_the_next_one_gets_it(guest, tmp_path):
    said = []
    asked = guest(Engine()).sent(archives(), said.append)
    assert asked["ap"] == b"another"
    assert untar(asked["radio"]) == {"var/lib/sanso/manifest/x": (b"x", 0o644), f"{PLACE}/asked": (b"", 0o600)}
    assert not said
    keep(guest)
    (kept,) = (tmp_path / "guest").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    sent = untar(guest(Engine()).sent(archives(), said.append)["radio"])
    assert sent == {
        "var/lib/sanso/manifest/x": (b"x", 0o644),
        **{f"{PLACE}/saved/{name.removeprefix('made/')}": (content, 0o600) for name, content in STATE.items()},
    }
    assert [one.subject for one in said] == ["radio"]


def test_through_ansible_there_are_no_files_yet_and_a_state_is_asked_for(guest):
    keep(guest)
    assert set(untar(guest(Engine()).sent({}, pytest.fail)["radio"])) == {f"{PLACE}/asked"}


@pytest.mark.parametrize("other", ["files", "image", "accelerator"])
def test_another_guest_gets_none(guest, other):
    keep(guest)
    engine, given = Engine(), archives()
    if other == "files":
        given["radio"] = tar({**FILES, "etc/more": b""})
    if other == "accelerator":
        engine.devices = ("/dev/kvm",)
    made = guest(engine, "sanso-radio:2" if other == "image" else "sanso-radio:1")
    assert f"{PLACE}/asked" in untar(made.sent(given, pytest.fail)["radio"])


def test_an_older_state_goes_when_a_newer_one_comes(guest, tmp_path):
    keep(guest)
    keep(guest, image="sanso-radio:2")
    assert len(list((tmp_path / "guest").iterdir())) == 1
    assert f"{PLACE}/asked" in untar(guest(Engine()).sent(archives(), pytest.fail)["radio"])


def test_a_damaged_state_is_as_none(guest, tmp_path):
    keep(guest)
    (kept,) = (tmp_path / "guest").iterdir()
    kept.write_bytes(kept.read_bytes()[:700])
    assert f"{PLACE}/asked" in untar(guest(Engine()).sent(archives(), pytest.fail)["radio"])
    assert not kept.exists()


@pytest.mark.parametrize("engine", [Engine(b"", 1), Engine(tar(STATE)[:700]), Engine(b"x" * 600)])
def test_what_was_not_saved_whole_is_told_and_not_kept(guest, tmp_path, engine):
    said = []
    keep(guest, engine, progress=said.append)
    (one,) = said
    assert "not kept" in one.detail
    assert not list(tmp_path.glob("guest/*"))


def test_a_start_from_a_state_and_one_that_has_its_state_already_keep_what_there_is(guest, tmp_path):
    keep(guest)
    (kept,) = (tmp_path / "guest").iterdir()
    before = kept.read_bytes()
    made = guest(Engine(b"", 1))
    made.sent(archives(), [].append)
    made.collect(LAB, archives(), pytest.fail)  # nothing was asked for: the container isn't either
    keep(guest, Engine(tar({**STATE, "made/state": b"another"})))  # through Ansible, with the same files in the end
    assert kept.read_bytes() == before


def test_a_network_without_radio_has_none(guest):
    wired = build(scenario.load(SCENARIOS / "minimal.yaml", as_of=date(2026, 4, 1)), catalogue.load(), "unit")
    given = {"log": b"x"}
    made = guest(Engine(tar(STATE)), plan=wired)
    assert made.sent(given, pytest.fail) is given
    made.collect(LAB, given, pytest.fail)
