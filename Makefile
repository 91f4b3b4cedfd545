# The front door: `make` alone lists what there is.
#
# Everything works from a fresh clone: what a target needs is set up first, and not again until it changes.
#   PYTHON=...   the interpreter to set up with (3.11 or newer); remove .venv to change it later
#   ARGS=...     passed on to pytest and to the benchmarks: make test ARGS="-k cooling"
#   WORKERS=...  processes for the tests; 0 runs them in one

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
PIP := -m pip --disable-pip-version-check --quiet
WORKERS ?= auto
ARGS ?=

EXAMPLE := b2b-saas
EVIDENCE := build/examples/$(EXAMPLE)
SCORE := score examples/$(EXAMPLE)/definition.yaml --as-of 2026-06-30 \
	--leads $(EVIDENCE)/leads.csv --traits $(EVIDENCE)/traits.csv --events $(EVIDENCE)/events.*

# The tool that pins the others; not part of the working environment.
PIP_TOOLS := pip-tools==7.6.2
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(if $(UPGRADE),--upgrade)

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: .venv/.ready ## make .venv with the pinned packages and Pyrometer itself

# Enough to run Pyrometer. What work on it needs is more, engines and all, and comes with the first `make test`.
.venv/.core: requirements/run.txt requirements/venv.sh pyproject.toml
	@sh requirements/venv.sh .venv
	@echo "Installing the pinned packages into .venv ..."
	@$(BIN)/python $(PIP) install --require-hashes --requirement requirements/run.txt
	@$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ready: requirements/dev.txt .venv/.core
	@echo "Installing what tests and linters need into .venv; the first time takes some minutes ..."
	@$(BIN)/python $(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

# dbt brings pins of its own, so it has an environment of its own. The lock names all of it; without --no-deps pip takes
# the extra of a pinned package for one without a pin.
build/dbt/.ready: requirements/dbt.txt requirements/venv.sh
	@sh requirements/venv.sh build/dbt
	@echo "Installing dbt into build/dbt ..."
	@build/dbt/bin/python $(PIP) install --no-deps --require-hashes --requirement requirements/dbt.txt
	@touch $@

.PHONY: run
run: build/examples/.ready ## run the application with a demo workspace at http://127.0.0.1:8000
	@mkdir -p build/demo && cp examples/$(EXAMPLE)/definition.yaml $(EVIDENCE)/*.csv build/demo/
	$(BIN)/pyrometer serve --data build/demo/data --demo build/demo $(ARGS)

.PHONY: scores
scores: build/examples/.ready ## score the example workspace on the command line (EXAMPLE=b2b-saas)
	$(BIN)/pyrometer $(SCORE) --top 20

build/examples/.ready: $(wildcard examples/*.py examples/*/*.py) | .venv/.core
	@$(BIN)/python examples/generate.py --out build/examples
	@touch $@

.PHONY: servers
servers: .venv/.servers ## see to what the tests start: PostgreSQL, Java for Spark, Chromium, Node.js

.venv/.servers: requirements/servers.sh .venv/.ready
	@sh requirements/servers.sh
	@touch $@

# What others send with, and the rules of accessibility; from npm, each by its lock.
CLIENTS := tests/app/clients tests/app/delivery/client tests/app/pages

build/clients/.ready: $(CLIENTS:%=%/package-lock.json) .venv/.servers
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then for folder in $(CLIENTS); do \
		echo "Installing what $$folder/package.json names ..."; \
		npm ci --prefix $$folder --ignore-scripts --no-audit --no-fund --silent || exit 1; \
	done; touch $@; fi

.PHONY: test
test: .venv/.servers build/dbt/.ready build/clients/.ready ## run the tests, and the examples in docstrings
	$(BIN)/python -m pytest -o cache_dir=build/cache/pytest -n $(WORKERS) --dist worksteal $(ARGS)

# A second pass, of what has a database: the first had SQLite. Its ARGS are pytest's, too.
.PHONY: test-postgresql
test-postgresql: .venv/.servers build/clients/.ready ## run the application's tests that have a database on PostgreSQL
	DATABASE=postgresql $(BIN)/python -m pytest -o cache_dir=build/cache/postgresql -n $(WORKERS) --dist worksteal \
		$(ARGS) tests/app

.PHONY: lint
lint: .venv/.ready ## check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src/pyrometer
	$(BIN)/lint-imports --cache-dir build/cache/imports

.PHONY: format
format: .venv/.ready ## put the code in its one form
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

.PHONY: docs
docs: build/examples/.ready .venv/.servers ## render docs/reference from the tables in tests/spec, and the pictures
	$(BIN)/python -m tests.spec.reference --write
	$(BIN)/python docs/pictures/draw.py $(EVIDENCE) examples/$(EXAMPLE)/definition.yaml
	$(BIN)/python docs/pictures/scale.py
	$(BIN)/python -m docs.pictures.report $(EVIDENCE) examples/$(EXAMPLE)/definition.yaml

.PHONY: docs-check
docs-check: .venv/.ready ## fail when docs/reference is stale
	$(BIN)/python -m tests.spec.reference --check

.PHONY: bench
bench: .venv/.ready ## measure against the budgets (long)
	$(BIN)/python -m benchmarks $(ARGS)

.PHONY: bench-learn
bench-learn: .venv/.ready ## learn from the public data sets, and compare with other models
	$(BIN)/python -m benchmarks.learning $(ARGS)

.PHONY: smoke
smoke: build/examples/.ready ## install the built package alone (PYTHON=...) and compare its readings with ours
	@rm -rf build/smoke
	@$(BIN)/python $(PIP) wheel --no-deps --no-build-isolation --wheel-dir build/smoke/wheel .
	@sh requirements/venv.sh build/smoke/venv
	@build/smoke/venv/bin/python $(PIP) install --require-hashes --requirement requirements/core.txt
	@build/smoke/venv/bin/python $(PIP) install --no-deps build/smoke/wheel/*.whl
	$(BIN)/pyrometer $(SCORE) --explain --format jsonl --out build/smoke/ours.jsonl
	build/smoke/venv/bin/pyrometer $(SCORE) --explain --format jsonl --out build/smoke/installed.jsonl
	cmp build/smoke/ours.jsonl build/smoke/installed.jsonl

.PHONY: lock
lock: ## pin the requirements again (UPGRADE=1: to the newest versions)
	@sh requirements/venv.sh build/lock
	@build/lock/bin/python $(PIP) install $(PIP_TOOLS)
	$(COMPILE) --output-file requirements/core.txt pyproject.toml
	$(COMPILE) --extra app --constraint requirements/core.txt --output-file requirements/app.txt pyproject.toml
	$(COMPILE) --output-file requirements/run.txt requirements/run.in
	$(COMPILE) --output-file requirements/dev.txt requirements/dev.in
	$(COMPILE) --output-file requirements/dbt.txt requirements/dbt.in

.PHONY: clean
clean: ## remove everything that was built, .venv included
	rm -rf .venv build .hypothesis
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +
