"""One control explained on a terminal."""

from __future__ import annotations

from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from lab.catalogue import Text
from lab.cli.catalogue_words import CARRIED, CODES, MARKS
from lab.cli.explain_words import WORDS
from lab.cli.terminal import console
from lab.report.explanation import Check, Explanation, Fault, Place, Seen, Way
from lab.report.terminal import harmless
from lab.report.titles import subject_of, titled
from lab.verdict.words import ANSWERS_JA, answer_ja

SHOWN = 6  # checks of one fault
STYLE = {"fail": "bold red", "error": "bold magenta", "not-testable": "yellow", "waived": "cyan", "pass": "green"}


def show(told: Explanation, *, lang: str) -> None:
    """All of it, top down: what is asked, what was seen, what is at fault, what the reference does, what to type."""
    _View(lang).explanation(told)


class _View:
    def __init__(self, lang: str) -> None:
        self._lang, self._japanese = lang, lang == "ja"
        self._console = console()

    def explanation(self, told: Explanation) -> None:
        control = told.control
        self._print(Line.assemble((control.id, "bold"), "  ", (self._say(control.title), "bold")))
        self._heading("asks")
        self._text(self._say(control.asks))
        cell = control.obligation[told.edition]
        note = self._aside(self._say(cell.note)) if cell.note else ""
        carried = self._aside(self._say(CARRIED)) if cell.carried_over else ""
        edition = self._word("edition").format(told.edition)
        self._text(f"{edition}: {cell.code.value} - {self._say(CODES[cell.code])}{note}{carried}")
        for evidence in control.evidence:
            where = " ".join(part for part in (evidence.mark.value, evidence.source, evidence.where) if part)
            about = f": {self._say(evidence.about)}" if evidence.about else ""
            self._text(f"{where}{self._aside(self._say(MARKS[evidence.mark]))}{about}", style="dim")
        self._heading("seen")
        self._seen(told)
        if told.reference:
            self._heading("reference")
            for done in told.reference:
                hosts = self._aside(", ".join(done.hosts)) if done.hosts else ""
                self._item(f"{self._say(done.what)}{hosts}")
                self._whole(done.where, deeper=2)
        if told.next:
            self._heading("next")
            for command in told.next:
                self._whole(command.text, style="bold", deeper=1)
                self._text(self._say(command.why), deeper=2, style="dim")

    def _seen(self, told: Explanation) -> None:
        seen = told.seen
        if seen is None:
            self._text(self._word("unseen"))
            self._heading("how")
            self._text(self._say(told.control.how) if told.control.tested else self._word("untested"))
            self._text(self._word("limits").format(told.control.id), style="dim")
            return
        run = self._word("run").format(evidence=seen.evidence, lab=seen.lab, scenario=seen.scenario, ended=seen.ended)
        self._text(run + (self._aside(self._word("subset")) if seen.subset else ""))
        for reason in told.stale:
            self._text(f"{self._word('stale')}: {self._say(reason)}", style="bold yellow")
        for problem in seen.problems:
            self._text(self._word("problem").format(problem), style="bold magenta")
        self._counts(seen)
        if left_out := (*seen.not_run, *seen.not_quick):
            names = [titled(one, self._lang) for one in left_out]
            self._text(self._word("left_out").format(("、" if self._japanese else "; ").join(names)), style="dim")
        if not seen.faults and seen.example is not None:
            example = seen.example
            self._text(f"{self._word('example')}: {self._subject(example)}: {self._say(example.message)}")
            if example.way is not None:
                self._way(example.way)
        if seen.faults:
            self._heading("fault")
            for number, fault in enumerate(seen.faults, 1):
                self._fault(number, fault, seen.evidence)

    def _counts(self, seen: Seen) -> None:
        if not seen.states:
            self._text(self._word("overdue" if seen.due and not seen.subset else "silent"), style="bold magenta")
            return
        line = Line(self._word("checks").format(sum(seen.states.values())) + ": ")
        for number, (state, count) in enumerate(seen.states.items()):
            line.append(", " if number else "").append(self._counted(state, count), STYLE[state])
        if seen.warrants:
            line.append(self._aside(", ".join(f"{self._word(name)} {count}" for name, count in seen.warrants.items())))
        self._pad(line)

    def _counted(self, state: str, count: int) -> str:
        return f"{self._word(state)}{count}件" if self._japanese else f"{count} {self._word(state)}"

    def _fault(self, number: int, fault: Fault, evidence: str) -> None:
        for index, place in enumerate(fault.places):
            self._place(f"{number}. " if index == 0 else "   ", place, evidence)
        if not fault.places:
            self._pad(Line.assemble((f"{number}. ", "bold"), (self._word("no_place"), "dim")))
        self._text(self._word("concerns").format(len(fault.checks)), deeper=2)
        for index, check in enumerate(fault.checks[:SHOWN]):
            self._check(check, told=index == 0)
        if len(fault.checks) > SHOWN:
            self._text(self._word("more").format(len(fault.checks) - SHOWN), deeper=3, style="dim")
        way = next((check.way for check in fault.checks if check.way is not None), None)
        if way is not None:
            self._way(way)

    def _place(self, lead: str, place: Place, evidence: str) -> None:
        chain = f"{place.rule.table} {place.rule.chain}" if place.rule else ""
        what = self._word(place.what).format(host=place.host, chain=chain)
        self._pad(Line.assemble((lead, "bold"), (what, "bold")))
        where = f"{place.host}:{place.file}" if place.on_host else f"{evidence}/{place.file}"
        if place.file:
            self._whole(f"{where}:{place.line}" if place.line else where, deeper=3)
        if place.instead:
            self._code(f"{self._word('is')}: {place.text or '-'}", "red")
            self._code(f"{self._word('was')}: {place.instead}", "green")
        elif place.text:
            self._code(place.text, "red")
        if place.template:
            self._whole(self._word("made_by").format(place.template), deeper=3)
        if place.entry is not None:
            entry = place.entry
            owner = "; " + self._word("owner").format(owner=entry.owner, expires=entry.expires) if entry.owner else ""
            self._text(f"{self._word('entry').format(id=entry.id)}: {entry.purpose}, {entry.flow}{owner}", deeper=3)
            if entry.where:
                self._whole(entry.where, deeper=3)
        elif place.what == "rule" and place.text.split(" comment ")[0].endswith("accept"):
            self._text(self._word("nobody"), deeper=3)
        if place.found_by:
            self._text(self._word("told_by").format(place.found_by), deeper=3, style="dim")

    def _check(self, check: Check, *, told: bool) -> None:
        """Its subject; what it says in full of the first only: the others of one fault say the same."""
        subject = harmless(self._subject(check))
        self._pad(Line.assemble((self._state(check), STYLE[check.state]), f" {subject}"), deeper=3)
        if told:
            self._text(self._say(check.message), deeper=4, style="dim")

    def _subject(self, check: Check) -> str:
        return subject_of(check.test, check.subject, self._lang)

    def _state(self, check: Check) -> str:
        return self._word(check.state) if self._japanese else check.state

    def _way(self, way: Way) -> None:
        sender = f"; {self._word('intruder').format(way.intruder)}" if way.intruder else ""
        self._text(self._word("way").format(way.observation, way.packet) + sender, deeper=2)
        for step in way.steps:
            verb = self._word("leaves" if step.direction == "from" else "reaches")
            self._pad(Line(f"{step.after_ms:8.3f} ms  {verb} {step.port}"), deeper=3)
            for rule in step.rules:
                style = {"accept": "green", "drop": "red", "reject": "red"}.get(rule.verdict, "")
                text = f"{rule.chain}: {rule.rule or self._word('no_rule')} -> {rule.verdict}"
                self._pad(Line(harmless(text), style), deeper=9)
        known = self._japanese and way.answer.partition(": ")[0] in ANSWERS_JA  # a client's words stay as they are
        self._text(self._word("answer").format(answer_ja(way.answer) if known else way.answer), deeper=3)

    def _say(self, text: Text) -> str:
        return text.ja if self._japanese else text.en

    def _word(self, key: str) -> str:
        return self._say(WORDS[key])

    def _aside(self, text: str) -> str:
        return f"（{text}）" if self._japanese else f" ({text})"

    def _print(self, *what: object) -> None:
        self._console.print(*what)

    def _heading(self, key: str) -> None:
        self._print()
        self._print(Line(self._word(key), "bold"))

    def _text(self, text: str, *, deeper: int = 1, style: str = "") -> None:
        self._pad(Line(harmless(text), style), deeper=deeper)

    def _code(self, text: str, style: str) -> None:
        self._pad(Line(harmless(text), style), deeper=4)

    def _pad(self, line: Line, *, deeper: int = 1) -> None:
        self._print(Padding(line, (0, 0, 0, 2 * deeper), expand=False))

    def _item(self, text: str) -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_row("-", Line(text, overflow="fold"))
        self._print(Padding(grid, (0, 0, 0, 2), expand=False))

    def _whole(self, text: str, *, deeper: int, style: str = "cyan") -> None:
        """Unbroken, so that it can be copied."""
        self._console.print(Line(" " * 2 * deeper + harmless(text), style), soft_wrap=True)
