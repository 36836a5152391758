"""The command line as a user runs it: a process, its exit code, its output."""

from __future__ import annotations

import signal
import subprocess

import docker
import pytest
from command import LAB, ROOT, ok, run


@pytest.fixture(scope="session")
def lab():
    return run


@pytest.fixture
def start_lab():
    """Start a command and leave it running (command.ended waits for it); it is killed at the end if it still does."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [LAB, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
            # whoever started the tests may ignore the key that these tests press
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads here
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def engine():
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture(scope="session")
def shared_lab(worker_id):
    """One running lab for all tests that leave it as they found it; of this process's own if several run."""
    name = "system-shared" if worker_id == "master" else f"system-shared-{worker_id}"
    ok("up", "scenarios/minimal.yaml", "--lab", name)
    yield name
    ok("down", "--lab", name, "--keys")


@pytest.fixture(scope="module")
def running(request):
    """The running lab of a reference scenario: the shared one, or one that is up while the module needs it."""
    if request.param == "minimal":
        yield request.getfixturevalue("shared_lab")
        return
    name = f"system-{request.param}"
    ok("up", f"scenarios/{request.param}.yaml", "--lab", name)
    yield name
    ok("down", "--lab", name, "--keys")
