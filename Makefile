# Two commands are enough: `make run` and `make test`. The rest serves those who work on it.
PYTHON ?= python3
BIN := .venv/bin
STORE ?= var
WORKERS ?= 2
# A worker that has nothing left takes over from the other: both end together.
TESTS := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not soak"

.PHONY: install run test test-unit test-page test-browser coverage lint soak bench browser \
  postgresql lock docs clean

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed (found: $$($(PYTHON) --version 2>&1)); name one with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; } \
	  || { echo "Python's venv module is needed: sudo apt-get install -y python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: install
	$(BIN)/hongfeng serve --demo --store $(STORE)

test: install lint browser postgresql
	$(TESTS)

test-unit: install postgresql
	$(TESTS) tests/unit

test-page: install
	$(TESTS) tests/page

test-browser: install browser
	$(TESTS) tests/browser

# How much of the product the tests walk through, branch by branch; the floor is in pyproject.toml.
# Without a browser: what a server does in a process of its own is not seen.
coverage: install postgresql
	$(TESTS) tests/unit tests/page --cov --cov-report=term:skip-covered

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What only a browser shows is tested in Debian's Chromium with Chinese glyphs; the pull from
# PostgreSQL on a real server (its tests start a cluster of their own).
browser:
	$(call needed,command -v chromium >/dev/null,chromium)
	$(call needed,fc-list :lang=zh 2>/dev/null | grep -q .,fonts-noto-cjk fontconfig)

postgresql:
	$(call needed,ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1,postgresql)

# $(1): is it there? $(2): the packages of Debian that bring it.
define needed
@{ $(1); } || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2) >/dev/null; } \
  || { echo "The tests need: $(2) (sudo apt-get install -y $(2))"; exit 1; }
endef

soak: install browser
	$(BIN)/python -m pytest -n 2 --dist loadfile -m soak
	$(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile=exploring

bench: install
	$(BIN)/python -m tests.bench

# The documents that come from the declarations and from the demo city.
docs: install
	$(BIN)/python -m tests.documentation
	$(BIN)/python -m tests.scheme_comparison

lock: install
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet -o requirements.lock

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
