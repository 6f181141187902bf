# The verbs of this repository; `make help` lists them from their own comments.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
# The system's interpreter is built as the container image's is, profile-guided; what a version manager compiles mostly is
# not, and is a third slower.
USABLE := -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for python in /usr/bin/python3 python3; do $$python $(USABLE) 2>/dev/null && echo $$python && break; done)
PROJECTS := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml tools/*/pyproject.toml deploy/*/pyproject.toml)
RUNTIME := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml tools/*/pyproject.toml)
LOCK := $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --universal --python-version 3.11 --custom-compile-command 'make lock' -q

.PHONY: help setup lock
help: ## List these verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## Create the exact environment of the lock (cached)
$(VENV)/.ready: requirements/runtime.txt requirements/dev.txt $(PROJECTS)
	@test -x $(BIN)/python || $(or $(PYTHON),$(error Python 3.11 or newer, with venv, is needed)) -m venv $(VENV)
	@test -x $(BIN)/uv || { awk '/^uv==/{p=1} p{print} p&&!/\\$$/{exit}' requirements/dev.txt > $(VENV)/uv.txt; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt; }
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync -q --require-hashes requirements/runtime.txt requirements/dev.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation $(foreach d,$(dir $(PROJECTS)),-e $(d))
	@touch $@

lock: setup ## Re-pin everything (UPGRADE=--upgrade for newer versions)
	$(LOCK) $(UPGRADE) $(RUNTIME) -o requirements/runtime.txt
	$(LOCK) $(UPGRADE) requirements/dev.in -c requirements/runtime.txt -o requirements/dev.txt

# ---- the local mesh -------------------------------------------------------------------------------------------------
STACK := $(BIN)/python -m local_stack
.PHONY: up down status logs reset demo rules portal
portal: setup ## Build the portal, once for what it is made of
	@tools/portal build
rules: setup ## Bring the official rule packs into the cache (digests checked)
	@$(BIN)/python -m rules.fetch
up: setup portal ## Start the whole mesh as plain processes under one supervisor
	@$(STACK) up
down: ## Stop the mesh; data stay
	@test ! -x $(BIN)/python || $(STACK) down
status: setup ## A table: health, memory and lag of each process, and where it answers
	@$(STACK) status
logs: setup ## Show logs (NAME=signing for one of them)
	@$(STACK) logs $(NAME)
reset: setup ## Stop the mesh and wipe its data
	@$(STACK) reset
demo: setup portal ## From nothing to an archived, sealed and verified invoice; leaves the mesh running
	@$(BIN)/navette demo

# ---- checks and tests -----------------------------------------------------------------------------------------------
PYTEST := $(BIN)/pytest
PACKAGES := conftest.py libs services tools deploy tests examples
TIMED = @tools/timed
.PHONY: check lint types layout generate golden unit connected e2e screens judge chaos soak bench test
generate: setup ## Regenerate schemas, AsyncAPI, OpenAPI and manifests
	@tools/generate
lint: setup ## Format, ruff, import layers
	@mkdir -p .cache
	$(TIMED) lint bash -c '$(BIN)/ruff format --check -q $(PACKAGES) && $(BIN)/ruff check -q $(PACKAGES) && \
	  { $(BIN)/lint-imports --no-cache > .cache/imports.txt 2>&1 || { cat .cache/imports.txt; exit 1; }; }'
types: setup ## pyright, strict, tests included
	@mkdir -p .cache
	$(TIMED) types bash -c '$(BIN)/pyright -p . > .cache/types.txt || { tail -40 .cache/types.txt; exit 1; }'
layout: setup ## Layout of the code, generated descriptions, the portal's own checks
	@mkdir -p .cache
	$(TIMED) portal tools/portal check
	$(TIMED) architecture $(PYTEST) tests/architecture
check: lint ## All static checks: lint, types, layout, generated descriptions
	@$(MAKE) -s -j 2 types layout
golden: setup ## Rewrite the golden documents (read the diff)
	@GOLDEN_WRITE=1 $(PYTEST) libs/documents/tests/test_golden.py
unit: setup rules ## Offline tests
	$(TIMED) portal-unit tools/portal unit
	$(TIMED) unit $(PYTEST) -n 2 -m "not connected and not e2e and not chaos and not soak and not judge" --ignore=tests/architecture
connected: setup rules ## Tests against a real Kafka, PostgreSQL and object store
	$(TIMED) connected bash -c '$(PYTEST) -n 2 --dist loadfile -m connected --ignore=tests/architecture || \
	  { echo "--- once more, what failed, alone: a busy machine is not a broken promise"; $(PYTEST) -m connected --lf --lfnf=none; }'
e2e: setup rules portal ## The whole mesh through its gateway
	$(TIMED) e2e $(PYTEST) -m e2e tests --ignore=tests/portal
screens: setup rules portal ## The portal in Chromium, on the whole mesh: stories and every screen
	$(TIMED) screens $(PYTEST) -m e2e tests/portal
judge: setup rules ## Independent judges of PDF, signature and rules, with their table; JUDGED=1000 SEED=… at will
	@rm -f .cache/judges.txt
	$(TIMED) judge env JUDGED=$(or $(JUDGED),1000) $(PYTEST) -m judge
	@test ! -f .cache/judges.txt || cat .cache/judges.txt
chaos: setup rules ## Kill and pause everything on an emptied test mesh; INVOICES=500 KILLS=60 SEED=… at will
	$(TIMED) chaos $(PYTEST) -m chaos -s tests/chaos
soak: setup rules ## A long run and the drill of a lost site; MINUTES=10 INVOICES=… KILLS=0 CLIENTS=4 at will
	$(TIMED) soak $(PYTEST) -m soak -s tests/soak
bench: setup rules portal ## Print the figures
	@$(BIN)/python tests/bench
	@$(BIN)/python tests/bench/orders
	@$(BIN)/python tests/bench/invoices
	@PYTHONPATH=tests $(BIN)/python tests/bench/corrections
	@PYTHONPATH=tests $(BIN)/python tests/bench/originals.py
	@PYTHONPATH=tests $(BIN)/python tests/bench/sealing.py
	@DEPOSIT=1 DOCUMENTS=1500 PYTHONPATH=tests $(BIN)/python tests/bench/sealing.py
	@PYTHONPATH=tests:tests/judges $(BIN)/python tests/bench/java_peer.py
	@$(BIN)/python tests/bench/archive
	@PYTHONPATH=tests:tests/bench:tests/bench/invoices $(BIN)/python tests/bench/whole_path
	@PYTHONPATH=tests $(BIN)/python tests/bench/portal
	@-PYTHONPATH=tests $(BIN)/python tests/bench/portal/lighthouse
	@$(BIN)/python tests/bench/identity.py
	@PYTHONPATH=tests $(BIN)/python tests/bench/revocation.py
test: setup ## Checks, unit, connected, end to end, judges, a small chaos; each suite prints its minutes
	@rm -f .cache/minutes.txt; mkdir -p .cache
	@$(MAKE) -s check
	@$(MAKE) -s unit
	@$(MAKE) -s connected
	@$(MAKE) -s e2e
	@$(MAKE) -s judge JUDGED=10
	@$(MAKE) -s chaos INVOICES=12 KILLS=6 PAUSES=2
	@cat .cache/minutes.txt
