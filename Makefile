# The whole interface for people. Each target installs what is missing into .venv, then works.

PYTHON ?= python3
TORCH ?= default
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# TORCH=cpu: the lock's torch and torchvision, from PyTorch's own index of CPU builds. oldest: the
# lower bounds in pyproject.toml; newest and nightly: what that index has. All else is the lock's.
TORCH_INDEX := https://download.pytorch.org/whl
TORCH_cpu = --index-url $(TORCH_INDEX)/cpu $(shell grep -E '^(torch|torchvision)==' requirements.txt)
TORCH_oldest = --index-url $(TORCH_INDEX)/cpu \
  $(shell sed -nE 's/^ *"(torch|torchvision)>=([0-9.]+).*/\1==\2/p' pyproject.toml)
TORCH_newest = --index-url $(TORCH_INDEX)/cpu --upgrade torch torchvision
TORCH_nightly = --index-url $(TORCH_INDEX)/nightly/cpu --pre --upgrade torch torchvision
ifeq ($(filter $(TORCH),default cpu oldest newest nightly),)
$(error TORCH=$(TORCH) is none of default, cpu, oldest, newest, nightly)
endif
TORCH_FIRST = $(if $(TORCH_$(TORCH)),$(PIP) $(TORCH_$(TORCH)))
LOCK = $(if $(filter default cpu,$(TORCH)),requirements.txt,$(VENV)/lock-without-torch.txt)

# SHARD=2/3: the second of three parts.
PART = $(word 1,$(subst /, ,$(SHARD)))
PARTS = $(word 2,$(subst /, ,$(SHARD)))
RECORD = build/shards/durations-$(PART)-of-$(PARTS).json
SPLIT = --splits $(PARTS) --group $(PART) --durations-path $(RECORD) --store-durations \
  --clean-durations --junitxml build/shards/junit-$(PART)-of-$(PARTS).xml

# One stamp a kind of installation; a change of what is required makes them old.
REQUIRED := pyproject.toml requirements.txt
ALL := $(VENV)/installed-$(TORCH)
SITE_ALONE := $(VENV)/installed-site

.PHONY: serve site test snippets merge lint browser shots new check fix update verify outcomes hooks \
  slow preview mutants bench changes failures stale synced reproducible audit lock clean
.DEFAULT_GOAL := serve

serve: $(ALL) ## both languages, with live reload, at http://127.0.0.1:8000
	@$(BIN)/asrun serve $(if $(PORT),--port $(PORT))

site: $(ALL) ## strict build of both languages into site/
	@$(BIN)/asrun site

test: $(ALL) ## every check
	@$(BIN)/python -m pytest --junitxml build/junit-test.xml
	@$(BIN)/asrun census

snippets: $(ALL) ## the snippets alone; SHARD=1/3: a third of them, with its record in build/shards
	@$(if $(SHARD),mkdir -p build/shards && { cp .test_durations $(RECORD) 2>/dev/null || true; })
	@$(BIN)/python -m pytest snippets $(if $(SHARD),$(SPLIT))

merge: $(SITE_ALONE) ## one record of all shards in build/shards: build/junit.xml, durations.json
	@$(BIN)/asrun merge build/shards build

lint: $(ALL) ## the code's own standards: lint, types, workflows, the lock
	@$(BIN)/python -m pytest tests/site/test_code.py tests/site/test_workflows.py tests/site/test_make.py

browser: build/node/installed ## what the browser tests need besides Chromium, which is the system's

shots: site ## pictures of each kind of page, in build/shots: light, dark, and on a phone
	@$(BIN)/python tests/site/shots.py

new: $(ALL) ## begin a page: page=tensors/gather, and its titles, if you like: zh=聚集 en=Gathering
	@$(BIN)/asrun new "$(page)" $(if $(zh),--zh "$(zh)") $(if $(en),--en "$(en)")

check: $(ALL) ## what is wrong, in seconds; of one page: only=tensors/gather
	@$(BIN)/asrun check $(only)

fix: $(ALL) ## mend what tools can mend: code style, Markdown, spelling, typography
	@$(BIN)/asrun lint --fix

update: $(ALL) ## run what changed, write its .out files and where they were proven; only=tensors/gather
	@$(BIN)/asrun update $(only)

verify: $(ALL) ## every snippet in another environment: UNDER=../other/bin/python, or OUTCOMES=build/outcomes/*
	@$(BIN)/asrun verify $(if $(OUTCOMES),--merge $(OUTCOMES),$(if $(UNDER),--python $(UNDER)))

outcomes: $(ALL) ## what every snippet does here, for `make verify OUTCOMES=…` elsewhere
	@$(BIN)/asrun verify --outcomes build/outcomes/$(TORCH).jsonl

hooks: $(ALL) ## the same checks before each commit
	@$(BIN)/pre-commit install

slow: $(ALL) ## the snippets as `python FILE`, and on the oldest CPU's code
	@$(BIN)/asrun check --plain --junit build/junit-plain.xml
	@$(BIN)/asrun check --old-cpu --junit build/junit-old-cpu.xml

preview: $(SITE_ALONE) ## the site without torch: outputs as recorded, no new figures
	@$(BIN)/asrun serve --no-run $(if $(PORT),--port $(PORT))

mutants: $(ALL) ## small wrongs put into the files: every one must be told; SEED=0 COUNT=100
	@$(BIN)/asrun mutants --seed $(or $(SEED),0) --count $(or $(COUNT),100)

bench: $(ALL) ## speed and memory, measured here; and with 100, 1,000 and 10,000 snippets
	@$(BIN)/asrun bench
	@$(BIN)/asrun scale

changes: $(SITE_ALONE) ## the outputs that differ from BASE's, a commit, as Markdown
	@$(BIN)/asrun changes $(if $(BASE),$(BASE),HEAD)

failures: $(SITE_ALONE) ## what failed in the checks that ran last: build/told-$(TORCH).md
	@$(BIN)/asrun failures "$(TORCH) torch" $(wildcard build/junit-*.xml) > build/told.part
	@mv build/told.part build/told-$(TORCH).md

reproducible: $(ALL) ## build the commit twice, in other folders and days, and compare the bytes
	@$(BIN)/asrun reproducible

audit: $(SITE_ALONE) ## known holes in the lock and the workflows: build/told-audit.md; needs the network
	@$(PIP) --constraint requirements.txt pip-audit zizmor
	@.ci/audit $(BIN)

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
	@grep -vE '^(torch|torchvision|triton|nvidia-.*|cuda-.*)==' requirements.txt \
	  > $(VENV)/lock-without-torch.txt
	@$(PIP) --constraint $(LOCK) --editable '.[run,test]'
	@rm -f $(VENV)/installed-* && touch $(SITE_ALONE) $@

# Lighthouse 13 needs a newer Node than Debian's. None of these brings a browser.
build/node/installed: Makefile
	@mkdir -p $(@D) && npm install --silent --no-fund --no-audit --prefix $(@D) \
	  axe-core@4 lighthouse@12 @mozilla/readability@0.6
	@touch $@

$(SITE_ALONE): $(REQUIRED) | $(BIN)/python
	@echo "Installing MkDocs into $(VENV) ..."
	@$(PIP) --constraint requirements.txt --editable .
	@touch $@
