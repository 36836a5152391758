"""A bundle with one of each: a hole, a rule that became too wide, a changed file, what it caused, a pass."""

from datetime import date
from pathlib import Path

from lab.operate.up import plan_of
from lab.plan import Family, Protocol
from lab.record import Application, Attempt, Observation, Sighting, State, TraceStep, Verdict, Warrant
from lab.record.bundle import BundleWriter

ROOT = Path(__file__).parents[3]
MINIMAL = ROOT / "scenarios" / "minimal.yaml"
HOLE = "ip saddr 10.20.0.20 tcp dport 443 accept"
WIDE = 'iifname "mn" oifname "juki-net" ip saddr 10.10.0.0/24 tcp dport 1-65535 ct state new accept comment "TK-01"'
RULES = f"""table inet sanso {{ # handle 3
\tset impossible4 {{ # handle 12
\t\ttype ipv4_addr
\t\telements = {{ 0.0.0.0/8 }}
\t}}

\tchain forward {{ # handle 3
\t\ttype filter hook forward priority filter; policy drop;
\t\t{HOLE} # handle 68
\t\tct state established accept comment "return traffic" # handle 31
\t\t{WIDE} # handle 40
\t\tlog prefix "sanso deny forward " group 5 counter name "denied_forward" drop comment "default-deny" # handle 50
\t}}

\tchain input {{ # handle 4
\t\ttype filter hook input priority filter; policy accept;
\t}}
}}
table inet other {{ # handle 9
\tchain forward {{ # handle 1
\t\t{HOLE} # handle 68
\t}}
}}
"""


def attempt(source="lg-term", destination="mn-app", address="10.10.0.10", intruder="x-ml", **more):
    return Attempt(source=source, destination=destination, address=address, family=Family.IPV4, protocol=Protocol.TCP,
                   port=443, intruder_segment=intruder, **more)  # fmt: skip


def sightings(*ports):
    return tuple(
        Sighting(port=port.partition("/")[0], direction=port.partition("/")[2], at_ns=1_000_000_000 + 5_000 * number)
        for number, port in enumerate(ports)
    )


def accepted(rule, handle, verdict="accept"):
    return (
        TraceStep(device="fw-mn", table="inet sanso_probe", chain="state", kind="rule", rule="ct state new",
                  verdict="continue", handle=3),
        TraceStep(device="fw-mn", table="inet sanso", chain="options", kind="policy", rule="", verdict="accept"),
        TraceStep(device="fw-mn", table="inet sanso", chain="forward", kind="rule", rule=rule, verdict=verdict,
                  handle=handle),
    )  # fmt: skip


def observation(name, *, rule=HOLE, handle=68, verdict="accept", **more):
    ports = ("intruder.x-ml/from", "fw-mn.x-ml/to", "fw-mn.mn/from", "mn-app.mn/to")
    return Observation(id=name, attempt=attempt(**more), token="tcp:1", sent_at_ns=1_000_000_000,
                       sightings=sightings(*ports), trace=accepted(rule, handle, verdict), answer="connected")  # fmt: skip


def verdict(control, subject, message, *, state=State.FAIL, observations=(), ja="理由"):
    return Verdict(state=state, control=control, subject=subject, observations=observations, message_en=message,
                   warrant=Warrant.WITNESSED if state in (State.PASS, State.FAIL) else None, message_ja=ja,
                   test="tests/controls/test_x.py::test_y")  # fmt: skip


CHANGED = (
    "mn-app: /etc/nginx/nginx.conf was changed in line 21: 'ssl_protocols TLSv1 TLSv1.2;' instead of "
    "'ssl_protocols TLSv1.2 TLSv1.3;'; /etc/nginx/tls/ca.pem is gone; the program /usr/local/bin/x came after the host "
    "was made, and nobody delivered it"
)
KERNEL = (
    f"fw-mn: in the kernel only, inet sanso chain forward: {HOLE}; in the file only, inet sanso chain forward: "
    "ct state invalid drop; in the kernel only, inet sanso chain input: type filter hook input priority filter; policy accept;"
)
VERDICTS = (
    verdict("ZONE-01", "ipv4 tcp/443 lg-term -> mn-app at fw-mn", "got through", observations=("obs-1", "obs-9")),
    verdict("ZONE-01", "ipv4 tcp/443 lg-term -> mn-dns at fw-mn", "got through", observations=("obs-2",)),
    verdict("ZONE-01", "ipv4 tcp/22 lg-term -> mn-dns at fw-mn", "dropped", state=State.PASS, observations=("obs-9",)),
    verdict("ZONE-01", "something else", "the tap was lost", state=State.ERROR),
    verdict("TC-02", "ipv4 tcp/1 mn-app -> juki-net at fw-mn", "got through", observations=("obs-3",)),
    verdict("TC-03", "fw-mn rules equal the register: rule wider than entry #1",
            f"fw-mn: rule wider than entry: inet sanso forward handle 40: {WIDE} lets through beside TK-01 more"),
    verdict("ZONE-05", "fw-mn denies and logs by default: policy accept #1",
            "fw-mn: policy accept: at the input hook nothing drops ipv4 by policy (policy accept in inet sanso input): if"),
    verdict("CRY-03", "TLS 1.0 at mn-app:443", "accepted TLSv1", observations=("app-1",)),
    verdict("OPS-04", "delivered files of mn-app", CHANGED),
    verdict("OPS-04", "kernel rules of fw-mn", KERNEL),
    verdict("LOG-01", "mn-app in the log", "arrived", state=State.PASS),
)  # fmt: skip
RUN = {
    "lab": "told",
    "scenario": "minimal",
    "edition": "R8.3",
    "model": "alpha",
    "as_of": "2026-11-25",
    "exit": 1,
    "ended": "2026-11-26T01:06:00+00:00",
    "subset": False,
    "controls_due": ["ZONE-01", "LOG-01", "CRY-05"],
    "not_run": ["nothing passes while a link changes (ZONE-05)"],
    "not_quick": ["a backup is restored (OPS-05)"],
    "problems": [],
}


def write(directory, *, verdicts=VERDICTS, plan=True, **run):
    """The bundle in that directory."""
    writer = BundleWriter(directory)
    made = plan_of(MINIMAL, name="told", as_of=date(2026, 11, 25))
    if plan:
        writer.plan(made)
    for one in (
        observation("obs-1"),
        observation("obs-2", destination="mn-dns", address="10.10.0.53"),
        observation("obs-3", rule=WIDE, handle=40, source="mn-app", destination="juki-net", address="10.11.1.10", intruder=None),
        observation("obs-8", rule="log drop", handle=50, verdict="drop", intruder=None),
        observation("obs-9", intruder=None),
    ):  # fmt: skip
        writer.observation(one)
    writer.application(
        Application(
            id="app-1",
            attempt=attempt("mn-term", intruder=None),
            ok=True,
            detail={"tls": "TLSv1"},
            sightings=sightings("mn-term.mn/from", "mn-app.mn/to"),
        )
    )
    for one in verdicts:
        writer.verdict(one)
    writer.host_file("fw-mn", "ruleset.nft", RULES)
    writer.finish({**RUN, "plan_digest": made.digest(), **run})
    return directory
