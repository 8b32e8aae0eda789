# What can be done here: `make help`. Needed: make, and python3 (3.11 or later) with its venv module; nothing else.

PYTHON ?= python3
PORT ?=
WORKERS ?= logical
TESTS ?= tests
ENV := .venv
RUN := $(ENV)/bin/python
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all:
LOCK := $(RUN) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--only-binary :all: --python-version 3.11
TOO_OLD = $(shell $(PYTHON) -c 'import sys; sys.version_info < (3, 11) and print("is %d.%d" % sys.version_info[:2])' 2>/dev/null || echo cannot be run)
NO_VENV = $(shell $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || echo missing)

.PHONY: help serve test check bench prove schema lock clean check-types check-lint check-format check-arrows check-house check-schema
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

serve: $(ENV)/runtime ## everything runs on one machine, with a demo in it: PORT=8000, Ctrl-C stops it
	@exec env $(if $(PORT),FORTNIGHT_PORT=$(PORT)) $(ENV)/bin/fortnight serve --end-with-parent

test: $(ENV)/development ## all tests, in random order, on a real PostgreSQL: TESTS=tests/policy for some
	@$(RUN) -m pytest -n $(WORKERS) --maxprocesses 8 $(TESTS)

check: $(ENV)/development ## lint, format, types, arrows between the rooms, lock files, schema.graphql; all of them, whatever one says
	@$(MAKE) --no-print-directory --keep-going --jobs 2 check-types check-lint check-format check-arrows check-house check-schema

check-types:
	@$(RUN) -m basedpyright

check-lint:
	@$(RUN) -m ruff check .

check-format:
	@$(RUN) -m ruff format --check .

check-arrows:
	@$(RUN) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

check-house:
	@$(RUN) -m pytest tests/architecture tests/fortnight/test_house.py tests/fortnight/test_requirements.py

check-schema:
	@$(ENV)/bin/fortnight schema --check

bench: $(ENV)/development ## measured figures, each beside its floor
	@$(RUN) -m bench

prove: $(ENV)/development ## the slow proofs, and both commands as root, as a user without a home, from a long path
	@$(RUN) -m pytest -n $(WORKERS) --maxprocesses 8 -m slow --hypothesis-profile prove
	@bash .ci/prove

schema: $(ENV)/development ## print the GraphQL schema into schema.graphql
	@$(ENV)/bin/fortnight schema > schema.graphql.new && mv schema.graphql.new schema.graphql

lock: $(ENV)/development ## choose the newest versions that fit pyproject.toml
	@$(LOCK) --upgrade --group dev pyproject.toml --output-file requirements-dev.txt
	@$(LOCK) --upgrade --constraints requirements-dev.txt pyproject.toml --output-file requirements.txt

clean: ## remove the virtual environment and all caches, never data
	@rm -rf $(ENV) .hypothesis .ruff_cache .import_linter_cache .coverage build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: python, then what the application needs, then what its developers need.
# A link to a python that is gone does not exist for make: the environment is then made anew.
$(RUN):
	$(if $(TOO_OLD),$(error Fortnight needs Python 3.11 or later, and $(PYTHON) $(TOO_OLD): name another with PYTHON=))
	$(if $(NO_VENV),$(error $(PYTHON) lacks its venv module: install it (Debian, Ubuntu: apt install python3-venv)))
	@$(PYTHON) -m venv --clear $(ENV)

$(ENV)/bin/fortnight: $(RUN)
	@printf '%s\n' '#!/bin/sh' 'here=$$(cd "$$(dirname "$$(readlink -f "$$0")")/../.." && pwd) || exit 1' \
		'PYTHONPATH=$$here exec "$$here/$(RUN)" -m fortnight "$$@"' > $@
	@chmod +x $@

$(ENV)/runtime: requirements.txt $(ENV)/bin/fortnight
	@echo "Installing what Fortnight needs into $(ENV) …"
	@$(INSTALL) -r requirements.txt
	@touch $@

$(ENV)/development: requirements-dev.txt $(ENV)/bin/fortnight
	@echo "Installing what Fortnight and its developers need into $(ENV) …"
	@$(INSTALL) -r requirements-dev.txt
	@touch $(ENV)/runtime $@
