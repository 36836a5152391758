"""Commands import only what they need: `lab --help` answers at once, the catalogue without the engine."""

import subprocess
import sys

import pytest

HEAVY = {
    "docker",
    "pydantic",
    "rich",
    "ansible",
    "pytest",
    "testinfra",
    "cryptography",
    "yaml",
    "ruamel.yaml",
    "lab.engine",
}
LIGHT = {  # arguments -> what they may load of the heavy ones
    "--help": set(),
    "up --help": set(),
    "verify --help": set(),
    "run --help": set(),
    "completion bash": set(),
    "controls": {"pydantic", "rich", "yaml"},
    "controls --json": {"pydantic", "rich", "yaml"},
}


@pytest.mark.parametrize("arguments", LIGHT)
def test_imports(arguments):
    code = (
        "import sys\nfrom lab.cli import main\n"
        f"try: main({arguments.split()!r})\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print(*sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stderr.split()) <= LIGHT[arguments]
