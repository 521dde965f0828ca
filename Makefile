# make demo   type-checks the example model, trains it on real data, shows the result
# make test   sets up and runs the tests
# make docs   builds the documentation: open site/index.html
# make gpu    on a machine with a GPU: all tests, there too, and the benchmarks, into docs/gpu.md
#             (make gpu-here PYTHON=python3: the same with what that Python has, and nothing installed)
# make fuzz   runs random programs, and compares their shapes with what mypy says

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
TORCH ?= torch==2.13.0
OLDEST_VENV := .venv-oldest
OLDEST_MYPY := mypy==2.2.0

.PHONY: demo test check check-oldest-mypy docs parity fuzz bench gpu gpu-here clean

demo: $(VENV)/demo
	$(BIN)/mypy examples/digits.py
	$(BIN)/python examples/digits.py

test: $(VENV)/test
	$(BIN)/python -m pytest -n auto --ignore=tests/parity

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	MYPYPATH=stubs $(BIN)/python -m mypy.stubtest cupy cupy_backends --ignore-missing-stub --mypy-config-file stubs/mypy.ini

check-oldest-mypy: $(OLDEST_VENV)/test
	$(OLDEST_VENV)/bin/python -m pytest -n auto tests/typing -m "not any_mypy"

docs: $(VENV)/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

parity: $(VENV)/parity
	$(BIN)/python -m pytest -n auto tests/parity --count

fuzz: $(VENV)/test
	$(BIN)/python -m tests.fuzz --programs 2500 --damage 250

bench: $(VENV)/parity
	$(BIN)/python -m benchmarks $(if $(CASES),"$(CASES)",--output docs)

gpu: $(VENV)/gpu
	$(MAKE) gpu-here PYTHON=$(BIN)/python

# With what PYTHON has: nothing is installed. Without a device the first line says what is missing; of the others all are
# run, whichever fails. Several processes share the device, for most of the time of a first run goes into compilers.
gpu-here:
	$(PYTHON) -m benchmarks.gpu --check
	failed=0; \
	$(PYTHON) -m pytest -m gpu -n 8 --durations=10 --continue-on-collection-errors tests || failed=1; \
	$(PYTHON) -m benchmarks.gpu --output docs/gpu.md || failed=1; \
	$(PYTHON) -m pytest -m "not gpu" -n auto --ignore=tests/parity || failed=1; \
	exit $$failed

clean:
	rm -rf $(VENV) $(OLDEST_VENV) site .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# One virtual environment; each kind of work adds what it needs, once. The oldest mypy has one of its own.

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo $(VENV)/test $(VENV)/dev $(VENV)/docs: $(VENV)/%: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS_$*)]'
	touch $@

$(VENV)/gpu: $(VENV)/parity
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[cuda]'
	touch $@

$(VENV)/parity: $(VENV)/test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check '$(TORCH)'
	touch $@

$(OLDEST_VENV)/test: pyproject.toml Makefile
	$(PYTHON) -m venv $(OLDEST_VENV)
	$(OLDEST_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]' '$(OLDEST_MYPY)'
	touch $@

EXTRAS_demo := mypy,train
EXTRAS_test := test
EXTRAS_dev := dev
EXTRAS_docs := docs
