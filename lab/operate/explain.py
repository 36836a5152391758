"""`lab explain`: what is known of one control, from the catalogue, the newest run and the lab that runs now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab import catalogue
from lab.catalogue import Catalogue, Text
from lab.errors import LabError
from lab.operate.places import bundles
from lab.operate.rules_now import changed_rules
from lab.operate.up import plan_of
from lab.plan import Plan
from lab.record.bundle import Bundle, read
from lab.report.explanation import Command, Explanation, after, reference_of, seen_of, untested

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Running:
    """A lab that is there now."""

    name: str
    plan: Plan
    changed: tuple[str, ...] = ()  # firewalls whose rules are no longer those that the run read
    unread: str = ""  # why they could not be compared


def explain(control: str, evidence: Path | None, name: str | None) -> Explanation:
    """All of one control. Without `evidence`: the newest run below evidence/ that judged it (of that lab, with `name`).

    Raises BadInput for an unknown control (with the nearest ids) and for a bundle that isn't what its run wrote.
    """
    known = catalogue.load()
    chosen = known.control(control)
    bundle = read(evidence) if evidence is not None else _newest(control, name)
    running = _running(name or (str(bundle.run.get("lab")) if bundle else None), bundle)
    if bundle is None:
        return _without(known, control, running)
    plan = bundle.plan
    scenario = _scenario_file(str(bundle.run.get("scenario", "")))
    seen = seen_of(bundle, control, scenario)
    shown = None if scenario is None else str(scenario)
    next_ = after(chosen, seen, plan, running=running is not None, scenario=shown)
    if not seen.states and not seen.due:
        next_ = untested(chosen, _due_in(control), None)
    return Explanation(
        chosen,
        _edition(known, str(bundle.run.get("edition", ""))),
        seen,
        reference_of(control, plan),
        _stale(bundle, running),
        next_,
    )


def _without(known: Catalogue, control: str, running: Running | None) -> Explanation:
    plan = running.plan if running else None
    due = running is not None and control in running.plan.controls_due
    commands: tuple[Command, ...] = untested(
        known.control(control), None if due else _due_in(control), running.name if running and due else None
    )
    edition = _edition(known, plan.edition if plan else "")
    return Explanation(known.control(control), edition, None, reference_of(control, plan), (), commands)


def _edition(known: Catalogue, wanted: str) -> str:
    return wanted if wanted in known.edition_ids else known.edition_ids[-1]


def _newest(control: str, lab: str | None) -> Bundle | None:
    """The newest bundle with a verdict on this control; if none has one, None."""
    mark = f'"control":"{control}"'
    for path in bundles(lab):
        verdicts = path / "verdicts.jsonl"
        if verdicts.is_file() and mark in verdicts.read_text(encoding="utf-8", errors="replace"):
            return read(path)
    return None


def _running(name: str | None, bundle: Bundle | None) -> Running | None:
    """The lab of that name, or without a name the only one. None too if there is no engine: explaining needs none."""
    from lab.engine import connect

    try:
        with connect() as engine:
            names = [one.name for one in engine.labs()]
            if name is None and len(names) == 1:
                name = names[0]
            if name is None or name not in names:
                return None
            lab = engine.find(name)
            try:
                return Running(name, lab.plan, changed_rules(engine, lab, bundle) if bundle else ())
            except LabError as error:
                return Running(name, lab.plan, unread=str(error))
    except LabError:
        return None


def _stale(bundle: Bundle, running: Running | None) -> tuple[Text, ...]:
    """Why the verdicts may no longer hold: the lab of that name is another now."""
    if running is None:
        return ()
    run, plan, found = bundle.run, running.plan, list[Text]()
    if run.get("scenario") != plan.scenario:
        found.append(
            Text(
                en=f"lab {running.name} now runs scenario {plan.scenario}; the run judged {run.get('scenario')}",
                ja=f"ラボ{running.name}は現在シナリオ{plan.scenario}で稼働しており、この結果は{run.get('scenario')}のもの",
            )
        )
    elif run.get("plan_digest") != plan.digest():
        found.append(
            Text(
                en=f"the plan of lab {running.name} changed after this run",
                ja=f"この検証の後、ラボ{running.name}の計画が変更されている",
            )
        )
    if run.get("edition") != plan.edition:
        found.append(
            Text(
                en=f"lab {running.name} is now judged by edition {plan.edition}; the run by {run.get('edition')}",
                ja=f"ラボ{running.name}の現在の版は{plan.edition}、この結果は{run.get('edition')}版による",
            )
        )
    if running.changed:
        names = ", ".join(running.changed)
        found.append(
            Text(
                en=f"the rules of {names} are not those that this run judged",
                ja=f"{names}のルールは、この検証が判定したものと異なる",
            )
        )
    if running.unread:
        found.append(
            Text(
                en=f"whether the firewalls still run the rules that were judged is not known: {running.unread}",
                ja=f"判定したルールが現在も稼働しているか確認できない：{running.unread}",
            )
        )
    return tuple(found)


def _scenario_file(name: str) -> Path | None:
    """The scenario's file where people keep them: below the current folder, or with the lab."""
    here = Path("scenarios") / f"{name}.yaml"
    if here.is_file():
        return here
    there = PROJECT / here
    return there if there.is_file() else None


def _due_in(control: str) -> str | None:
    """The smallest scenario of those that come with the lab in which the control is due."""
    for name in ("minimal", "backup", "telework", "wlan", "wired", "alpha"):
        path = _scenario_file(name)
        if path is not None and control in plan_of(path).controls_due:
            return str(path)
    return None
