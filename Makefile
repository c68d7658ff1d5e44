# `make` alone lists the targets. The environment is made once and works offline from then on.

PYTHON ?= python3
ENVIRONMENT := .venv
INSTALLED := $(ENVIRONMENT)/installed
PIP := $(ENVIRONMENT)/bin/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt

IS_RECENT = $(shell $(PYTHON) -c 'import sys; print(sys.version_info >= (3, 12))' 2>/dev/null)
TOO_OLD = $(PYTHON) is missing or older than 3.12; name another: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12

.DEFAULT_GOAL := help
.PHONY: run view test accept bench clean help

run: $(INSTALLED)  ## simulate 2021-2025 with and without the policy, over parameter sets and seeds; the report and tables go to outputs/run
	@$(ENVIRONMENT)/bin/county run

view: $(INSTALLED)  ## open the model in the browser
	@$(ENVIRONMENT)/bin/county view

test: $(INSTALLED)  ## check style, types and imports, then run every test
	@$(ENVIRONMENT)/bin/ruff check
	@$(ENVIRONMENT)/bin/mypy
	@$(ENVIRONMENT)/bin/lint-imports
	@$(ENVIRONMENT)/bin/python docs/generate.py --check
	@$(ENVIRONMENT)/bin/python -m pytest -n 2 --dist worksteal

accept: $(INSTALLED)  ## expect what the model says now: rewrites tests/expected/*.csv and configs/fitted.yaml, some minutes
	@$(ENVIRONMENT)/bin/python -m tests.expected

bench: $(INSTALLED)  ## measure speed and memory
	@$(ENVIRONMENT)/bin/python -m benchmarks

clean:  ## remove caches; the environment and outputs stay
	@rm -rf build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	@find . -path ./$(ENVIRONMENT) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST)

# What builds packages is installed and pinned like everything else, so that a later change needs no network.
$(INSTALLED): pyproject.toml constraints.txt
	$(if $(filter True,$(IS_RECENT)),,$(error $(TOO_OLD)))
	@echo "Setting up $(ENVIRONMENT) (once, a few minutes)"
	@$(PYTHON) -m venv $(ENVIRONMENT)
	@$(PIP) hatchling editables setuptools wheel
	@$(PIP) --no-build-isolation --editable '.[test]'
	@touch $@
