# What people and CI run. Every target sets up what it needs in .venv, which is all it touches.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST_FLAGS ?=
# Most tests of the service wait for a process to start, or for a folder to be quiet.
TEST_PROCESSES ?= 4

.DEFAULT_GOAL := help
.PHONY: help run test hosts check lint types contracts bench soak texts screenshots clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "photosearch needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,demo]'
	@touch $@

run: $(READY) ## search real sample photos: the main job, start to end
	$(BIN)/photosearch demo

test: $(READY) ## run the tests
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) $(PYTEST_FLAGS)

hosts: $(READY) ## install darktable, digiKam and others from Debian, and test the menus in them
	tests/hosts/run.sh $(PYTEST_FLAGS)

check: lint types contracts test ## what CI runs: format, lint, types, import contracts, tests

lint: $(READY) ## check format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY) ## check types, strictly
	$(BIN)/mypy

contracts: $(READY) ## check who may import whom
	$(BIN)/lint-imports

bench: $(READY) ## measure speed and recall; writes bench-results/
	$(BIN)/python benchmarks/run.py

soak: $(READY) ## change and search photos at random for ten minutes: nothing may break or leak
	$(BIN)/python benchmarks/soak.py

texts: $(READY) ## take new texts of the app into its translations, and compile them
	$(BIN)/python resources/translations/update.py

screenshots: $(READY) ## make the pictures in docs/screenshots anew
	$(BIN)/python docs/screenshots/make.py

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
