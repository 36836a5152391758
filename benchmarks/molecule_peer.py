"""Beside Ansible and Molecule as they come: `python benchmarks/molecule_peer.py`. Writes benchmarks/results/molecule-DATE.json.

One running lab, its own roles and variables, the same three testinfra checks on every host. By turns: the lab's way (a channel
that stays open), `ansible-playbook` and `molecule` over `docker exec` (community.docker). Molecule and the collection come
from PyPI into an environment of their own, for as long as this runs. What Molecule can't make (a wired network with firewalls
between its instances) is made by the lab for both; creating and removing is therefore not compared.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from machine import RESULTS, ROOT, SCENARIO, Ran, call, describe, run

from lab.converge.inventory import read
from lab.engine import connect

NAME = "bench-molecule"
PINNED = ("molecule==26.4.0", "ansible==12.3.0")  # the second for its collection; the same ansible-core as the lab's
CHECKS = """
def test_hosts_file(host):
    assert host.file("/etc/hosts").sha256sum


def test_supervisor(host):
    assert host.run("pgrep -x s6-svscan").succeeded


def test_release(host):
    assert host.file("/etc/os-release").contains("bookworm")
"""
DEFAULTS = {  # of ansible.cfg: what the roles need, and as many hosts at once as the lab
    "roles_path": ROOT / "playbooks" / "roles",
    "action_plugins": ROOT / "lab" / "converge" / "plugins" / "action",
    "forks": 16,
    "gathering": "explicit",
    "interpreter_python": "auto_silent",
}
OURS = "import pytest\nfrom lab.verify import control, hosts\npytestmark = [control('OPS-04'), hosts('all')]\n"
Way = tuple[str, Callable[[], Ran]]


def environment(folder: Path) -> Path:
    """Make the environment of the peers; what isn't in it comes from the project's own. Returns its bin folder."""
    run([sys.executable, "-m", "venv", str(folder)])
    run([str(folder / "bin" / "pip"), "install", "--quiet", *PINNED])
    places = subprocess.run(
        [folder / "bin" / "python", "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    own = [sysconfig.get_paths()["purelib"], str(ROOT)]
    (Path(places.stdout.strip()) / "project.pth").write_text("\n".join(own) + "\n", encoding="utf-8")
    return folder / "bin"


def inventory(file: Path) -> list[str]:
    """Write the running lab's inventory, reached by `docker exec`. Returns the hosts."""
    with connect() as engine:
        lab = engine.find(NAME)
        found = read(lab)
        ways = {
            host.name: {"ansible_connection": "community.docker.docker", "ansible_host": lab.container(host.name)}
            for host in found.hosts
        }
    groups = {group: {host.name: {} for host in found.hosts if group in host.groups} for group in found.groups}
    hosts = {host.name: {**host.variables, **ways[host.name]} for host in found.hosts}
    content = {"all": {"hosts": hosts, "children": {group: {"hosts": members} for group, members in groups.items()}}}
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return list(hosts)


