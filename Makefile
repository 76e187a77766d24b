# The two commands of a fresh machine: make demo and make test. Python 3.11+ and make are all they need.

PYTHON ?= python3
PORT ?= 8700
BIN := .venv/bin

.PHONY: demo test check bench lock

demo: .venv/demo.stamp
	$(BIN)/python -m bot demo --port $(PORT)

# One pass, in an order of its own each time: two passes would take the ten minutes that the suite has, and a test that
# leans on another fails within a few runs. The seed is in the heading: make test ORDER=--random-order-seed=123.
test: check
	$(BIN)/python -m pytest -n 2 --dist worksteal --random-order $(ORDER) --cov --cov-report=json:coverage.json
	$(BIN)/python -m tests.coverage_by_room coverage.json

check: .venv/test.stamp
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/test.stamp
	$(BIN)/python -m tests.benchmarks

# Hashes in both locks, no index's address in either: pip asks whichever index the machine is set up for.
.venv/demo.stamp: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/test.stamp: tests/requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@ .venv/demo.stamp

lock:
	uv pip compile pyproject.toml --group build --output-file requirements.lock $(LOCK)
	uv pip compile pyproject.toml --group test --output-file tests/requirements.lock $(LOCK)

LOCK := --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet
