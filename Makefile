# `make` alone lists the targets. What each needs is installed once and works offline from then on.

PYTHON ?= python3
ENVIRONMENT := .venv
MADE := $(ENVIRONMENT)/made
RUNNING := $(ENVIRONMENT)/running
VIEWING := $(ENVIRONMENT)/viewing
TESTING := $(ENVIRONMENT)/testing
DOCUMENTING := $(ENVIRONMENT)/documenting
UV := $(shell command -v uv 2>/dev/null)
PIP := $(ENVIRONMENT)/bin/python -m pip --disable-pip-version-check --quiet install --no-compile
INSTALL := $(if $(UV),$(UV) --quiet pip install --python $(ENVIRONMENT)/bin/python,$(PIP)) --constraint constraints.txt

IS_RECENT = $(shell $(PYTHON) -c 'import sys; print(sys.version_info >= (3, 12))' 2>/dev/null)
TOO_OLD = $(PYTHON) is missing or older than 3.12; name another: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12

.DEFAULT_GOAL := help
.PHONY: run view test docs accept bench clean help

run: $(RUNNING)  ## simulate 2021-2025 with and without the policy, over parameter sets and seeds; the report and tables go to outputs/run
	@$(ENVIRONMENT)/bin/county run

view: $(VIEWING)  ## open the model in the browser
	@$(ENVIRONMENT)/bin/county view

test: $(TESTING)  ## check style, types and imports, then run every test
	@$(ENVIRONMENT)/bin/ruff check
	@$(ENVIRONMENT)/bin/mypy
	@$(ENVIRONMENT)/bin/lint-imports
	@$(ENVIRONMENT)/bin/python docs/generate.py --check
	@$(ENVIRONMENT)/bin/python -m pytest -n 2 --dist worksteal

docs: $(DOCUMENTING)  ## write the documentation as a site to outputs/site, notebooks run and links checked
	@$(ENVIRONMENT)/bin/python -m sphinx --fail-on-warning --keep-going --quiet -c docs . outputs/site
	@echo "outputs/site/docs/index.html"

accept: $(TESTING)  ## expect what the model says now: rewrites tests/expected/*.csv and configs/fitted.yaml, some minutes
	@$(ENVIRONMENT)/bin/python -m tests.expected

bench: $(TESTING)  ## measure speed and memory
	@$(ENVIRONMENT)/bin/python -m benchmarks

clean:  ## remove caches; the environment and outputs stay
	@rm -rf build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	@find . -path ./$(ENVIRONMENT) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST)

# What builds packages is installed and pinned like everything else, so that a later change needs no network. Modules are
# compiled when they are first imported: compiling them all takes as long as their download, and most are never used.
$(MADE): pyproject.toml constraints.txt
	$(if $(filter True,$(IS_RECENT)),,$(error $(TOO_OLD)))
	@echo "Making the environment in $(ENVIRONMENT), this once (usually 10 seconds)"
	@$(PYTHON) -m venv $(ENVIRONMENT)
	@$(INSTALL) hatchling editables setuptools wheel
	@touch $@

$(RUNNING): $(MADE)
	@echo "Installing what a run needs, 0.7 GB, this once (usually 1 to 3 minutes)"
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@
	@echo "The first run also compiles the model and builds its initial state, and says so (usually 1 minute)"

$(VIEWING): $(RUNNING)
	@echo "Installing what the page in the browser needs besides, 0.3 GB, this once (usually 1 minute)"
	@$(INSTALL) --no-build-isolation --editable '.[view]'
	@touch $@

$(TESTING): $(VIEWING)
	@echo "Installing what tests need besides, 0.6 GB, this once (usually 2 minutes)"
	@$(INSTALL) --no-build-isolation --editable '.[test]'
	@touch $@

$(DOCUMENTING): $(VIEWING)
	@echo "Installing what the documentation needs besides, this once (usually 1 minute)"
	@$(INSTALL) --no-build-isolation --editable '.[docs]'
	@touch $@
