"""Commands import only what they need: `lab --help` answers at once, the catalogue without the engine."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

HEAVY = {
    "docker",
    "pydantic",
    "rich",
    "ansible",
    "pytest",
    "testinfra",
    "cryptography",
    "jinja2",
    "junitparser",
    "paramiko",
    "yaml",
    "ruamel.yaml",
    "lab.engine",
}
LIGHT = {  # arguments -> what they may load of the heavy ones
    "--help": set(),
    "up --help": set(),
    "verify --help": set(),
    "run --help": set(),
    "graph --help": set(),
    "explain --help": set(),
    "register import --help": set(),
    "report --help": set(),
    "completion bash": set(),
    "register import docs/examples/register.csv": {"pydantic", "yaml", "ruamel.yaml"},
    "controls": {"pydantic", "rich", "yaml"},
    "controls --json": {"pydantic", "rich", "yaml"},
}


@pytest.mark.parametrize("arguments", LIGHT)
def test_imports(arguments):
    code = (
        "import sys\nfrom lab.cli import main\n"
        f"try: main({arguments.split()!r})\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print('loaded:', *sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(done.stderr.partition("loaded:")[2].split()) <= LIGHT[arguments]
