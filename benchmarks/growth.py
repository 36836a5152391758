"""What a host and a flow cost: `python benchmarks/growth.py [--hosts 30 60 120]`. Writes benchmarks/results/growth-DATE.json.

The network is `alpha` with terminals added to LG, each with a registered flow of its own to the LGWAN service. Per size: a lab
built anew, one that is there already, and `lab verify --quick`; seconds as a user waits for them, and what each host more cost.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from machine import RESULTS, ROOT, call, describe

NAME = "growth"
BASE = ROOT / "scenarios" / "wired.yaml"
FIRST = 60  # host number of the first terminal that is added
STEPS = ("up", "unchanged", "quick")


def scenario(hosts: int) -> tuple[str, int]:
    """(scenario text, hosts it really has) for about that many hosts."""
    content = yaml.safe_load(BASE.read_text(encoding="utf-8"))
    base = len(yaml.safe_load((ROOT / "lab/scenario/data/networks/alpha.yaml").read_text(encoding="utf-8"))["hosts"])
    more = max(0, hosts - base)
    names = [f"lg-t{number}" for number in range(FIRST, FIRST + more)]
    content["hosts"] = {
        "add": {
            name: {"zone": "lg", "function": "terminal", "number": FIRST + place} for place, name in enumerate(names)
        }
    }
    content["register"] += [
        {"id": f"G-{place}", "purpose": "growth", "from": name, "to": "lgwan-asp", "service": "tcp/443", "owner": "bench",
         "expires": "+1y"}
        for place, name in enumerate(names)
    ]  # fmt: skip
    return yaml.safe_dump(content, allow_unicode=True), base + more


def measure(hosts: int) -> dict[str, Any]:
    """One size: seconds per step, and how many checks the quick run made."""
    with tempfile.TemporaryDirectory() as folder:
        text, really = scenario(hosts)
        file = Path(folder) / "growth.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            up = call("up", str(file), "--lab", NAME, "--fresh")
            unchanged = call("up", str(file), "--lab", NAME)
            quick = call("verify", "--lab", NAME, "--quick", "--json", "--evidence", str(Path(folder) / "evidence"))
        finally:
            call("down", "--lab", NAME, "--keys")
    return {
        "hosts": really,
        "up": round(up.seconds, 2),
        "unchanged": round(unchanged.seconds, 2),
        "quick": round(quick.seconds, 2),
        "checks": len(quick.json["verdicts"]),
    }


def main() -> None:
    """Measure each size once, from small to large, and print what each host more cost."""
    parser = argparse.ArgumentParser(description="Measure what a host and a flow cost.")
    parser.add_argument("--hosts", nargs="+", type=int, default=[30, 60, 120], help="sizes of the network")
    began = datetime.now(UTC)
    sizes = sorted(parser.parse_args().hosts)
    result: dict[str, Any] = {"date": began.date().isoformat(), "machine": describe(), "sizes": []}
    for size in sizes:
        row = measure(size)
        result["sizes"].append(row)
        before = result["sizes"][-2] if len(result["sizes"]) > 1 else None
        per_host = (
            {step: round((row[step] - before[step]) / (row["hosts"] - before["hosts"]), 3) for step in STEPS}
            if before
            else {}
        )
        print(row, "each host more:", per_host or "-", flush=True)
    file = RESULTS / f"growth-{began:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"written: {file}")


if __name__ == "__main__":
    main()
