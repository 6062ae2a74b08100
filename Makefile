.DEFAULT_GOAL := help
PY := .venv/bin/python
export DO_NOT_TRACK := 1

help: ## list what make can do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

# The lock holds every dependency with its hashes; the project itself goes in without them. It is its own constraint too:
# older pips would else take a newer release than the pinned one for a package that is asked for with an extra.
.venv/ready: requirements.lock pyproject.toml
	python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements.lock --constraint requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: .venv/ready ## make .venv with the breachwire command in it

demo: .venv/ready ## three nights of a fictional newsroom on loopback, and what they found
	.venv/bin/breachwire demo

test: .venv/ready ## all tests, real servers and whole nights included
	$(PY) -m pytest --numprocesses auto --dist worksteal
	@mkdir -p build && touch build/passed

check: lint build/passed ## what must hold before each commit: format, lint, types, floors, fast tests

lint: .venv/ready ## format, lint, types, floors
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

# The fast tests, unless all or they have passed on these very files.
build/passed: .venv/ready $(wildcard $(shell git ls-files 2>/dev/null))
	$(PY) -m pytest --numprocesses auto --dist worksteal --quiet -m "not slow"
	@mkdir -p build && touch $@

accept: .venv/ready ## the first nights against ../shared/newsroom, scored
	$(PY) -m benchmarks.newsroom

bench: .venv/ready ## truth and speed, measured
	$(PY) -m benchmarks

docs: .venv/ready ## write the generated pages: data dictionary, settings schemas
	$(PY) -m breachwire.docs

.PHONY: help setup demo test check lint accept bench docs
