from __future__ import annotations

import gc
import socket
import warnings

import pytest
from docker.errors import APIError, DockerException

from lab.engine import client, connect
from lab.engine.client import explained, open_client
from lab.errors import LabError


@pytest.fixture
def unclosed():
    """The SDK leaves the socket of a connection that failed to the garbage collector, which must not come before this does."""
    gc.disable()
    try:
        yield
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
    finally:
        gc.enable()


def test_no_engine_at_all(monkeypatch, tmp_path, unclosed):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(LabError, match="no Docker engine was found") as failure:
        connect()
    assert "docker.io" in failure.value.fix
    assert failure.value.exit_code == 2


def test_an_engine_that_does_not_run(monkeypatch, tmp_path, unclosed):
    left_over = socket.socket(socket.AF_UNIX)
    left_over.bind(f"{tmp_path}/old.sock")
    left_over.close()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/old.sock")
    with pytest.raises(LabError, match="does not run") as failure:
        connect()
    assert "systemctl start docker" in failure.value.fix


def test_a_remote_engine_that_does_not_answer(monkeypatch, unclosed):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens here
        where = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("DOCKER_HOST", where)
        with pytest.raises(LabError, match=f"no Docker engine answers at {where}") as failure:
            connect()
    assert "unset DOCKER_HOST" in failure.value.fix


def test_a_user_without_permission(monkeypatch):
    def refuse(**_: object) -> None:
        cause = PermissionError(13, "Permission denied")
        raise DockerException(f"Error while fetching server API version: {cause}") from cause

    monkeypatch.setattr(client.docker, "APIClient", refuse)
    with pytest.raises(LabError, match="may not talk") as failure:
        connect()
    assert "usermod -aG docker" in failure.value.fix


def test_an_engine_that_is_too_old(monkeypatch):
    class Old:
        api_version = "1.39"

        def __init__(self, **_: object) -> None:
            self.closed = False

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr(client.docker, "APIClient", Old)
    with pytest.raises(LabError, match=r"speaks API 1\.39; 1\.41") as failure:
        open_client()
    assert "upgrade" in failure.value.fix


@pytest.mark.parametrize(
    ("url", "trusted"), [("http+docker://localhost", False), ("https://engine.example:2376", True)]
)
def test_the_environment_is_read_for_an_engine_on_the_network_alone(monkeypatch, url, trusted):
    """Threads talk to the engine while pytest changes its environment: who walks through that then may meet a gap."""

    class Engine:
        api_version, base_url, trust_env = "1.41", url, True

        def __init__(self, **_: object) -> None:
            pass

    monkeypatch.setattr(client.docker, "APIClient", Engine)
    assert open_client().trust_env is trusted


def test_the_engines_own_words_are_kept():
    with pytest.raises(LabError, match=r"cannot create x: no such image"), explained("cannot create x"):
        raise APIError("404", explanation="no such image")
