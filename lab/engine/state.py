"""What one host is now: its kernel state, its names and its managed files, read by one exec."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.engine import rules
from lab.engine.client import Api, explained
from lab.engine.names import container_name
from lab.engine.stream import ExecStream
from lab.engine.sysctls import as_path, host_sysctls
from lab.errors import LabError
from lab.plan import Host

Ask = Callable[[str, list[str]], str]  # (host, argument list) -> what the program printed there
_DEADLINE = 20  # seconds; 0.1 on a quiet machine
SETTLING = (
    240  # seconds until all services of a host are ready; a guest under emulation boots in ten on a quiet machine
)
_SETTLED = r"""
late=
for s in /etc/sanso/services/*; do
    [ -x "$s/run" ] || continue
    tries=0
    until now=$(s6-svstat -o wantedup,up,ready "$s" 2>/dev/null) || [ $tries -ge 250 ]; do tries=$((tries + 1)); sleep 0.02; done
    up=u; [ ! -e "$s/notification-fd" ] || up=U
    case $up:$now in
        *:"false "*) continue ;; # stopped on purpose
        *:"true true true" | u:"true true "*) continue ;; # ready, there is nothing to wait for
    esac
    limit=12000
    [ ! -r "$s/data/limit" ] || read -r limit < "$s/data/limit"
    s6-svwait -$up -t "$limit" "$s" >/dev/null 2>&1 || late="$late ${s##*/}"
done
echo "== late"
echo $late
exec /usr/lib/sanso/state "$@"
"""  # a host that starts with its files has its links a moment later, and some services wait for them
_MANIFESTS = "/var/lib/sanso/manifest/"


@dataclass(frozen=True, slots=True)
class HostState:
    """One host as it was read."""

    started: str  # when its first process started, in ticks since the engine machine's boot
    links: tuple[dict[str, Any], ...]  # as `ip -j -d address` gives them
    routes: tuple[dict[str, Any], ...]  # main table, both families
    policies: tuple[dict[str, Any], ...]  # `ip rule`, both families
    sysctls: dict[str, str]  # dotted key -> value; absent keys left out
    names: tuple[str, ...]  # digests of resolv.conf, hosts, hostname
    ruleset: str  # digest of its lasting part
    manifests: dict[str, str]  # manifest -> its own digest
    changed: tuple[str, ...]  # managed files that are not what their manifest says
    stopped: tuple[str, ...] = ()  # services that run by themselves and that somebody stopped
    late: tuple[str, ...] = ()  # services that were not ready in time; only `settled` asks for them

    def recorded(self) -> dict[str, Any]:
        """What `record_state` keeps of it: all that the plan alone does not say."""
        return {"started": self.started, "ruleset": self.ruleset, "manifests": self.manifests}


def by_exec(client: Api, lab: str, deadline: float = _DEADLINE) -> Ask:
    """Ask a host by an exec of its own, which has `deadline` seconds."""
    return lambda host, argv: call(client, container_name(lab, host), argv, deadline=deadline)


def settled(ask: Ask) -> Ask:
    """The same, but every service of the host is waited for first."""
    return lambda host, argv: ask(host, ["sh", "-c", _SETTLED, "sh", *argv[1:]])


def read_state(ask: Ask, host: Host) -> HostState:
    """Read it. LabError when the host does not answer."""
    keys = {as_path(key): key for key in host_sysctls(host)}
    answer = ask(host.name, ["/usr/lib/sanso/state", *keys])
    sections = _sections(answer)
    if "end" not in sections:
        raise LabError(f"the state of {host.name} cannot be read: {answer.strip()[-200:]}")
    digests = {path: digest for digest, path in (line.split("  ", 1) for line in sections["digests"].splitlines())}
    own = {path: digest for path, digest in digests.items() if path.startswith(_MANIFESTS)}
    routes, policies = _routing(sections)
    sysctls = (line.partition(":") for line in sections["sysctls"].splitlines())
    return HostState(
        started=sections["started"].strip(),
        links=_json(sections["links"]),
        routes=routes,
        policies=policies,
        sysctls={keys[path]: value for path, _, value in sysctls},
        names=tuple(digest for path, digest in digests.items() if path not in own),
        ruleset=rules.digest(sections["rules"]),
        manifests={path.removeprefix(_MANIFESTS): digest for path, digest in own.items()},
        changed=tuple(line.rpartition(": ")[0] for line in sections["changed"].splitlines()),
        stopped=tuple(sections["stopped"].split()),
        late=tuple(sections.get("late", "").split()),
    )


def call(
    client: Api,
    container: str,
    argv: list[str],
    *,
    tolerated: tuple[int, ...] | None = None,
    deadline: float = _DEADLINE,
) -> str:
    """Run a program in a host; its stdout. `tolerated`: exit codes that are no error (None: not asked at all)."""
    with explained(f"cannot run {argv[0]} in {container}"):
        run = client.exec_create(container, argv)["Id"]
        with ExecStream(client.exec_start(run, socket=True)) as stream:
            try:
                out, err = stream.read_all(timeout=deadline)
            except TimeoutError as error:
                raise LabError(f"{argv[0]} in {container} did not end within {deadline:g} s") from error
        if tolerated is not None and (code := client.exec_inspect(run)["ExitCode"]) not in tolerated:
            raise LabError(
                f"{' '.join(argv[:2])} in {container} failed ({code}): {err.decode(errors='replace').strip()}"
            )
    return out.decode(errors="replace")


def _sections(text: str) -> dict[str, str]:
    found = {}
    for part in ("\n" + text).split("\n== ")[1:]:
        name, _, body = part.partition("\n")
        found[name.strip()] = body
    return found


def _routing(sections: dict[str, str]) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Routes and policy rules of both families, which came together."""
    routes: list[dict[str, Any]] = []
    policies: list[dict[str, Any]] = []
    for family, everywhere in (("4", "0.0.0.0/0"), ("6", "::/0")):
        for entry in _json(sections[f"routing{family}"]):
            if "priority" in entry:
                policies.append(entry)
            else:
                routes.append({**entry, "dst": everywhere if entry["dst"] == "default" else entry["dst"]})
    return tuple(routes), tuple(policies)


def _json(text: str) -> tuple[dict[str, Any], ...]:
    """One or several JSON arrays, each on its line; `ip` prints nothing at all for an empty listing."""
    return tuple(entry for line in text.splitlines() if line.strip() for entry in json.loads(line) if entry)
