# Một Cửa. `make help` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK_OPTIONS := --generate-hashes --universal --no-emit-index-url --no-header --python-version 3.11 --quiet

.PHONY: help run test drill lint bench reset lock

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 10

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/run.stamp ## the whole product with demonstration data at http://127.0.0.1:8000 (PORT=, CAMERA=)
	@exec $(BIN)/motcua demo

test: $(VENV)/dev.stamp lint ## lint, types, layers and the whole test suite, two files at a time
	$(BIN)/python -m pytest -n 2 --dist loadfile

drill: $(VENV)/dev.stamp ## the long drills: outages at full length, every page and every story in a browser
	$(BIN)/python -m pytest --run-drills tests/outage tests/browser tests/scenarios

lint: $(VENV)/dev.stamp ## style, types and the layers of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp ## the benchmarks whose results stand in docs/benchmarks.md
	$(BIN)/motcua camera bench
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.intake
	$(BIN)/python -m benchmarks.board --beside 1.0

reset: ## remove the demonstration's data (not the virtual environment)
	rm -rf .motcua

lock: ## renew the pinned dependencies (needs uv)
	uv pip compile $(LOCK_OPTIONS) --group build pyproject.toml -o requirements.lock
	uv pip compile $(LOCK_OPTIONS) --group build --extra digitise pyproject.toml -c requirements.lock -o requirements-digitise.lock
	uv pip compile $(LOCK_OPTIONS) --group build --group dev --extra digitise pyproject.toml -c requirements-digitise.lock -o requirements-dev.lock
