"""The pipelines in docs/examples/ci/ are valid for their services, by the schemas those publish (vendored, no network)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[3] / "docs" / "examples" / "ci"
SCHEMAS = {
    "github-actions.yml": ["--builtin-schema", "vendor.github-workflows"],
    "gitlab-ci.yml": ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
}
MISSPELT = {"github-actions.yml": ("runs-on:", "run-on:"), "gitlab-ci.yml": ("expire_in:", "expires_in:")}


def checked(file):
    command = [sys.executable, "-m", "check_jsonschema", *SCHEMAS[file.name], str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_example_is_checked():
    assert {file.name for file in FOLDER.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_example_is_valid(name):
    done = checked(FOLDER / name)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_misspelt_key_is_found(name, tmp_path):
    good, bad = MISSPELT[name]
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert good in text
    (tmp_path / name).write_text(text.replace(good, bad), encoding="utf-8")
    assert checked(tmp_path / name).returncode == 1


@pytest.mark.parametrize("name", SCHEMAS)
def test_evidence_is_always_kept_and_the_exit_code_is_the_labs(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    run = re.search(r"\.venv/bin/lab (run .*)$", text, re.MULTILINE)[1]
    assert "||" not in text
    assert "continue-on-error" not in text
    assert "allow_failure" not in text
    assert {"--junit", "--evidence"} <= set(run.split())
    job = yaml.safe_load(text)
    if "verify" in job:
        assert job["verify"]["artifacts"]["when"] == "always"
    else:
        assert job["jobs"]["verify"]["steps"][-1]["if"] == "always()"
