# `make check` runs all the laws; the README's two commands are `make run` and `make test`.
PY := .venv/bin/python
BIN := .venv/bin

.PHONY: run test check format lint types floors prove bench bench-quick clean
.venv/bin/image-proxy: pyproject.toml
	python3 -m venv --without-pip .venv && python3 -m pip --python .venv/bin/python install -q -e '.[test]'

run: .venv/bin/image-proxy
	$(BIN)/image-proxy serve

test: .venv/bin/image-proxy
	$(PY) -m pytest

format: .venv/bin/image-proxy
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/bin/image-proxy
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/bin/image-proxy
	$(BIN)/mypy

floors: .venv/bin/image-proxy
	$(BIN)/lint-imports

check: lint types floors test

# The proofs at full size; `.ci/run` runs each at a fraction of it, as a test.
prove: .venv/bin/image-proxy
	PROVE_ASKS=500 PROVE_KILLS=200 PROVE_OBJECTS=100000 PROVE_DAMAGES=10000 PROVE_CHURN=64 \
	PROVE_PURGES=1000 PROVE_STAMPEDE=500,5000 PROVE_DEAD=1000 PROVE_FULL=500 PROVE_MIXED=36000 \
	PROVE_ADDRESSES=100000 PROVE_LARGE=200 PROVE_WORKERS=100 PROVE_LANE=100000 \
	PROVE_HEADS=1000000 PROVE_LEAVING=1000 \
	$(PY) -m pytest -s -m slow --timeout 1800 tests/whole

# What a hit and a miss cost beside others (bench/RESULTS.md), and what a hit does, in two minutes.
# A figure that falls short is said, and does not keep the rest from being measured.
bench/.work/ready: pyproject.toml
	test -x $(PY) || python3 -m venv --without-pip .venv
	python3 -m pip --python $(PY) install -q -e '.[test,bench]'
	mkdir -p bench/.work && touch $@

bench: bench/.work/ready
	$(PY) bench/install.py
	-$(PY) bench/hits.py
	-$(PY) bench/busy.py
	-test ! -f bench/misses.py || $(PY) bench/misses.py
	-$(PY) bench/growth.py
	$(PY) bench/results.py

bench-quick: bench/.work/ready
	-$(PY) bench/hits.py --quick

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
