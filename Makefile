# The commands of the project, for people and for continuous integration. Each target first installs
# into .venv what is missing there. `make test`, `make slow` and `make speed` are all checks together.

PYTHON ?= python3
TORCH ?= default
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
QUALITY := $(BIN)/python -m asrun_quality

# TORCH chooses torch and torchvision; every other package has the version that requirements.txt
# locks. default: the locked versions, from PyPI. cpu: the same versions, from PyTorch's own index of
# CPU builds. oldest: the lower bounds in pyproject.toml, newest and nightly: the latest versions,
# all three from that index.
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

# Two workers, for the two cores that a small machine has. The tests of a module stay on one of them,
# with the fixtures that they share; modules are taken in the order of `testpaths`, the longest first.
PYTEST = $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# SHARD=2/3 runs the second of three parts of the snippets.
PART = $(word 1,$(subst /, ,$(SHARD)))
PARTS = $(word 2,$(subst /, ,$(SHARD)))
RECORD = build/shards/durations-$(PART)-of-$(PARTS).json
SPLIT = --splits $(PARTS) --group $(PART) --durations-path $(RECORD) --store-durations \
  --clean-durations --junitxml build/shards/junit-$(PART)-of-$(PARTS).xml

# A stamp file for each kind of installation. When the requirements are newer than the stamp, make
# installs again.
REQUIRED := pyproject.toml requirements.txt
ALL := $(VENV)/installed-$(TORCH)
SITE_ALONE := $(VENV)/installed-site

.PHONY: serve site test snippets merge lint browser shots new check fix update verify outcomes hooks \
  slow speed preview mutants bench changes failures stale synced reproducible audit lock clean
.DEFAULT_GOAL := serve

serve: $(ALL) ## both languages, with live reload, at http://127.0.0.1:8000
	@$(BIN)/asrun serve $(if $(PORT),--port $(PORT))

site: $(ALL) ## strict build of both languages into site/
	@$(BIN)/asrun site

test: $(ALL) ## whatever a change of a page, a program or the engine can break
	@start=$$(date +%s); status=0; \
	$(BIN)/asrun site || status=1; \
	$(PYTEST) --junitxml build/junit-test.xml || status=1; \
	echo "make test took $$(($$(date +%s) - start)) s."; exit $$status

snippets: $(ALL) ## the snippets alone; SHARD=1/3: a third of them, with its record in build/shards
	@$(if $(SHARD),mkdir -p build/shards && { cp .test_durations $(RECORD) 2>/dev/null || true; })
	@$(BIN)/python -m pytest snippets $(if $(SHARD),$(SPLIT))

merge: $(SITE_ALONE) ## join the records in build/shards: build/junit.xml, build/durations.json
	@$(QUALITY) merge build/shards build

lint: $(ALL) ## the code's own standards: lint, types, workflows, the lock
	@$(BIN)/python -m pytest $(addprefix tests/repository/,test_code.py test_workflows.py test_make.py test_lock.py)

browser: build/node/installed ## install what the browser tests need from npm; Chromium is the system's

shots: site ## pictures of each kind of page, in build/shots: light, dark, and on a phone
	@PYTHONPATH=tests $(BIN)/python -m support.screenshots

new: $(ALL) ## begin a page: page=tensors/gather; its titles, optional: zh=聚集 en=Gathering
	@$(BIN)/asrun new "$(page)" $(if $(zh),--zh "$(zh)") $(if $(en),--en "$(en)")

check: $(ALL) ## say in seconds what is wrong; with one page: only=tensors/gather
	@$(BIN)/asrun check $(only)

fix: $(ALL) ## mend what tools can mend: code style, Markdown, spelling, typography
	@$(BIN)/asrun lint --fix

update: $(ALL) ## run what changed; write .out files and verified.json; only=tensors/gather
	@$(BIN)/asrun update $(only)

# OUTCOMES=build/outcomes/* writes what came of runs on other machines into verified.json instead.
verify: $(ALL) ## run every snippet with another interpreter: UNDER=../other/bin/python
	@$(BIN)/asrun verify $(if $(OUTCOMES),--merge $(OUTCOMES),$(if $(UNDER),--python $(UNDER)))

outcomes: $(ALL) ## run every snippet here, for `make verify OUTCOMES=…` on another machine
	@$(BIN)/asrun verify --outcomes build/outcomes/$(TORCH).jsonl

hooks: $(ALL) ## run the quick checks before each commit
	@$(BIN)/pre-commit install

slow: $(ALL) ## run every snippet as `python FILE`, and with the oldest CPU's instructions
	@$(BIN)/asrun check --plain --junit build/junit-plain.xml
	@$(BIN)/asrun check --old-cpu --junit build/junit-old-cpu.xml

speed: site ## the bounds on speed, on a machine that does nothing else: Lighthouse, bench
	@$(BIN)/python -m pytest tests/speed --junitxml build/junit-speed.xml

preview: $(SITE_ALONE) ## serve the site without torch: outputs as recorded, no new figures
	@$(BIN)/asrun serve --no-run $(if $(PORT),--port $(PORT))

mutants: $(ALL) ## damage copies of programs, outputs and pages: checks must notice; SEED=0 COUNT=100
	@$(QUALITY) mutants --seed $(or $(SEED),0) --count $(or $(COUNT),100)

bench: $(ALL) ## measure speed and memory, here and with 100, 1,000 and 10,000 snippets
	@$(QUALITY) bench
	@$(QUALITY) scale

changes: $(SITE_ALONE) ## list the outputs that differ from those of a commit, BASE, as Markdown
	@$(QUALITY) changes $(if $(BASE),$(BASE),HEAD)

failures: $(SITE_ALONE) ## list what failed in the last checks: build/report-$(TORCH).md
	@$(QUALITY) failures "$(TORCH) torch" $(wildcard build/junit-*.xml) > build/report.part
	@mv build/report.part build/report-$(TORCH).md

reproducible: $(ALL) ## build the commit twice, in other folders and days, and compare the bytes
	@$(QUALITY) reproducible

audit: $(SITE_ALONE) ## list known vulnerabilities in build/report-audit.md; needs the network
	@$(PIP) --constraint requirements.txt pip-audit zizmor
	@.ci/audit $(BIN)

stale: $(SITE_ALONE) ## list the sections that changed in one language and not in the other
	@$(BIN)/asrun stale

# With typo=en, it declares that only spelling changed in that language.
synced: $(SITE_ALONE) ## declare that page=tensors/joining#cat says the same in both languages
	@$(BIN)/asrun $(if $(typo),typo 'docs/$(typo)/$(page)',synced $(if $(page),'$(page)'))

lock: ## rewrite requirements.txt from pyproject.toml, in a fresh environment
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet '.[run,test]'
	build/lock/bin/python -m pip freeze --all --exclude asrun --exclude pip > build/lock.txt
	{ sed -n '/^#/p' requirements.txt; cat build/lock.txt; } > build/requirements.txt
	mv build/requirements.txt requirements.txt

clean: ## delete all that can be made again
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

# None of these packages brings a browser. Lighthouse 13 needs a newer Node than Debian has.
build/node/installed: Makefile
	@mkdir -p $(@D) && npm install --silent --no-fund --no-audit --prefix $(@D) \
	  axe-core@4 lighthouse@12 @mozilla/readability@0.6
	@touch $@

$(SITE_ALONE): $(REQUIRED) | $(BIN)/python
	@echo "Installing MkDocs into $(VENV) ..."
	@$(PIP) --constraint requirements.txt --editable .
	@touch $@
