# The whole interface for people. Each target installs what is missing into .venv, then works.

PYTHON ?= python3
TORCH ?= default
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# TORCH=cpu takes torch and torchvision from PyTorch's own index of CPU builds.
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu
TORCH_PINS = $(shell grep -E '^(torch|torchvision)==' requirements.txt)
TORCH_FIRST = $(if $(filter cpu,$(TORCH)),$(PIP) --index-url $(TORCH_CPU_INDEX) $(TORCH_PINS))

# One stamp a kind of installation; a change of what is required makes them old.
REQUIRED := pyproject.toml requirements.txt
ALL := $(VENV)/installed-$(TORCH)
SITE_ALONE := $(VENV)/installed-site

.PHONY: serve site test browser update preview bench check stale synced lock clean
.DEFAULT_GOAL := serve

serve: $(ALL) ## both languages, with live reload, at http://127.0.0.1:8000
	@$(BIN)/asrun serve $(if $(PORT),--port $(PORT))

site: $(ALL) ## strict build of both languages into site/
	@$(BIN)/asrun site

test: $(ALL) ## every check
	@$(BIN)/python -m pytest
	@$(BIN)/asrun census

browser: build/node/installed ## what the browser tests need besides Chromium, which is the system's

update: $(ALL) ## run what changed and write its .out files
	@$(BIN)/asrun update

check: $(ALL) ## the snippets as `python FILE`, and on the oldest CPU's code
	@$(BIN)/asrun check --plain
	@$(BIN)/asrun check --old-cpu

preview: $(SITE_ALONE) ## the site without torch: outputs as recorded, no new figures
	@$(BIN)/asrun serve --no-run $(if $(PORT),--port $(PORT))

bench: $(ALL) ## speed and memory, measured here
	@$(BIN)/asrun bench

stale: $(SITE_ALONE) ## the sections that changed in one language and not in the other
	@$(BIN)/asrun stale

synced: $(SITE_ALONE) ## page=tensors/joining#cat says the same in both; typo=en: only spelling changed
	@$(BIN)/asrun $(if $(typo),typo 'docs/$(typo)/$(page)',synced $(if $(page),'$(page)'))

lock: ## rewrite requirements.txt from pyproject.toml, in a fresh environment
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet '.[run,test]'
	build/lock/bin/python -m pip freeze --all --exclude asrun --exclude pip > build/lock.txt
	{ sed -n '/^#/p' requirements.txt; cat build/lock.txt; } > build/requirements.txt
	mv build/requirements.txt requirements.txt

clean: ## all that can be made again
	rm -rf $(VENV) .cache build site

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(ALL): $(REQUIRED) | $(BIN)/python
	@echo "Installing into $(VENV) (torch: $(TORCH)) ..."
	@$(TORCH_FIRST)
	@$(PIP) --constraint requirements.txt --editable '.[run,test]'
	@touch $(SITE_ALONE) $@

build/node/installed: Makefile
	@mkdir -p $(@D) && npm install --silent --no-fund --no-audit --prefix $(@D) axe-core@4
	@touch $@

$(SITE_ALONE): $(REQUIRED) | $(BIN)/python
	@echo "Installing MkDocs into $(VENV) ..."
	@$(PIP) --constraint requirements.txt --editable .
	@touch $@
