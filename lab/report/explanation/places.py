"""The rule or line at fault: from the packet's trace where there is one, else from what the verdict's message names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lab.plan import Plan
from lab.record import Application, Observation, State, Verdict
from lab.record.bundle import Bundle
from lab.report.explanation import ruleset
from lab.report.explanation.model import Entry, Place, Rule
from lab.report.explanation.way import own, rule_of

PROJECT = Path(__file__).parents[3]
FINAL = ("accept", "drop", "reject")
DEVICE = re.compile(r" at (?P<host>[a-z0-9-]+)(?= |$)")
BY_HANDLE = re.compile(
    r"(?P<host>[a-z0-9-]+): .*?(?P<table>\w+ \S+) (?P<chain>\S+) handle (?P<handle>\d+): (?P<text>[^;]*)"
)
POLICY = re.compile(r"(?P<host>[a-z0-9-]+): .*\(policy accept in (?P<table>\w+ \S+) (?P<chain>[^\s,)]+)")
KERNEL = re.compile(
    r"in the (?P<side>kernel|file) only, (?P<table>\w+ \S+) chain (?P<chain>[^\s:]+): (?P<text>.*?)(?=; in the |$)"
)
CHANGED = re.compile(
    r"(?P<path>/[^\s']+) was changed(?: in line (?P<line>\d+): (?P<found>'[^']*'|\"[^\"]*\") instead of "
    r"(?P<delivered>'[^']*'|\"[^\"]*\"))?"
)
GONE = re.compile(r"(?P<path>/[^\s']+) is gone")
STRANGER = re.compile(r"the \w+ (?P<path>/[^\s']+) (?:came after the host was made|isn't the image's any more)")
COMMENT = re.compile(r'comment "(?P<id>[^" ]+)[^"]*"')
RULES = "/etc/nftables.conf"


class Finder:
    """Looks places up in one bundle. `scenario`: the scenario's file, if it is at hand."""

    def __init__(self, bundle: Bundle, scenario: Path | None = None) -> None:
        self._bundle, self._scenario = bundle, scenario
        self._seen: dict[str, Observation | Application] = {one.id: one for one in bundle.observations}
        self._seen |= {one.id: one for one in bundle.applications}
        self._listings: dict[str, str] = {}

    def observation(self, verdict: Verdict) -> Observation | Application | None:
        """What the verdict judged: the first that it names; the others are its witnesses."""
        return next((self._seen[name] for name in verdict.observations[:1] if name in self._seen), None)

    def places(self, verdict: Verdict) -> tuple[Place, ...]:
        """All that can be found for this verdict, the packet's own rule first."""
        if verdict.state not in (State.FAIL, State.WAIVED):
            return ()
        found = list(dict.fromkeys([*self._traced(verdict), *named(self, verdict)]))
        return tuple(found) or tuple(self._elsewhere(verdict))

    def _traced(self, verdict: Verdict) -> Iterator[Place]:
        seen = self.observation(verdict)
        if seen is None:
            return
        at = DEVICE.search(verdict.subject)
        steps = [step for step in own(seen) if step.verdict in FINAL]
        if at is not None:  # a firewall was judged: the rule that decided there
            steps = [step for step in steps if step.device == at["host"]]
        elif steps and steps[-1].verdict == "accept":  # the network did its part; somebody behind it is judged
            steps = []
        if steps:
            yield self.rule(rule_of(steps[-1]))

    def rule(self, rule: Rule) -> Place:
        """A rule's place in the ruleset that the run kept, with the register entry whose id it carries."""
        listing = self.listing(rule.device)
        if rule.rule:
            line = ruleset.find(listing, rule.table, rule.chain, handle=rule.handle, text=rule.rule)
        else:
            line = ruleset.policy(listing, rule.table, rule.chain)
        text = line.text if line else rule.rule or f"policy of {rule.chain}"
        if line is not None:  # the same rule is the same place, whoever names it
            rule = Rule(rule.device, rule.table, rule.chain, line.text if rule.rule else "", "", line.handle)
        found = COMMENT.search(text)
        return Place(
            rule.device,
            "rule" if rule.rule else "policy",
            text,
            f"hosts/{rule.device}/ruleset.nft" if line else "",
            line.number if line else None,
            rule=rule,
            entry=self._entry(found["id"]) if found else None,
        )

    def listing(self, host: str) -> str:
        """The rules that the run kept of a host; "" if it kept none."""
        if host not in self._listings:
            path = self._bundle.directory / "hosts" / host / "ruleset.nft"
            self._listings[host] = path.read_text(encoding="utf-8") if path.is_file() else ""
        return self._listings[host]

    def _elsewhere(self, verdict: Verdict) -> Iterator[Place]:
        """What OPS-04 found changed on the hosts that this verdict is about, in the same run."""
        hosts = set(mentioned(self._bundle.plan, verdict))
        for other in self._bundle.verdicts:
            if other.control == "OPS-04" and other.state is State.FAIL and verdict.control != other.control:
                for place in named(self, other):
                    if place.host in hosts:
                        yield replace(place, found_by="OPS-04")

    def _entry(self, name: str) -> Entry | None:
        plan = self._bundle.plan
        flow = next((flow for flow in plan.every_flow if flow.id == name), None) if plan else None
        if flow is None:
            return None
        service = flow.protocol.value if flow.port is None else f"{flow.protocol.value}/{flow.port}"
        return Entry(
            flow.id,
            flow.origin,
            flow.purpose,
            f"{flow.source} -> {flow.destination} {service}",
            flow.owner or "",
            flow.expires.isoformat() if flow.expires else "",
            self._scenario_line(flow.id) if flow.origin == "register" else "",
        )

    def _scenario_line(self, name: str) -> str:
        if self._scenario is None or not self._scenario.is_file():
            return ""
        wanted = re.compile(rf"""id:\s*["']?{re.escape(name)}["']?\s*(?:[,#}}]|$)""")
        lines = self._scenario.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((f"{self._scenario}:{number}" for number, line in enumerate(lines, 1) if wanted.search(line)), "")

    def template(self, host: str, path: str, delivered: str) -> str:
        """Where the reference makes a file of a host: the template, and the line that begins like the delivered one."""
        plan = self._bundle.plan
        roles = plan.host(host).roles if plan else ()
        for role in roles:
            for kind, suffix in (("templates", ".j2"), ("templates", ""), ("files", "")):
                file = PROJECT / "playbooks" / "roles" / role / kind / "tree" / (path.lstrip("/") + suffix)
                if file.is_file():
                    return _at(file, delivered)
        return ""


