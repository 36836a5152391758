"""The Vagrantfile is one, and its provisioning is the README's own commands."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGES = ROOT / "vagrant" / "packages.sh"
LAB = ROOT / "vagrant" / "lab.sh"

has_vagrant = pytest.mark.skipif(
    shutil.which("vagrant") is None and "SANSO_NEEDS_VAGRANT" not in os.environ,
    reason="vagrant is not installed (Debian 12: apt-get install vagrant)",
)


def validated(text, folder):
    shutil.copytree(ROOT / "vagrant", folder / "vagrant")
    (folder / "Vagrantfile").write_text(text, encoding="utf-8")
    return subprocess.run(
        ["vagrant", "validate", "--ignore-provider"],
        cwd=folder,
        env=os.environ | {"VAGRANT_HOME": str(folder / "home"), "VAGRANT_CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@has_vagrant
def test_vagrantfile_is_valid(tmp_path):
    done = validated((ROOT / "Vagrantfile").read_text(encoding="utf-8"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@has_vagrant
@pytest.mark.parametrize(
    ("good", "bad"), [("config.vm.box =", "config.vm.bx ="), ('"vagrant/lab.sh"', '"vagrant/none.sh"')]
)
def test_mistake_is_found(good, bad, tmp_path):
    text = (ROOT / "Vagrantfile").read_text(encoding="utf-8")
    assert good in text
    assert validated(text.replace(good, bad), tmp_path).returncode != 0


def test_packages_are_the_readmes():
    asked = re.search(r"^    sudo apt-get install -y (.+)$", README, re.MULTILINE)[1]
    assert f"apt-get install -y {asked}\n" in PACKAGES.read_text(encoding="utf-8")


def test_command_is_the_readmes():
    assert "    make lab " in README
    assert LAB.read_text(encoding="utf-8").rstrip().endswith('\nmake lab "$@"')


@pytest.mark.parametrize("script", [PACKAGES, LAB], ids=lambda script: script.name)
def test_script_is_a_program_that_stops_at_the_first_failure(script):
    assert os.access(script, os.X_OK)
    assert "\nset -eu\n" in script.read_text(encoding="utf-8")
    subprocess.run(["sh", "-n", str(script)], check=True)


def test_what_the_vagrantfile_names_is_there():
    text = (ROOT / "Vagrantfile").read_text(encoding="utf-8")
    assert set(re.findall(r'path: "([^"]+)"', text)) == {"vagrant/packages.sh", "vagrant/lab.sh"}
