"""Shell completion: the script of each shell, and what the shell then asks for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lab.cli.root import COMMANDS

LAB = Path(sys.executable).with_name("lab")
SHELLS = ("bash", "zsh", "fish")


def asked(shell, *words, incomplete=""):
    """What the shell is told when the user presses Tab after these words."""
    line = " ".join(["lab", *words, incomplete])
    words_of = {"bash": line, "zsh": line, "fish": " ".join(["lab", *words])}
    place = incomplete if shell == "fish" else str(len(words) + 1)
    environment = {
        **os.environ,
        "_LAB_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words_of[shell],
        "COMP_CWORD": place,
    }
    done = subprocess.run([LAB], env=environment, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_script_is_that_shells_own(shell):
    script = subprocess.run([LAB, "completion", shell], capture_output=True, text=True, check=True).stdout
    assert f"_LAB_COMPLETE={shell}_complete" in script
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_are_offered(shell):
    told = asked(shell)
    for name in COMMANDS:
        assert name in told
    assert "verify" in asked(shell, incomplete="ver")
    assert "status" not in asked(shell, incomplete="ver")


@pytest.mark.parametrize("shell", SHELLS)
def test_options_and_choices_are_offered(shell):
    assert "--junit" in asked(shell, "verify", incomplete="--")
    assert "zsh" in asked(shell, "completion")


@pytest.mark.parametrize("shell", SHELLS)
def test_controls_are_offered(shell):
    told = asked(shell, "controls", incomplete="zone")
    assert "ZONE-01" in told
    assert "TC-01" not in told


def test_bash_completes_for_real():
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    code = (
        'eval "$(lab completion bash)"; COMP_WORDS=(lab ver); COMP_CWORD=1; '
        '_lab_completion lab ver lab; echo "${COMPREPLY[*]}"'
    )
    environment = {**os.environ, "PATH": f"{LAB.parent}:{os.environ['PATH']}"}
    done = subprocess.run([bash, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["verify"]
