"""Whether the firewalls still run the rules that a verify run has judged: evidence ages with every change of a rule."""

from __future__ import annotations

from lab.engine import Engine, Lab
from lab.reach import open_channel
from lab.record.bundle import Bundle
from lab.verdict.ruleset.listing import comparable


def changed_rules(engine: Engine, lab: Lab, bundle: Bundle) -> tuple[str, ...]:
    """The firewalls, of those whose rules the run kept, that run others now. LabError if one doesn't answer."""
    kept = {path.parent.name: path for path in (bundle.directory / "hosts").glob("*/ruleset.nft")}
    found = []
    for host in lab.plan.hosts:
        if host.name not in kept:
            continue
        with open_channel(engine, lab, host.name) as channel:
            now = channel.run(["nft", "-a", "-s", "list", "ruleset"]).check().stdout.decode()
        if comparable(now) != comparable(kept[host.name].read_text(encoding="utf-8")):
            found.append(host.name)
    return tuple(found)
