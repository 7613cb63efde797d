# `make` alone, or `make help`, lists what there is.

SHELL := /bin/sh
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DEMO ?= 1
WORKERS ?= 2

VENV := .venv
PY := $(VENV)/bin/python
FLASK := $(PY) -m flask --app wsgi

export PYTHON HOST PORT DEMO
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test bench bench-search bench-affinity search-quality lint fmt types imports tests fast explore migration migrate worker shell lock vendor clean

##@ Use

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n'

run: .make/runtime ## Start the site at http://127.0.0.1:8000 (HOST, PORT; DEMO=0 starts empty)
	@$(PY) tools/secrets_file.py "$${INSTANCE:-instance}/secrets.env"
	@exec $(FLASK) serve

bench: .make/runtime ## Measure the site beside a bare Flask "hello"; prints one JSON table
	@$(PY) -m tools.bench

bench-search: .make/dev ## Measure searching with every engine (BENCH_SCALE=0.05 for a quick look); prints one JSON table
	@$(PY) -m tools.bench_search

bench-affinity: .make/dev ## Measure all accounts of a site with a million events anew (BENCH_DATABASES="sqlite postgresql"); prints JSON
	@$(PY) -m tools.bench_affinity

search-quality: .make/dev ## Print how well each engine ranks on judged questions, where there are any (ENGINES="whoosh fts5")
	@$(PY) -m tools.quality $(ENGINES)

##@ Check

test: .make/system .make/dev .make/provider ## Everything CI checks: lint, types, imports, tests on both databases and in a browser
	@$(MAKE) --no-print-directory lint types imports tests

lint: .make/dev ## Look for faults and for code that is not formatted
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

fmt: .make/dev ## Format the code and mend what can be mended
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: .make/dev ## Check the types
	$(PY) -m mypy

imports: .make/dev ## Check that imports point down only
	$(VENV)/bin/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

tests: .make/dev .make/provider ## Run every test on SQLite and PostgreSQL, and the journeys in a browser
	$(PY) -m pytest -q -n $(WORKERS) -m "not browser" --durations=10
	$(PY) -m pytest -q -n $(WORKERS) --dist=loadfile --database=sqlite --durations=10 tests/browser

fast: .make/dev ## Run the tests on SQLite alone, without a browser
	$(PY) -m pytest -q -n $(WORKERS) --database=sqlite -m "not browser and not slow"

explore: .make/dev ## Try new random examples in every test that has a rule for all of them; what fails is worth a test
	$(PY) -m pytest -q -n $(WORKERS) --hypothesis-profile=explore -m "hypothesis and not browser"

##@ Change

migration: .make/dev ## Write a migration for changed models (NAME="what it does")
	$(FLASK) db revision --autogenerate -m "$(NAME)" --rev-id $$($(PY) tools/next_revision.py)

migrate: .make/runtime ## Bring the database up to date
	$(FLASK) db upgrade

worker: .make/runtime ## Deliver what waits in the outbox, then stop
	$(FLASK) worker --once

shell: .make/runtime ## Open a Python shell inside the site
	$(FLASK) shell

lock: ## Lock the dependencies anew with exact versions and hashes
	@sh tools/lock.sh

vendor: .make/runtime ## Fetch the fonts and icons that the site serves (needs npm)
	$(PY) tools/vendor.py

clean: ## Forget what was built and installed; instance/ stays
	rm -rf $(VENV) .venv-provider .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# What was installed is remembered in .make/, so a second run has nothing to do.

.make/runtime: requirements/main.txt
	@sh tools/venv.sh requirements/main.txt
	@mkdir -p .make && touch $@

.make/dev: requirements/main.txt requirements/dev.txt
	@sh tools/venv.sh requirements/dev.txt
	@mkdir -p .make && touch .make/runtime $@

.make/provider: requirements/provider.txt
	@sh tools/venv.sh requirements/provider.txt .venv-provider
	@mkdir -p .make && touch $@

.PHONY: .make/system
.make/system:
	@sh tools/system_packages.sh
