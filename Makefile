# Beijiang Cloud. `make help` lists what can be done; everything works on a fresh machine with Python >= 3.11, make and git.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PY = $(realpath .venv)/bin/python
PYTEST = $(PY) -m pytest
# Where the product keeps its data; var/ in this tree unless given: make run DATA_DIR=/srv/beijiang
DATA_DIR ?=

.PHONY: help setup run test test-slow check bench campaign fmt docs region screenshots clean

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup:  ## Set up everything below .venv and node_modules (only what changed)
	@python3 tools/setup.py

run: setup  ## Start the product with the demonstration region and print its address and accounts
	@./beijiang up --demo $(if $(DATA_DIR),--data-dir $(DATA_DIR))

test: setup  ## Run the tests (user domain, then data domain; in CI the slow ones too)
	@python3 tools/setup.py --chromium
	@BEIJIANG_DOMAIN=user $(PYTEST) -n 2 --dist loadgroup -m "not slow" tests
	@BEIJIANG_DOMAIN=data $(PYTEST) -n 2 -m "not slow" tests
	@if [ -n "$${CI:-}" ]; then $(MAKE) --no-print-directory test-slow; fi

test-slow: setup  ## Run the slow tests
	@BEIJIANG_DOMAIN=user $(PYTEST) -m slow tests
	@BEIJIANG_DOMAIN=data $(PYTEST) -n 2 -m slow tests

check: setup  ## Lint, types, import contracts, migrations, generated docs, dependencies
	@.venv/bin/ruff check src tests tools bench
	@.venv/bin/ruff format --check src tests tools bench
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) tools/offline.py migrations
	@$(PY) tools/offline.py docs --check
	@$(PY) tools/audit_dependencies.py

docs: setup  ## Write docs/reference from the code
	@$(PY) tools/offline.py docs

bench: setup  ## Run the benchmarks and write BENCHMARKS.md
	@$(PY) bench/run.py

campaign: setup  ## Run one long seeded campaign: make campaign NAME=...
	@$(PY) bench/campaigns/$(NAME).py

fmt: setup  ## Format and mend what ruff can
	@.venv/bin/ruff check --fix src tests tools bench || true
	@.venv/bin/ruff format src tests tools bench

screenshots: setup  ## Take the pictures of README and guides anew
	@python3 tools/setup.py --chromium
	@BEIJIANG_DOMAIN=user BEIJIANG_SCREENSHOTS=docs/images $(PYTEST) tests/browser

region: setup  ## Rebuild the packaged tables of the region from their sources
	@.venv/bin/uv sync -q --group region
	@$(PY) tools/build_region.py

clean:  ## Remove what setup and tests made (never a data directory)
	@rm -rf .venv node_modules build dist src/beijiang/ui/static/ui/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
