# Every entry point. The first run of any target installs what it needs below .tools and .venv.

PYTHON ?= python3
UV := .tools/uv/bin/uv
RUN := .venv/bin
PAYEES := $(RUN)/payees
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1

.PHONY: help demo test soak check format package bench screenshots docs clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: .venv/.site .tools/ministack/.installed ## the whole system on emulated AWS; ARGS="--port 8000 --host 0.0.0.0"
	@exec $(PAYEES) demo $(ARGS)

test: lint .tools/ministack/.installed .tools/dynamodb-local/.installed .tools/checkov/.installed .tools/chromium .tools/deploy/.installed .tools/awslambdaric/.installed ## everything: lint, types, unit, emulated AWS, browser
	$(RUN)/pytest $(ARGS)

soak: .venv/.dev .tools/ministack/.installed .tools/dynamodb-local/.installed ## 10 000 payments over a failing network; ARGS="--payments 50000"
	@$(RUN)/python -m tests.fault.soak $(ARGS)

check: lint ## lint, types, architecture, unit tests: under a minute
	$(RUN)/pytest -q -n 2 -m "not emulator and not browser and not slow" $(ARGS)

.PHONY: lint
lint: .venv/.dev .tools/node/.installed
	$(RUN)/ruff check --quiet
	$(RUN)/ruff format --check --quiet
	$(RUN)/mypy --no-error-summary
	@$(RUN)/lint-imports --no-logo >.tools/imports.log || { cat .tools/imports.log; exit 1; }
	$(RUN)/vulture
	@.tools/node/node .tools/node/node_modules/typescript/bin/tsc -p tools/node
	@.tools/node/node --test tests/js/*.test.mjs >.tools/js-tests.log 2>&1 || { cat .tools/js-tests.log; exit 1; }
	@$(RUN)/deptry . --no-ansi --json-output .tools/deptry.json >.tools/deptry.log 2>&1 || { cat .tools/deptry.log; exit 1; }

format: .venv/.dev ## rewrite the code in the one style
	$(RUN)/ruff check --fix --quiet
	$(RUN)/ruff format --quiet

package: .tools/deploy/.installed ## the Lambda zip, build/STAGE.zip; STAGE=production
	@test -n "$(STAGE)" || { echo "Say which stage: make package STAGE=production" >&2; exit 2; }
	@mkdir -p build
	@PYTHONWARNINGS=ignore .tools/deploy/bin/zappa package $(STAGE) --output build/$(STAGE).zip

bench: .venv/.dev .tools/ministack/.installed .tools/deploy/.installed .tools/awslambdaric/.installed .tools/node/.installed .tools/lighthouse/.installed .tools/chromium ## cold start and requests of the Lambda, against others; Lighthouse on the page
	@PYTHONWARNINGS=ignore $(RUN)/python -m tools.bench_cold_start
	@$(RUN)/python -m tools.bench_page

screenshots: .venv/.dev .tools/ministack/.installed .tools/chromium ## the pictures in the docs
	$(RUN)/python -m tools.screenshots

docs: .venv/.dev ## the pages that are made from code
	$(RUN)/python -m tools.render_api

clean: ## remove everything that make brought, and the demo's data
	rm -rf .tools .venv .demo build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(UV): tools/install-uv
	@echo "Installing uv …" >&2
	@tools/install-uv $(PYTHON)
	@touch $@

.venv/.site: pyproject.toml uv.lock $(UV)
	@echo "Installing the locked packages …" >&2
	@$(UV) sync --quiet --locked --inexact --python $(PYTHON) --no-group dev
	@touch $@

.venv/.dev: pyproject.toml uv.lock $(UV)
	@echo "Installing the locked packages and developers' tools …" >&2
	@$(UV) sync --quiet --locked --python $(PYTHON)
	@touch $@ .venv/.site

.tools/ministack/.installed: tools/ministack.txt $(UV)
	@echo "Installing the AWS emulator …" >&2
	@$(UV) venv --quiet --clear --python $(PYTHON) .tools/ministack
	@$(UV) pip install --quiet --require-hashes --python .tools/ministack/bin/python -r tools/ministack.txt
	@touch $@

.tools/deploy/.installed: pyproject.toml uv.lock $(UV)
	@echo "Installing Zappa and what the Lambda runs …" >&2
	@UV_PROJECT_ENVIRONMENT=.tools/deploy $(UV) sync --quiet --locked --python $(PYTHON) --only-group runtime --only-group deploy
	@touch $@

.tools/checkov/.installed: tools/checkov.txt $(UV)
	@echo "Installing checkov …" >&2
	@$(UV) venv --quiet --clear --python $(PYTHON) .tools/checkov
	@$(UV) pip install --quiet --python .tools/checkov/bin/python -r tools/checkov.txt
	@touch $@

.tools/awslambdaric/.installed: tools/awslambdaric.txt $(UV)
	@echo "Installing the Lambda runtime …" >&2
	@$(UV) venv --quiet --clear --python $(PYTHON) .tools/awslambdaric
	@$(UV) pip install --quiet --require-hashes --python .tools/awslambdaric/bin/python -r tools/awslambdaric.txt
	@touch $@

.tools/dynamodb-local/.installed: tools/install-dynamodb-local
	@echo "Installing DynamoDB Local …" >&2
	@tools/install-dynamodb-local
	@touch $@

.tools/node/.installed: tools/install-node-tools tools/node/package.json tools/node/package-lock.json $(UV)
	@echo "Installing what checks the pages' scripts …" >&2
	@tools/install-node-tools $(UV) $(PYTHON)
	@touch $@

.tools/lighthouse/.installed: tools/install-lighthouse .tools/node/.installed
	@echo "Installing Lighthouse …" >&2
	@tools/install-lighthouse
	@touch $@

.tools/chromium: tools/install-browser .venv/.dev
	@tools/install-browser $(RUN)/playwright
