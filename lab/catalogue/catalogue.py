"""The whole catalogue as one value, and its loading from the data files."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from lab.catalogue.flows import Place, Ruling, rule
from lab.catalogue.model import Control, Crypto, Edition, Flow, Frozen, Model, Source, Study, Support
from lab.errors import BadInput
from lab.tables import read_table

DATA = Path(__file__).parent / "data"


class Catalogue(Frozen):
    """Everything that the guideline, or the lab in its place, says."""

    controls: dict[str, Control]  # id -> control, in the catalogue's order
    editions: tuple[Edition, ...]  # oldest first
    models: tuple[Model, ...]
    flows: tuple[Flow, ...]  # F01... of the guideline's table, then rows that only forbid
    infrastructure: tuple[Flow, ...]  # I01..., L01...: the lab's own, mark LAB
    studies: tuple[Study, ...]
    crypto: Crypto
    sources: dict[str, Source]
    support: tuple[Support, ...]  # software that is maintained (WLAN-10, VPN-09, TW-09)

    def control(self, identifier: str) -> Control:
        """Find a control by its id. BadInput, with the nearest ids, if there is none."""
        try:
            return self.controls[identifier]
        except KeyError:
            family, _, number = identifier.upper().partition("-")
            same = f"{family}-{int(number):02}" if number.isdecimal() else ""
            near = [same] if same in self.controls else get_close_matches(identifier.upper(), self.controls, n=3)
            hint = f"did you mean {', '.join(near)}?" if near else "`lab controls` lists them"
            raise BadInput(f"unknown control {identifier!r}", fix=hint) from None

    def flow(self, identifier: str) -> Flow:
        """Find a flow row by its id, infrastructure included. KeyError if there is none."""
        for flow in (*self.flows, *self.infrastructure):
            if flow.id == identifier:
                return flow
        raise KeyError(identifier)

    def study(self, identifier: str | None) -> Study | None:
        """Find a study by its id; None for None. KeyError if there is none of that id."""
        if identifier is None:
            return None
        for study in self.studies:
            if study.id == identifier:
                return study
        raise KeyError(identifier)

    @property
    def edition_ids(self) -> tuple[str, ...]:
        return tuple(edition.id for edition in self.editions)

    @property
    def study_ids(self) -> tuple[str, ...]:
        return tuple(study.id for study in self.studies)

    @property
    def model_ids(self) -> tuple[str, ...]:
        return tuple(model.id for model in self.models)

    def ruling(
        self,
        source: Place,
        destination: Place,
        *,
        edition: str,
        model: str,
        service: tuple[str, int] | None = None,
        study: str | None = None,
    ) -> Ruling:
        """Say whether edition and model permit `source` to open a connection to `destination`, and by which row."""
        return rule(
            (*self.infrastructure, *self.flows),
            source,
            destination,
            edition=edition,
            model=model,
            editions=self.edition_ids,
            service=service,
            study=study,
        )

    @property
    def places(self) -> tuple[str, ...]:
        """What a zone can be for the flow table."""
        ends = {
            end.partition("/")[0]
            for flow in (*self.flows, *self.infrastructure)
            for end in (*flow.source, *flow.destination)
        }
        return tuple(sorted(ends - {"*"}))


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """Read the data files once."""
    controls = [item for file in sorted((DATA / "controls").glob("*.yaml")) for item in read_table(file)]
    return Catalogue.model_validate(
        {
            "controls": {item["id"]: item for item in controls},
            "editions": read_table(DATA / "editions.yaml"),
            "models": read_table(DATA / "models.yaml"),
            "flows": read_table(DATA / "flows.yaml"),
            "infrastructure": read_table(DATA / "infrastructure.yaml"),
            "studies": read_table(DATA / "studies.yaml"),
            "crypto": read_table(DATA / "crypto.yaml"),
            "sources": read_table(DATA / "sources.yaml"),
            "support": read_table(DATA / "support.yaml"),
        }
    )
