# `make run` and `make test` set up whatever they need first: see scripts/setup.py.

# The venv's Python starts faster than a version manager's stand-in, and the set-up works with either.
SETUP = if [ -x .venv/bin/python ]; then python=.venv/bin/python; else python=python3; fi; \
	command -v $$python >/dev/null || { echo "Please install Python 3.11 or later (Debian: apt-get install python3 python3-venv)."; exit 1; }; \
	$$python -Es scripts/setup.py

# Options for the server (run), pytest (test) or the load test (load); checks to pick (test); size of the load.
ARGS ?=
ONLY ?=
PEOPLE ?= 100
FOR ?= 60
URL ?= http://127.0.0.1:8000
CASE ?=
SEEDS ?= 10000
SEED ?=
FAULTS ?= 200
SHORT ?=

.DEFAULT_GOAL := help
.PHONY: help run test simulation faults fuzz-api load bench capacity format pins clean

help:
	@echo "make run      set up what is needed and start cups with demo data (ARGS='--port 8001')"
	@echo "make test     set up what is needed and run all checks and tests (ONLY=ruff,pytest ARGS='-k rooms')"
	@echo "make simulation  run 10,000 courses of events around the queue, under two minutes on two cores (SEEDS=10000, SEED=n for one)"
	@echo "make faults   break the parts of a site of several processes, and what is between them, under load (SHORT=1 or FAULTS=200, SEED=n, ONLY=killed)"
	@echo "make fuzz-api  call the REST API with generated input for longer than the tests do (FUZZ_EXAMPLES=100 FUZZ_SEED=n)"
	@echo "make load     let 100 people use a running server for a minute (PEOPLE=100 FOR=60 URL=$(URL))"
	@echo "make bench    compare the server with its peers, on server CPU (CASE=room BENCH_RUNS=7), into docs/benchmarks.md"
	@echo "make capacity  work out what a site of a given size needs, into docs/capacity.md"
	@echo "make format   put Python and Rust into their usual form"
	@echo "make pins     pin the newest Python packages that fit (requirements/*.txt)"
	@echo "make clean    remove all that was built or installed; data in var/ stays"

run:
	@$(SETUP) run && exec .venv/bin/cups serve --demo $(ARGS)

test: export ONLY := $(ONLY)
test: export ARGS := $(ARGS)
test:
	@$(SETUP) test && exec .venv/bin/python scripts/checks.py

simulation:
	@$(SETUP) test && PYTHONPATH=tests exec .venv/bin/python -m harness.queueworld $(if $(SEED),--seed $(SEED),--seeds $(SEEDS))

faults:
	@$(SETUP) test && PYTHONPATH=tests exec .venv/bin/python -m harness.sitefaults --faults $(if $(SHORT),14,$(FAULTS)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

fuzz-api: export FUZZ_EXAMPLES ?= 100
fuzz-api: export FUZZ_SEED ?= $(shell date +%s)
fuzz-api:
	@$(SETUP) test && exec .venv/bin/python -m pytest tests/fuzz -n 0 -s -q

load:
	@$(SETUP) test && exec .venv/bin/python -m loadtests.run --url $(URL) --people $(PEOPLE) --seconds $(FOR) $(ARGS)

bench:
	@$(SETUP) test && PYTHONPATH=loadtests exec .venv/bin/python -m bench $(CASE)

capacity:
	@[ -x .venv/bin/python ] || { $(SETUP) test; }
	@PYTHONPATH=loadtests exec .venv/bin/python -m capacity

format:
	@[ -x .venv/bin/ruff ] || { $(SETUP) test; }
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format . && cargo fmt --all

pins:
	@[ -x .venv/bin/uv ] || { $(SETUP) run; }
	@for source in pyproject.toml requirements/traces.in requirements/test.in requirements/bench.in requirements/build.in requirements/node.in; do \
		name=$$(basename $$source .in); [ $$name = pyproject.toml ] && name=run; \
		.venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--no-header --no-emit-index-url --no-emit-find-links $$source --output-file requirements/$$name.txt || exit 1; \
	done

clean:
	rm -rf .venv target var/setup web/node_modules web/dist web/test-results python/cups/_web python/cups/_core*.so
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find python tests scripts loadtests -name __pycache__ -type d -prune -exec rm -rf {} +
