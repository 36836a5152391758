"""The page: what both languages show, worked out once, and its rendering in each."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lab.catalogue import Catalogue, Text
from lab.catalogue.words import CARRIED, CODES, MARKS, NEEDS
from lab.record import State, Verdict
from lab.record.bundle import Bundle
from lab.report.html.facts import facts, waivers
from lab.report.html.flows import flows
from lab.report.html.matrix import matrix
from lab.report.html.payload import messages, pack, shared
from lab.report.html.places import place_title, zone_title
from lab.report.html.sample import passed, wrong
from lab.report.html.seen import seen_by_id
from lab.report.html.standing import Outcome, Standing, counts, standings
from lab.report.picture import network_svg
from lab.report.titles import sentence, subject_of, titled
from lab.tables import read_table

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
PARTS = ("WLAN", "RAD", "SCR", "TW", "VPN", "AUTH", "MED")  # families of the guideline that a catalogue may lack
SCRIPT_WORDS = ("js_", "answer_", "state_", "tint_", "warrant_short_")


class Page:
    """One report. `base` is what a link to a file of the bundle begins with; `today` the day that it is made on."""

    def __init__(self, bundle: Bundle, catalogue: Catalogue, base: str, today: date) -> None:
        self._bundle, self._catalogue, self._base, self._today = bundle, catalogue, base, today

    def render(self, language: str) -> str:
        """The whole file in that language."""
        words, script, plan = _words()[language], _own("report.js"), self._bundle.plan
        return (
            _environment()
            .get_template("report.html.j2")
            .render(
                **self._shown,
                w=words,
                language=language,
                say=lambda text: getattr(text, language),
                place=lambda name: place_title(name, language),
                titled=lambda sentence: titled(sentence, language),
                subject=lambda verdict: subject_of(verdict.test, verdict.subject, language),
                zone=lambda name: zone_title(plan, name, language) if plan else name,
                style=Markup(_own("report.css")),  # noqa: S704 - our own file
                script=Markup(script),  # noqa: S704 - our own file
                script_hash=b64encode(sha256(script.encode()).digest()).decode(),
                script_words={key: text for key, text in words.items() if key.startswith(SCRIPT_WORDS)},
                picture=Markup(network_svg(plan, language)) if plan else None,  # noqa: S704 - escapes what it draws
                messages=pack(messages(self._bundle.verdicts, language)),
            )
        )

    @cached_property
    def _shown(self) -> dict[str, Any]:
        bundle, catalogue = self._bundle, self._catalogue
        run = facts(bundle.run)
        seen = seen_by_id(bundle)
        all_standings = standings(bundle, catalogue)
        found = flows(bundle.plan, bundle.verdicts, seen) if bundle.plan else {}
        waived = Counter((one.control, one.subject) for one in bundle.verdicts if one.state is State.WAIVED)
        judged = [one for one in all_standings if one.verdicts or one.outcome is Outcome.UNJUDGED]
        return {
            "run": run,
            "today": self._today,
            "base": self._base,
            "plan": bundle.plan,
            "parts": [part for part in PARTS if all(one.family != part for one in catalogue.controls.values())],
            "there": {f"place:{bundle.plan.place(host.zone)}" for host in bundle.plan.hosts} if bundle.plan else set(),
            "study": next((one for one in catalogue.studies if one.id == run.study), None),
            "edition": next((one for one in catalogue.editions if one.id == run.edition), None),
            "model": next((one for one in catalogue.models if one.id == run.model), None),
            "sources": catalogue.sources,
            "codes": CODES,
            "marks": MARKS,
            "needs": NEEDS,
            "carried": CARRIED,
            "standings": all_standings,
            "judged": judged,
            "silent": [one for one in all_standings if one not in judged],
            "outcomes": Counter(one.outcome for one in all_standings),
            "checks": Counter(one.state for one in bundle.verdicts),
            "by_family": _by(all_standings, lambda one: (one.family,)),
            "by_zone": _by(all_standings, lambda one: one.control.zones if one.control else ()),
            "wrong": wrong(bundle.verdicts, seen),
            "wrong_of": {one.id: wrong(one.verdicts, seen) for one in judged},
            "passed_of": {one.id: passed(one.verdicts, seen) for one in judged},
            "tests_of": {one.id: _tests(one) for one in judged},
            "matrix": matrix(bundle.plan, found) if bundle.plan else None,
            "register": [flow for flow in bundle.plan.allowed if flow.origin == "register"] if bundle.plan else [],
            "flows": found,
            "expired": _expired(bundle, self._today),
            "waivers": waivers(bundle.plan, waived, run.as_of),
            "rulesets": {path.parent.name for path in (bundle.directory / "hosts").glob("*/ruleset.nft")},
            "captures": {path.stem for path in (bundle.directory / "captures").glob("*.pcapng")},
            "tests": sorted({sentence(one.test) for one in bundle.verdicts}),
            "shared": pack(shared(bundle.verdicts, seen, found)),
        }


def _by(all_standings: tuple[Standing, ...], keys: Callable[[Standing], Iterable[str]]) -> dict[str, Counter[Outcome]]:
    counted: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    for standing in all_standings:
        for key in keys(standing):
            counted[key][standing.outcome] += 1
    return dict(counted)


def _expired(bundle: Bundle, today: date) -> bool:
    """True if something that the result rests on has ended since: an entry of the register, a waiver."""
    plan = bundle.plan
    ends = [] if plan is None else [*(flow.expires for flow in plan.allowed), *(one.expires for one in plan.waivers)]
    return any(end is not None and end < today for end in ends)


def _tests(standing: Standing) -> list[tuple[str, dict[State, int]]]:
    """The tests that judged a control, as sentences, with their counts; those with something wrong first."""
    mine: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in standing.verdicts:
        mine[sentence(verdict.test)].append(verdict)
    found = [(name, counts(verdicts)) for name, verdicts in mine.items()]
    return sorted(found, key=lambda each: all(state is State.PASS for state in each[1]))


def prepare() -> None:
    """Read and compile what every page is made with."""
    environment = _environment()
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)
    _words()


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _own(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _words() -> dict[str, dict[str, str]]:
    """Language -> key -> word."""
    texts = {key: Text.model_validate(text) for key, text in read_table(HERE / "words.yaml").items()}
    return {
        "en": {key: text.en for key, text in texts.items()},
        "ja": {key: text.ja for key, text in texts.items()},
    }
