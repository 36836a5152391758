"""What the child of a verify run gets of our environment."""

import sys

import pytest

from lab.operate.child import _environment


@pytest.fixture
def no_bytecode(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)


def test_pytests_own_variables_stay_out(monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x")
    assert "PYTEST_ADDOPTS" not in _environment()


def test_compiled_code_goes_to_the_cache_folder_where_it_may_not_stand_beside_the_sources(no_bytecode):
    environment = _environment()
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["PYTHONPYCACHEPREFIX"].endswith("sanso-lab/bytecode")


def test_a_folder_that_the_user_chose_stays(no_bytecode, monkeypatch):
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "/somewhere")
    assert _environment()["PYTHONPYCACHEPREFIX"] == "/somewhere"


def test_elsewhere_python_decides(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    assert "PYTHONPYCACHEPREFIX" not in _environment()
