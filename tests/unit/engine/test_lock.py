"""A command's result doesn't depend on how the engine gets rid of its lock."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from docker.errors import APIError, NotFound
from requests.exceptions import ConnectionError as NoConnection

from lab.engine import lock


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(lock, "any_host_image", lambda _client: "an image")
    monkeypatch.setattr(lock, "isolation", lambda *_, **__: {})
    monkeypatch.setattr(lock, "attached", Mock())
    monkeypatch.setattr(lock, "_GOING", 0.2)
    monkeypatch.setattr(lock, "_PAUSE", 0.01)
    return Mock(create_container=Mock(return_value={"Id": "the-lock"}))


def test_it_is_waited_for(client):
    client.inspect_container.side_effect = [{}, {}, NotFound("gone")]
    with lock.held(client, "one", "up"):
        pass
    assert client.inspect_container.call_count == 3
    client.remove_container.assert_not_called()


@pytest.mark.parametrize("failure", [None, NoConnection("read timed out"), APIError("engine overloaded")])
def test_one_that_stays_fails_nothing(client, failure):
    client.inspect_container.side_effect = failure
    client.remove_container.side_effect = APIError("device or resource busy")
    with lock.held(client, "one", "up"):
        pass
    assert client.remove_container.called == (failure is None)


def test_the_failure_of_the_command_is_the_one_told(client):
    client.inspect_container.side_effect = NoConnection("read timed out")
    with pytest.raises(ValueError, match="the command"), lock.held(client, "one", "up"):
        raise ValueError("the command")
