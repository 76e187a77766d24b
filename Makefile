# For a fresh machine: make demo, make install, make test. Python 3.11+ and make are all they need.

PYTHON ?= python3
PORT ?= 8700
BIN := .venv/bin

.PHONY: demo install test check bench lock

demo: .venv/demo.stamp
	@$(BIN)/python -m bot demo --port $(PORT)

install: .venv/install.stamp
	@echo "The command is $(BIN)/atrisk: try $(BIN)/atrisk --help"

# One pass, in an order of its own each time: two passes would take the ten minutes that the suite has, and a test that
# leans on another fails within a few runs. The seed is in the heading: make test ORDER=--random-order-seed=123.
test: check
	$(BIN)/python -m pytest -n 3 --dist worksteal --random-order $(ORDER) --cov --cov-report=json:coverage.json
	$(BIN)/python -m tests.coverage_by_room coverage.json

check: .venv/test.stamp
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/test.stamp
	$(BIN)/python -m tests.benchmarks

# Hashes in all three locks, no index's address in any: pip asks whichever index the machine is set up for.
# The demo needs neither Postgres nor the project installed; what it imports is compiled as it starts.
.venv/demo.stamp: bot/demo/requirements.lock
	@$(PYTHON) -m bot.demo.install $< --no-compile
	@touch $@

.venv/install.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -m bot.demo.install $<
	@$(EDITABLE)
	@touch $@ .venv/demo.stamp

.venv/test.stamp: tests/requirements.lock pyproject.toml
	@$(PYTHON) -m bot.demo.install $<
	@$(EDITABLE)
	@touch $@ .venv/install.stamp .venv/demo.stamp

EDITABLE := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .

lock:
	uv pip compile pyproject.toml --group build --output-file requirements.lock $(LOCK)
	uv pip compile pyproject.toml --group test --output-file tests/requirements.lock $(LOCK)
	uv pip compile pyproject.toml --constraints requirements.lock --output-file bot/demo/requirements.lock $(LOCK) \
		--no-emit-package psycopg --no-emit-package psycopg-binary

LOCK := --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet
