"""The running network as it tells of itself, asked without the engine: `ip -j` in every host, and the fabric's own kernel."""

from __future__ import annotations

import json
from typing import Any

from lab.reach import Channel
from lab.record import Verdict
from lab.verdict.discovery import KERNELS_OWN, Discovered, Fabric, host_documented, segment_documented
from lab.verify.ahead import Question
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

ASK = """
echo '== links'; ip -j -d address show
# few programs, as many hosts are asked: rules have a priority, routes have none
echo '== routing'; for f in 4 6; do printf 'route show table all\\nrule show\\n' | ip -j -$f -batch -; done
echo '== neighbours'; ip -j neighbour show
echo '== resolv.conf'; cat /etc/resolv.conf
echo '== hosts'; cat /etc/hosts
echo '== hostname'; cat /etc/hostname
echo '== uname'; uname -n
echo '== queues'; if command -v tc >/dev/null; then tc -j qdisc show; else echo '[{"kind": "untold"}]'; fi
echo '== settings'; cd /proc/sys/net && grep -H '' ipv?/conf/*/forwarding ipv4/conf/*/proxy_arp ipv6/conf/*/proxy_ndp \
  ipv6/conf/*/accept_ra ipv?/conf/*/accept_redirects 2>/dev/null
echo '== end'
"""


MAIN = next(priority for priority, table in KERNELS_OWN if table == "main")


class _Known(dict[str, Discovered]):
    """Host -> what it tells of itself."""


class Discovery:
    """The `discovery` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def finds_as_documented(self, host: str) -> list[Verdict]:
        """Links, addresses, routes, neighbours and names of a host are those of the plan, and there are no others."""
        plan = self._session.plan
        judgement = host_documented(plan, plan.host(host), self.found(host))
        return self._settled([give(self._session, one, f"documents of {host}", judgement) for one in self._controls])

    def finds_only_planned_hosts_on(self, segment: str) -> list[Verdict]:
        """Behind every port of a segment is the host that the plan has there, and no port is left over."""
        session = self._session
        found = session.prober.wiring()
        session.sink.emit("host-file", host="fabric", name="wiring.json", content=json.dumps(found, indent=1))
        fabric = Fabric(tuple(found["links"]), tuple(found["learned"]))
        hosts = {
            leg.name: self.found(leg.name) for leg in session.plan.hosts if segment in {one.segment for one in leg.legs}
        }
        judgement = segment_documented(session.plan, segment, fabric, hosts)
        return self._settled([give(session, one, f"ports of {segment}", judgement) for one in self._controls])

    def found(self, host: str) -> Discovered:
        """The host as it tells of itself, asked once per run."""
        text = self._session.ahead.answer(NETWORK, host)
        known = self._session.memory.of(_Known)
        if host not in known:
            known[host] = read(text)
            self._session.sink.emit("host-file", host=host, name="network.txt", content=text)
        return known[host]

    @staticmethod
    def _settled(verdicts: list[Verdict]) -> list[Verdict]:
        settle(verdicts)
        return verdicts


def _ask(_: None, _host: str, channel: Channel) -> str:
    return channel.run(ASK).stdout.decode(errors="replace")


NETWORK = Question("links, addresses, routes and names", "", _ask)


def read(text: str) -> Discovered:
    """What `ASK` printed. Raises CheckError if it isn't whole."""
    sections: dict[str, str] = {}
    for part in ("\n" + text).split("\n== ")[1:]:
        name, _, body = part.partition("\n")
        sections[name.strip()] = body
    if "end" not in sections or not sections["links"].strip():
        raise CheckError(f"it doesn't tell of its network: {text[-200:]!r}")
    routing = _entries(sections["routing"])
    policies = tuple(one for one in routing if "priority" in one)
    if not sections["settings"].strip() or not sections["queues"].strip():
        raise CheckError("it doesn't tell of its kernel's settings and queues")
    if not any(one.get("priority") == MAIN for one in policies):
        raise CheckError("it doesn't tell of its policy rules: the kernel's own are not among them")
    names = {sections["hostname"].strip(), sections["uname"].strip()}
    return Discovered(
        links=_entries(sections["links"]),
        routes=tuple(one for one in routing if "priority" not in one and one.get("table") != "local"),
        policies=policies,
        neighbours=_entries(sections["neighbours"]),
        resolv_conf=sections["resolv.conf"],
        hosts=sections["hosts"],
        hostname=" and ".join(sorted(names)),
        queues=_entries(sections["queues"]),
        settings=dict(_setting(line) for line in sections["settings"].splitlines() if line),
    )


def _setting(line: str) -> tuple[str, str]:
    """("ipv6/LEG/KEY", value) of "ipv6/conf/LEG/KEY:VALUE"."""
    path, _, value = line.rpartition(":")
    return path.replace("/conf/", "/", 1), value


def _entries(text: str) -> tuple[dict[str, Any], ...]:
    """One or several JSON arrays, each on its line; `ip` prints nothing at all for an empty listing."""
    try:
        return tuple(entry for line in text.splitlines() if line.strip() for entry in json.loads(line) if entry)
    except ValueError as error:
        raise CheckError(f"`ip` answered something that is no JSON: {text[:80]!r}") from error
