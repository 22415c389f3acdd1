# recipes-data. `make help` lists what can be made. Everything sets itself up in .venv.

.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first of these that is Python 3.11 or newer; say `make PYTHON=/path/to/python` to choose.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/.ready

NAME ?=
HUB ?=
ARGS ?=
hub = $(if $(HUB),--hub "$(HUB)")

.PHONY: help demo data lock verify test coverage test-browser test-long test-matrix lint bench gaps catalogue clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  NAME="gsm8k rl_basic"  datasets, recipes or addresses (default: the default group)\n'
	@printf '  HUB=URL|FOLDER         another Hub, or a folder of repositories, served for the run\n'
	@printf '  ARGS="--dry-run"       further options of the command (recipes-data COMMAND --help)\n'

demo: $(READY) ## the whole path on made-up samples, no network: seconds, once installed
	@$(RUN)/recipes-data demo $(ARGS)

data: $(READY) ## fetch and verify NAME from the Hub (or HUB=)
	@$(RUN)/recipes-data fetch $(NAME) $(hub) $(ARGS)

lock: $(READY) ## resolve NAME to commits and files
	@$(RUN)/recipes-data lock $(NAME) $(hub) $(ARGS)

verify: $(READY) ## read every stored byte of NAME again
	@$(RUN)/recipes-data verify $(NAME) $(ARGS)

test: $(READY) ## every test; no network
	$(RUN)/python -m pytest -n auto --dist worksteal $(ARGS)

coverage: $(READY) ## the same with branch coverage, of all processes: half as long again, and it must not fall
	@rm -f .coverage .coverage.*
	$(RUN)/coverage run -m pytest -n auto --dist worksteal $(ARGS)
	@$(RUN)/coverage combine --quiet
	@# the gap report reads three languages: its rarest branches are still untested
	@$(RUN)/coverage report --fail-under=95 --omit='recipes_data/gaps/*'
	@$(RUN)/coverage report --fail-under=88 --include='recipes_data/gaps/*'

test-browser: $(READY) ## the gap report's page in a real headless Chromium (installs Debian's)
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }
	$(RUN)/python -m pytest tests/browser $(ARGS)

test-long: $(READY) ## the fault tests at full length, more kills and a larger crowd; every benchmark at a tiny scale
	RECIPES_DATA_LONG=1 $(RUN)/python -m pytest tests/faults tests/integration/test_benchmarks.py $(ARGS)

test-matrix: $(READY) ## the tests on the lowest, the middle and the newest dependencies
	PYTHON=$(PYTHON) tests/matrix.sh

lint: $(READY) ## ruff and mypy --strict
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

gaps: $(READY) ## the gap report of the shipped recipes into docs/gaps
	$(RUN)/recipes-data gaps --recipes manifests --manifests manifests --client python:huggingface_hub \
		--client python:recipes_data --probe --no-commits --out docs/gaps $(ARGS)

catalogue: $(READY) ## docs/catalogue.md, from manifests/
	$(RUN)/python -m recipes_data.cli.listing_page docs/catalogue.md

bench: $(READY) ## measure against peers, whole processes in turn: SCALE=small|full CASES="gsm_all ..."
	$(RUN)/python benchmarks/harness.py --scale $(or $(SCALE),small) $(if $(CASES),--only $(CASES)) $(ARGS)

clean: ## remove what was built here; never the store
	rm -rf .venv .venvs dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "recipes-data needs Python 3.11 or newer; none was found (make PYTHON=/path/to/python)" >&2; exit 2; }
	@echo "setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pip
	@PIP_CONSTRAINT=constraints.txt $(RUN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