def _at(file: Path, delivered: str) -> str:
    name = str(file.relative_to(PROJECT))
    word = delivered.split(maxsplit=1)[0] if delivered.split() else ""
    lines = file.read_text(encoding="utf-8").splitlines()
    number = next((number for number, line in enumerate(lines, 1) if word and line.split()[:1] == [word]), None)
    return f"{name}:{number}" if number else name


def named(finder: Finder, verdict: Verdict) -> Iterator[Place]:
    """Places that the message names in the lab's own words."""
    message = verdict.message_en
    if match := BY_HANDLE.match(message):
        yield finder.rule(
            Rule(match["host"], match["table"], match["chain"], match["text"].strip(), "", int(match["handle"]))
        )
    elif match := POLICY.match(message):
        yield finder.rule(Rule(match["host"], match["table"], match["chain"], "", "accept", None))
    host = message.partition(": ")[0]
    for match in KERNEL.finditer(message):
        if match["side"] == "kernel":
            yield _in_kernel(finder, host, match)
        else:
            yield Place(host, "file", "", RULES, None, on_host=True, instead=match["text"])
    for match in CHANGED.finditer(message):
        delivered, found = _unquoted(match["delivered"]), _unquoted(match["found"])
        line = int(match["line"]) if match["line"] else None
        template = finder.template(host, match["path"], delivered)
        yield Place(host, "file", found, match["path"], line, on_host=True, instead=delivered, template=template)
    for match in GONE.finditer(message):
        template = finder.template(host, match["path"], "")
        yield Place(host, "gone", "", match["path"], None, on_host=True, template=template)
    for match in STRANGER.finditer(message):
        yield Place(host, "stranger", "", match["path"], None, on_host=True)


def _unquoted(text: str | None) -> str:
    """A line out of its Python quotes."""
    try:
        return str(ast.literal_eval(text)) if text else ""
    except (SyntaxError, ValueError):
        return (text or "")[1:-1]


def _in_kernel(finder: Finder, host: str, match: re.Match[str]) -> Place:
    text = match["text"].strip()
    if text.startswith("type "):
        return finder.rule(Rule(host, match["table"], match["chain"], "", "", None))
    return finder.rule(Rule(host, match["table"], match["chain"], text, "", None))


def mentioned(plan: Plan | None, verdict: Verdict) -> list[str]:
    """Hosts that the verdict's subject names."""
    names = [host.name for host in plan.hosts] if plan else []
    return [name for name in names if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", verdict.subject)]
