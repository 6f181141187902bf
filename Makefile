# The verbs of this repository; `make help` lists them from their own comments.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PROJECTS := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml tools/*/pyproject.toml deploy/*/pyproject.toml)
RUNTIME := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml tools/*/pyproject.toml)
LOCK := $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --universal --python-version 3.11 --custom-compile-command 'make lock' -q

.PHONY: help setup lock
help: ## List these verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## Create the exact environment of the lock (cached)
$(VENV)/.ready: requirements/runtime.txt requirements/dev.txt $(PROJECTS)
	@test -x $(BIN)/python || python3 -m venv $(VENV)
	@test -x $(BIN)/uv || { awk '/^uv==/{p=1} p{print} p&&!/\\$$/{exit}' requirements/dev.txt > $(VENV)/uv.txt; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt; }
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync -q --require-hashes requirements/runtime.txt requirements/dev.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation $(foreach d,$(dir $(PROJECTS)),-e $(d))
	@touch $@

lock: setup ## Re-pin everything (UPGRADE=--upgrade for newer versions)
	$(LOCK) $(UPGRADE) $(RUNTIME) -o requirements/runtime.txt
	$(LOCK) $(UPGRADE) requirements/dev.in -c requirements/runtime.txt -o requirements/dev.txt
