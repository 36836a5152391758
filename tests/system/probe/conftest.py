"""A small lab of the minimal network: two firewalls with rules as their role would load them, five hosts, real listeners."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.engine import connect
from lab.plan import Family, Protocol, build, route
from lab.probe import open_prober
from lab.record import Attempt
from lab.verdict import parse_ruleset

RULES = Path(__file__).parent / "rules"
SCENARIO = Path(__file__).parents[3] / "scenarios" / "minimal.yaml"
HOSTS = ("fw-mn", "fw-lg", "mn-app", "mn-term", "juki-net", "lg-term", "log")
LISTENERS = {"log": (6514,), "juki-net": (443, 8443), "mn-app": (443, 22), "mn-term": (443,), "fw-mn": (22,)}


def small(name):
    plan = build(scenario.load(SCENARIO), catalogue.load(), name)
    keep = tuple(host.model_copy(update={"resolver": None}) for host in plan.hosts if host.name in HOSTS)
    allowed = tuple(flow for flow in plan.allowed if {flow.source, flow.destination} <= set(HOSTS))
    services = tuple(service for service in plan.services if service.host in HOSTS)
    return plan.model_copy(update={"hosts": keep, "allowed": allowed, "services": services})


class Bench:
    """The lab, its prober, and a hand on its hosts."""

    def __init__(self, engine, lab):
        self.engine, self.lab, self.plan = engine, lab, lab.plan
        self.prober = None

    def run(self, host, *argv, stdin=b""):
        container = self.lab.fabric if host == "fabric" else self.lab.container(host)
        with self.engine.exec_open(container, argv) as stream:
            out, err = stream.read_all(stdin, timeout=30)
            assert stream.exit_code() == 0, (argv, err)
        return out

    def nft(self, device, text):
        self.run(device, "nft", "-f", "-", stdin=text.encode())

    def load(self, device):
        self.nft(device, (RULES / f"{device}.nft").read_text())

    @contextmanager
    def hole(self, device, text):
        """Rules of a mutant for a while."""
        self.nft(device, text)
        try:
            yield
        finally:
            self.load(device)

    def ruleset(self, device):
        return parse_ruleset(
            self.run(device, "nft", "-j", "list", "ruleset"), self.run(device, "nft", "-a", "-s", "list", "ruleset")
        )

    def attempt(self, source, destination, port=443, *, protocol=Protocol.TCP, family=Family.IPV4, **more):
        address = more.pop("address", None) or str(self.plan.host(destination).address(family))
        port = None if protocol is Protocol.ICMP else port
        return Attempt(
            source=source, destination=destination, address=address, family=family, protocol=protocol, port=port, **more
        )

    def in_front_of(self, device, segment, attempt, **more):
        """The same from an intruder that hands its packets straight to the device."""
        mac = next(leg.mac for leg in self.plan.host(device).legs if leg.segment == segment)
        return attempt.model_copy(update={"intruder_segment": segment, "intruder_next_hop": mac, **more})

    @staticmethod
    def seen_at(observation):
        return [f"{s.port}/{s.direction}" for s in observation.sightings]

    def way(self, attempt):
        return list(
            route(self.plan, attempt.source, attempt.destination, attempt.family, address=ip_address(attempt.address))
        )


@pytest.fixture(scope="module")
def bench(request):
    with ExitStack() as stack:
        engine = stack.enter_context(connect())
        name = f"t{os.getpid()}-{request.path.stem.removeprefix('test_').replace('_', '-')}"
        stack.callback(engine.down, name)
        plan = small(name)
        lab = engine.create(plan, engine.ensure_images(plan))
        lab.record_state()
        lab.mark_complete()
        bench = Bench(engine, lab)
        for device in ("fw-mn", "fw-lg"):
            bench.load(device)
        for host, ports in LISTENERS.items():
            for port in ports:
                argv = ["socat", f"TCP6-LISTEN:{port},fork,reuseaddr,ipv6-v6only=0", "SYSTEM:cat"]
                stack.enter_context(
                    engine.exec_open(lab.container(host), ["sh", "-c", f"{' '.join(argv)} & cat; kill $!"])
                )
                bench.run(host, "timeout", "5", "sh", "-c", f"until ss -Hltn sport = :{port} | grep -q .; do :; done")
        bench.prober = stack.enter_context(open_prober(engine, lab, deadline=300))
        yield bench
