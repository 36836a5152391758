from __future__ import annotations

import pytest
from docker.errors import APIError, ImageNotFound
from requests.exceptions import ReadTimeout

from lab.engine import base
from lab.errors import LabError
from lab.record.progress import silent


class Client:
    """The few calls that a pull needs."""

    base_url = "tcp://elsewhere"

    def __init__(self, messages=(), asked: Exception | None = None) -> None:
        self.messages, self.asked, self.tagged, self.closed = messages, asked, [], False

    def inspect_image(self, _tag):
        raise ImageNotFound("none")

    def inspect_distribution(self, _name):
        if self.asked:
            raise self.asked

    def pull(self, repository, *, tag, stream, decode):
        assert (repository, tag, stream, decode) == ("debian", "bookworm-slim", True, True)
        return iter(self.messages)

    def tag(self, *names):
        self.tagged.append(names)

    def close(self):
        self.closed = True


@pytest.fixture
def answering(monkeypatch):
    def make(*, timeout: int) -> Client:
        return Client()

    monkeypatch.setattr(base, "open_client", make)


def test_the_base_is_pulled_where_a_registry_answers(answering):
    client = Client([{"status": "Pulling"}, {"status": "Done"}])
    assert base.ensure_base(client, "sanso-base:1", silent) == "sanso-base:1"
    assert client.tagged == [("debian:bookworm-slim", "sanso-base", "1")]


def test_a_pull_that_breaks_off_says_why(answering):
    with pytest.raises(LabError, match="cannot pull debian:bookworm-slim: connection reset"):
        base.ensure_base(Client([{"status": "Pulling"}, {"error": "connection reset"}]), "sanso-base:1", silent)


@pytest.mark.parametrize(
    ("failure", "answers"), [(None, True), (ReadTimeout(), False), (APIError("500 lookup failed"), False)]
)
def test_a_registry_answers_within_five_seconds_or_not(monkeypatch, failure, answers):
    made = []

    def make(timeout: int) -> Client:
        assert timeout == 5
        made.append(Client(asked=failure))
        return made[0]

    monkeypatch.setattr(base, "open_client", make)
    assert base.registry_answers() is answers
    assert made[0].closed
