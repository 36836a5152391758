from __future__ import annotations

import json

from lab.engine.container import environment, host_digest
from lab.engine.helper.closed import open_hooks
from lab.engine.wiring import _programs, closed_hooks, expected_ports, task_of


def test_the_helper_is_told_everything_and_json_carries_it(plan):
    task = json.loads(json.dumps(task_of(plan, plan.hosts)))
    assert task["segments"] == ["mn", "lg"]
    assert task["ports"] == sorted(expected_ports(plan))
    router = next(host for host in task["hosts"] if host["name"] == "fw-mn")
    assert router["closed"] == ["forward", "input"]
    assert [leg["addresses"] for leg in router["legs"]] == [
        ["10.10.0.1/24", "fd53:616e:736f:10::1/64"],
        ["10.20.0.1/24", "fd53:616e:736f:20::1/64"],
    ]
    assert router["sysctls"][0] == ["net/ipv4/ip_forward", "1"]
    endpoint = next(host for host in task["hosts"] if host["name"] == "lg-term")
    assert endpoint["closed"] == []
    assert endpoint["routes"] == [["0.0.0.0/0", "10.20.0.1", "lg"], ["::/0", "fd53:616e:736f:20::1", "lg"]]


def test_a_host_with_a_kill_switch_is_wired_only_when_nothing_leaves_it(plan):
    host = plan.host("lg-term").model_copy(update={"sealed": True})
    assert closed_hooks(host) == ["forward", "input", "output"]
    assert environment(host) == {"SANSO_SEALED": "1"}
    assert environment(plan.host("lg-term")) == {}
    assert host_digest(plan, host, "image") != host_digest(plan, plan.host("lg-term"), "image")
    closed = [chain("inet", hook) for hook in ("forward", "input")]
    assert open_hooks(closed, closed_hooks(host)) == ["output ip", "output ip6"]


def test_the_whole_helper_travels():
    assert {"wire.py", "host.py", "fabric.py", "closed.py", "namespace.py", "offload.py", "fallback.py"} <= {
        path.rsplit("/", 1)[1] for path in _programs()
    }
    assert all(path.startswith("/lab/engine/helper/") for path in _programs())


HOOKS = ("forward", "input")


def chain(family: str, hook: str, policy: str = "drop", type_: str = "filter") -> dict[str, str]:
    return {"family": family, "hook": hook, "policy": policy, "type": type_}


def test_a_router_is_closed_only_when_both_hooks_drop_in_both_families():
    assert open_hooks([chain("inet", "forward"), chain("inet", "input")], HOOKS) == []
    assert open_hooks([chain("ip", "forward"), chain("ip6", "forward"), chain("inet", "input")], HOOKS) == []
    assert open_hooks([chain("inet", "forward")], HOOKS) == ["input ip", "input ip6"]
    assert open_hooks([chain("ip", "forward"), chain("inet", "input")], HOOKS) == ["forward ip6"]
    assert open_hooks([chain("inet", "forward", "accept"), chain("inet", "input")], HOOKS) == [
        "forward ip",
        "forward ip6",
    ]
    assert open_hooks([chain("inet", "forward", type_="nat"), chain("inet", "input")], HOOKS) == [
        "forward ip",
        "forward ip6",
    ]
    assert open_hooks([{"family": "inet", "table": "t", "name": "plain"}], HOOKS) == [
        "forward ip", "forward ip6", "input ip", "input ip6",
    ]  # fmt: skip
