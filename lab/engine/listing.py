"""What of a lab is on the engine, found by label alone."""

from __future__ import annotations

from dataclasses import dataclass

from lab.engine.client import Api, explained
from lab.engine.names import DIGEST, HOST, KIND, LAB, OWNER, Kind


@dataclass(frozen=True, slots=True)
class Listed:
    """One labelled container."""

    id: str
    name: str
    lab: str
    kind: Kind
    host: str
    digest: str
    owner: str
    state: str  # created, running, paused, restarting, removing, exited, dead
    image: str  # id
    reference: str  # of the image, as it was asked for
    labels: dict[str, str]
    created: int

    @property
    def is_going(self) -> bool:
        """Whether it is on its way out: whatever is asked of it may be an error of the engine's."""
        return self.state in {"removing", "dead"}


def containers(client: Api, lab: str | None = None) -> list[Listed]:
    """Every container, in any state, that carries the label of `lab` (None: of any lab)."""
    label = LAB if lab is None else f"{LAB}={lab}"
    with explained("cannot list the lab's containers"):
        found = client.containers(all=True, filters={"label": label})
    listed = []
    for entry in found:
        own = entry["Labels"]
        known = own.get(KIND) in set(Kind)
        listed.append(
            Listed(
                id=entry["Id"],
                name=entry["Names"][0].lstrip("/") if entry["Names"] else entry["Id"],
                lab=own[LAB],
                kind=Kind(own[KIND]) if known else Kind.HELPER,
                host=own.get(HOST, ""),
                digest=own.get(DIGEST, ""),
                owner=own.get(OWNER, ""),
                state=entry["State"],
                image=entry["ImageID"],
                reference=entry["Image"],
                labels=own,
                created=entry["Created"],
            )
        )
    return listed
