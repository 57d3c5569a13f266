# Gatewatch: `make demo` and `make test` work in a fresh clone with no other step.
#   WHEELS=DIR   install from that folder alone, with no index (`make wheels WHEELS=DIR` fills it)
#   PYTHON=…     another interpreter (3.11 to 3.14)
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
FROM   := $(if $(WHEELS),--no-index --find-links $(WHEELS))
TESTS  ?= tests

.PHONY: demo test test-all check format bench quality feeds articles docs quarter wheels lock clean

demo: $(VENV)/.runtime
	@$(BIN)/gatewatch demo

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" $(TESTS)

# Slow tests mostly wait: three workers fill two cores.
test-all: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(TESTS)

check: $(VENV)/.dev
	@$(BIN)/ruff format --check -q . || { echo 'Run `make format`.'; exit 1; }
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 4

format: $(VENV)/.dev
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check -q --fix . || true

# CORPUS=FILE: texts to measure on, JSON Lines; without it the cases of the suite
bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.classify $(CORPUS)

# CORPUS=FILE: labelled JSON Lines; STREAM=FILE: unlabelled JSON Lines (.gz too)
quality: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.quality $(CORPUS) $(STREAM)

# FOLDER=…: feeds that others wrote, in any tree
feeds: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.feeds $(FOLDER)

# PAGES=FILE: JSON Lines of pages that others wrote, with their text and date
articles: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.articles $(PAGES)

# What is generated: schemas, the command reference, the picture of the demo.
docs: $(VENV)/.dev
	@$(BIN)/python docs/generate.py

# The picture and the numbers of the simulated quarter; a minute or two.
quarter: $(VENV)/.dev
	@$(BIN)/python -m docs.quarter

wheels: $(VENV)/.venv
	@test -n "$(WHEELS)" || { echo 'Name the folder: make wheels WHEELS=DIR'; exit 2; }
	@$(PIP) download --only-binary :all: --require-hashes --no-deps -r requirements-dev.lock -d $(WHEELS)
	@$(PIP) download --only-binary :all: --require-hashes --no-deps -r requirements.lock -d $(WHEELS)

# New versions into the two hashed lock files (one for every platform and Python; no index is named).
lock: $(VENV)/.dev
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 pyproject.toml --extra build --extra postgresql -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 pyproject.toml --extra build --extra postgresql --extra dev -c requirements.lock -o requirements-dev.lock

clean:
	@rm -rf $(VENV) build dist gatewatch-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
	  || { echo 'Gatewatch needs Python 3.11 to 3.14: install one and name it, for example: make demo PYTHON=python3.12'; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo 'This Python has no venv or pip: on Debian and Ubuntu run: sudo apt-get install python3-venv'; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.venv requirements.lock pyproject.toml
	@echo 'Installing into $(VENV) …'
	@$(PIP) install $(FROM) --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo 'Installing the development tools …'
	@$(PIP) install $(FROM) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
