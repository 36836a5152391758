"""Labs are listed while others are being removed: what the engine says of those is no error of ours."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from docker.errors import APIError

from lab.engine.engine import Engine
from lab.engine.names import KIND, LAB, OWNER, Kind


def entry(lab, state, kind=Kind.FABRIC):
    labels = {LAB: lab, KIND: str(kind), OWNER: "root@here"}
    name = f"/sanso-{lab}--{kind}"
    image = {"ImageID": "sha256:1", "Image": "sanso-host:1"}
    return {"Id": f"{lab}-{state}", "Names": [name], "Labels": labels, "State": state, "Created": 1, **image}


@pytest.fixture
def client():
    return Mock(get_archive=Mock(side_effect=APIError("RWLayer of container is unexpectedly nil")))


@pytest.mark.parametrize("state", ["running", "removing", "dead"])
def test_one_that_goes_is_listed_as_not_complete(client, state):
    client.containers.return_value = [entry("one", state)]
    assert [(found.name, found.complete) for found in Engine(client).labs()] == [("one", False)]
    assert client.get_archive.called == (state == "running")
