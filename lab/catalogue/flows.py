"""The flow table as a judge: what an edition and a model permit between two places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lab.catalogue.model import Flow, Opening, Permission

DEFAULT_DENY = "ZONE-05"
OWN_FIREWALL = "firewall/own"  # as a destination: the firewall of the source's own zone


@dataclass(frozen=True, slots=True)
class Place:
    """One end of a flow: the zone it is in, what the zone is for the guideline, and what the host is for."""

    zone: str  # name of the zone; two ends are inside one zone if it is equal
    place: str  # "mn", "lg", "in", "peer-1", ..., "other"
    function: str  # "terminal", "server", "resolver", ...
    border: str | None = None  # zone of the firewall that the hosts of this zone turn to; None for a firewall

    def matches(self, selectors: Sequence[str]) -> bool:
        """Whether one of `place/function` (either may be `*`) means this end."""
        for selector in selectors:
            place, _, function = selector.partition("/")
            if place in ("*", self.place) and function in ("*", self.function):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the catalogue says about one direction between two ends."""

    flow: Flow | None  # the row that decided; None: no row speaks about it
    permission: Permission
    control: str | None  # the control that forbids it; None if it is permitted
    reason_en: str
    reason_ja: str

    @property
    def permitted(self) -> bool:
        return self.permission is not Permission.NO


def applies(flow: Flow, source: Place, destination: Place) -> bool:
    """Whether the row speaks about this direction."""
    inside = source.zone == destination.zone
    if flow.within is not None and flow.within != inside:
        return False
    if source.matches(flow.source) and destination.matches(flow.destination):
        return True
    if OWN_FIREWALL in flow.destination and source.matches(flow.source) and source.zone != destination.zone:
        return source.border is not None and source.border == destination.zone
    return flow.both and source.matches(flow.destination) and destination.matches(flow.source)


def permission(
    flow: Flow, *, edition: str, model: str, editions: Sequence[str], study: str | None = None
) -> Permission:
    """Read the row's cell for a model, `-` before the edition that introduced it. `editions` is oldest first.

    A study's rows permit nothing outside of it.
    """
    if flow.study is not None and flow.study != study:
        return Permission.NO
    if flow.since is not None and editions.index(edition) < editions.index(flow.since):
        return Permission.NO
    return flow.models[model]


def rule(
    flows: Iterable[Flow],
    source: Place,
    destination: Place,
    *,
    edition: str,
    model: str,
    editions: Sequence[str],
    service: tuple[str, int] | None = None,
    study: str | None = None,
) -> Ruling:
    """Judge one direction. A permitting row wins over a forbidding one; the first of each kind is taken.

    `service` (protocol, port) keeps rows from permitting that are about another service; None asks about any.
    """
    speaking = [flow for flow in flows if applies(flow, source, destination)]
    for flow in speaking:
        cell = permission(flow, edition=edition, model=model, editions=editions, study=study)
        named = {(one.protocol, one.port) for one in flow.services}
        if cell is not Permission.NO and (service is None or not named or service in named):
            return Ruling(flow, cell, None, flow.what.en, flow.what.ja)
    for flow in speaking:
        if flow.refused_by is not None:
            why_en, why_ja = flow.limit.en, flow.limit.ja
            if flow.since is not None and editions.index(edition) < editions.index(flow.since):
                why_en, why_ja = f"only from edition {flow.since} on", f"{flow.since}版以降に限る"
            elif flow.models[model] is Permission.NO and flow.opening is not Opening.NEVER:
                why_en, why_ja = f"not in model {model}", f"モデル{model}では許可されない"
            return Ruling(
                flow,
                Permission.NO,
                flow.refused_by,
                f"{flow.id}, {flow.what.en}: {why_en}",
                f"{flow.id} {flow.what.ja}：{why_ja}",
            )
    return Ruling(
        None,
        Permission.NO,
        DEFAULT_DENY,
        "no row of the flow table permits it, and what is not permitted is denied",
        "許可する行がなく、許可されない通信は拒否する",
    )
