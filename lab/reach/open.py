"""One way to open a channel, whatever the host is."""

from __future__ import annotations

from lab.engine import Engine, Lab
from lab.reach.air import air_channel
from lab.reach.container import ContainerChannel


def open_channel(engine: Engine, lab: Lab, host: str) -> ContainerChannel:
    """Open a channel to a host of a running lab. The shell starts with the first command."""
    if lab.plan.on_air(host) is not None:
        return air_channel(engine, lab, host)
    return ContainerChannel(engine, lab.container(host), host)
