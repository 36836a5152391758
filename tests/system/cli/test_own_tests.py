"""A user's own tests, with the fixtures of a running lab."""

from __future__ import annotations

import subprocess
import sys

from command import ROOT


def test_examples_of_the_docs_run_with_the_labs_fixtures(shared_lab):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--lab", shared_lab, "-p", "no:cacheprovider", "-q", "docs/examples"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_own_test_cannot_pass_without_looking_at_the_lab(shared_lab, tmp_path):
    own = tmp_path / "test_own.py"
    own.write_text(
        "import pytest\nfrom lab.verify import control, hosts\n\n"
        "@control('ZONE-01')\n@hosts('mn-app')\ndef test_on_the_lab_host(host):\n"
        "    assert host.run('hostname').stdout.strip() == 'mn-app'\n\n"
        "@control('ZONE-01')\n@pytest.mark.xfail\ndef test_hidden():\n    assert False\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--lab", shared_lab, "-p", "no:cacheprovider", "-q", str(own)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "xfail is forbidden" in done.stdout + done.stderr