def molecule(folder: Path, hosts: list[str]) -> None:
    """A Molecule project on hosts that are there already: the lab's site playbook, testinfra as verifier."""
    scenario = folder / "molecule" / "default"
    scenario.mkdir(parents=True)
    content = {
        "driver": {"name": "default", "options": {"managed": False}},
        "platforms": [{"name": name} for name in hosts],
        "provisioner": {
            "name": "ansible",
            "config_options": {"defaults": {key: _plain(value) for key, value in DEFAULTS.items()}},
            "inventory": {"links": {"hosts": str(folder / "hosts.yml")}},
            "playbooks": {"converge": str(ROOT / "playbooks" / "site.yml")},
        },
        "verifier": {"name": "testinfra", "directory": str(folder / "theirs")},
    }
    (scenario / "molecule.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    for name, head in (("theirs", ""), ("ours", OURS)):
        (folder / name).mkdir()
        (folder / name / "test_hosts.py").write_text(f"{head}{CHECKS}", encoding="utf-8")


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def changed_nothing(done: Ran) -> Ran:
    """RuntimeError unless every host was reached and none was changed."""
    recap = [line for line in done.out.splitlines() if "unreachable=" in line]
    if not recap or any("changed=0 " not in line or "unreachable=0 " not in line for line in recap):
        raise RuntimeError(f"that was no second run:\n{done.out[-2000:]}\n{done.err[-2000:]}")
    return done


def passed(done: Ran, hosts: list[str]) -> Ran:
    """RuntimeError unless each check passed on each host."""
    wanted = f"{CHECKS.count('def ') * len(hosts)} passed"
    if wanted not in done.out + done.err:
        raise RuntimeError(f"not `{wanted}`:\n{done.out[-2000:]}\n{done.err[-2000:]}")
    return done


def ways(folder: Path, bin_: Path, hosts: list[str]) -> dict[str, list[Way]]:
    """What is compared: (way, how to go it once), the lab's first."""
    own = Path(sys.executable).parent
    path = os.pathsep.join([str(bin_), str(own), os.environ["PATH"]])  # pytest is the project's own
    (folder / "ansible.cfg").write_text(
        "\n".join(["[defaults]", *(f"{key} = {value}" for key, value in DEFAULTS.items()), ""]), encoding="utf-8"
    )

    def playbook(program: Path, hosts_file: str, config: Path, **more: str) -> Ran:
        words = [str(program), "-i", hosts_file, "playbooks/site.yml"]
        return changed_nothing(run(words, ANSIBLE_CONFIG=str(config), ANSIBLE_NOCOLOR="1", **more))

    def their(step: str) -> Ran:
        command = f"cd {folder} && exec {bin_}/molecule {step}"
        return run(["sh", "-c", command], NO_COLOR="1", ANSIBLE_NOCOLOR="1", PATH=path)

    def judged() -> Ran:
        words = ["-m", "pytest", "--lab", NAME, "-q", "-p", "no:cacheprovider", str(folder / "ours")]
        return passed(run([str(own / "python"), *words]), hosts)

    return {
        "roles once more, changed=0": [
            ("lab", lambda: playbook(own / "ansible-playbook", "inventories/reference", ROOT / "ansible.cfg", SANSO_LAB=NAME)),
            ("ansible, docker exec", lambda: playbook(bin_ / "ansible-playbook", str(folder / "hosts.yml"),
                                                      folder / "ansible.cfg", PATH=path)),
            ("molecule converge", lambda: changed_nothing(their("converge"))),
        ],
        "three testinfra checks per host": [
            ("lab", judged),
            ("molecule verify", lambda: passed(their("verify"), hosts)),
        ],
    }  # fmt: skip


def measure(repeat: int) -> list[dict[str, Any]]:
    """Seconds of every way, the ways by turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bin_ = environment(folder / "environment")
        hosts = inventory(folder / "hosts.yml")
        molecule(folder, hosts)
        rows = []
        for what, chosen in ways(folder, bin_, hosts).items():
            spent: dict[str, list[float]] = {way: [] for way, _ in chosen}
            for _ in range(repeat):
                for way, go in chosen:
                    spent[way].append(go().seconds)
            own = statistics.median(spent[chosen[0][0]])
            for way, seconds in spent.items():
                median = statistics.median(seconds)
                rows.append(
                    {
                        "what": what,
                        "way": way,
                        "count": len(seconds),
                        "min": round(min(seconds), 2),
                        "median": round(median, 2),
                        "ratio": round(median / own, 1),
                    }
                )
                print(f"{what}: {way} {median:.2f} s, {median / own:.1f} times", flush=True)
    return rows


def main() -> None:
    """Measure, print, and keep the result."""
    parser = argparse.ArgumentParser(description="Measure the lab's way to its hosts beside Ansible's and Molecule's.")
    parser.add_argument("--repeat", type=int, default=5, help="turns of each way")
    given = parser.parse_args()
    began, machine = datetime.now(UTC), describe()
    call("up", str(SCENARIO), "--lab", NAME)
    try:
        rows = measure(given.repeat)
    finally:
        call("down", "--lab", NAME, "--keys")
    machine["load_after"] = round(os.getloadavg()[0], 2)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"molecule-{began:%Y%m%dT%H%M%SZ}.json"
    content = {"date": began.date().isoformat(), "machine": machine, "peers": PINNED, "rows": rows}
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"written: {file}")


if __name__ == "__main__":
    main()
