# The desk's commands: `make` alone lists them.
PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help install run serve test soak lint format contract lock vendor clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

install: ## make .venv with what requirements.lock names
	@scripts/bootstrap.sh

run: install ## the demo: a desk full of real orders (HOST, PORT, DATABASE_URL)
	@exec $(PYTHON) -m scripts.run --demo

serve: install ## a desk of your own, empty (HOST, PORT, DATABASE_URL)
	@exec $(PYTHON) -m scripts.run

test: install ## everything that must hold, on SQLite and PostgreSQL and in a browser
	@exec $(PYTHON) -m scripts.test

soak: install ## the API under many more invented calls than `make test` makes
	@exec $(PYTHON) -m scripts.test --soak

lint: install ## only the quick checks: style, types, templates, vendored files, migrations
	@exec $(PYTHON) -m scripts.test --lint

format: install ## put imports and layout in order
	@$(PYTHON) -m ruff check --fix-only --quiet . && $(PYTHON) -m ruff format .

contract: install ## the OpenAPI document -> docs/contracts/openapi.yaml
	@exec $(PYTHON) manage.py contract

lock: install ## requirements.txt -> requirements.lock
	@exec $(PYTHON) -m scripts.lock

vendor: install ## fetch static/vendor anew, as vendor.json says (needs npm)
	@exec $(PYTHON) -m scripts.vendor

clean: ## remove what these commands made, except .env and the database
	rm -rf .venv .tools staticfiles .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
