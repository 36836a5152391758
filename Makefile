# The two commands of the README are `make lab` (the main job) and `make test`; CI calls `make test`, `make long` and `make paths`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
SCENARIO ?= scenarios/minimal.yaml
NAME = $(notdir $(basename $(SCENARIO)))
WORKERS ?= 2

.PHONY: help lab test long paths test-all lint unit system mutants soak bench lock down clean

help:  ## what this file can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --no-build-isolation --no-deps -e .
	$(VENV)/bin/python -m compileall -q lab  # as pip does for what it copies; some CI images keep Python from doing it later
	touch $@

lab: $(STAMP)  ## build the lab of $(SCENARIO), verify it, print the report (SCENARIO=... for another)
	$(VENV)/bin/lab doctor
	$(VENV)/bin/lab up $(SCENARIO) --lab $(NAME)
	$(VENV)/bin/lab verify --lab $(NAME)

test: $(STAMP)  ## lint, unit tests, system tests of the wired network, but for the long ones
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint unit
	$(MAKE) --no-print-directory system SELECT='not path and not long'

long: $(STAMP)  ## long system tests of the wired network: all of it, breakages, what ends half-way (CI calls it too)
	$(MAKE) --no-print-directory system SELECT='long'

paths: $(STAMP)  ## system tests of the telework and wireless paths, nothing broken on purpose (CI calls it too)
	$(MAKE) --no-print-directory system SELECT='path and not breakage'

test-all: $(STAMP)  ## everything: also a breakage for every control of the paths (an hour and more)
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint unit
	$(MAKE) --no-print-directory system

lint: $(STAMP)  ## ruff, mypy --strict, import order, ansible-lint, yamllint
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/yamllint --strict .
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" ANSIBLE_HOME=$(CURDIR)/.ansible $(VENV)/bin/ansible-lint --offline --strict

unit: $(STAMP)  ## tests without Docker
	$(VENV)/bin/python -m pytest -n $(WORKERS) tests/unit

system: $(STAMP)  ## the command line end to end, on real labs; tests that share no lab run side by side
	$(VENV)/bin/lab images build
	$(VENV)/bin/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(if $(SELECT),-m '$(SELECT)') tests/system

mutants: $(STAMP)  ## every breakage of every scenario, seen red (the system tests try one per control)
	SANSO_MUTANTS=all $(VENV)/bin/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder tests/system/cli/test_mutants.py

soak: $(STAMP)  ## the long one: ten verifies, 30 kills, 10,000 fuzz inputs, an hour of two labs (resumable; not CI)
	$(VENV)/bin/python benchmarks/soak.py

bench: $(STAMP)  ## measure against the budgets
	$(VENV)/bin/python benchmarks/run.py

lock: $(STAMP)  ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 --no-header -o requirements.lock

down:  ## remove every lab of this machine's engine
	$(VENV)/bin/lab down --all --yes

clean:  ## remove .venv, caches and ALL of evidence/ (first: make down, and copy what you keep)
	rm -rf $(VENV) evidence .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .ansible
