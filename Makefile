# Growth claims. `make` prints what there is. Everything runs in an environment of its own, .venv,
# which the first command makes from requirements.lock. In an activated conda environment of
# environment.yml (or any other, with GROWTH_CLAIMS_USE_ENV=1) that environment is used instead.

PANEL := data/processed/panel.parquet
WORKERS ?= 2
# Registers whose reports are made beside the first one's.
OTHERS := $(filter-out claims/central-asia-2025-11-15.yaml,$(shell grep -l '^claims:' claims/*.yaml))

ifeq ($(CONDA_DEFAULT_ENV),growth-claims)
  GROWTH_CLAIMS_USE_ENV ?= 1
endif
ifeq ($(GROWTH_CLAIMS_USE_ENV),1)
  PY := python
  READY :=
else
  PY := .venv/bin/python
  # A folder that was moved needs a new environment: scripts in it hold its path.
  READY := .venv/ready-$(shell pwd | cksum | cut -d' ' -f1)
endif

.DEFAULT_GOAL := help
.PHONY: help setup report test lab panel check notebooks coverage pdf screenshot lock clean
.DELETE_ON_ERROR:

help: ## print this list
	@echo 'Growth claims, checked with public statistics. What there is:'
	@echo
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20
	@echo
	@echo 'With other parameters, after make setup: .venv/bin/growth-claims report -p first_year=2005'
	@echo 'One claim alone:                         .venv/bin/growth-claims report --claim gdp-growth-20y'

report: $(READY) ## set everything up and build the reports into reports/
	$(PY) -m growth_claims report
	@for register in $(OTHERS); do $(PY) -m growth_claims report --register $$register || exit 1; done

test: $(READY) $(PANEL) ## run everything: style, tests, every notebook against its saved outputs
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet .
	JUPYTER_PREFER_ENV_PATH=1 JUPYTER_DEFAULT_PROVISIONER_NAME=growth-claims-warm \
	  $(PY) -m pytest -n $(WORKERS) --dist loadfile -q \
	  --nbval --nbval-kernel-name python3 --nbval-cell-timeout 300 tests notebooks

lab: $(READY) ## open the notebooks in JupyterLab, on this machine only
	$(PY) -m growth_claims lab

panel: $(PANEL) ## make the table of all figures, data/processed/panel.parquet

check: $(READY) ## validate the figures and the registers, and say how each claim will be read
	$(PY) -m growth_claims check

notebooks: $(READY) ## run every notebook and save its outputs in it
	$(PY) -m growth_claims notebooks

coverage: $(READY) $(PANEL) ## simulate again how often each interval holds the truth (2 minutes)
	$(PY) -m growth_claims.simulation --critical-values --out src/growth_claims/growth

pdf: $(READY) ## print the report to one PDF a language (needs Chromium)
	$(PY) -m growth_claims pdf

screenshot: $(READY) ## take the picture of the report that the README shows (needs Chromium)
	$(PY) -m growth_claims screenshot

setup: $(READY) ## make or refresh the environment in .venv; let git keep notebooks without what differs
	@if git rev-parse --git-dir >/dev/null 2>&1; then \
	  git config filter.growth-claims.clean '$(PY) -m growth_claims normalise'; fi

lock: ## choose the newest versions that pyproject.toml allows (needs uv and the network)
	uv pip compile pyproject.toml --universal --all-extras --generate-hashes --upgrade \
	  --fork-strategy fewest --no-emit-index-url --custom-compile-command 'make lock' \
	  --quiet --output-file requirements.lock

clean: ## remove the environment, the panel and what tests leave behind
	rm -rf .venv .pytest_cache .ruff_cache build dist $(PANEL) data/processed/cache
	find src tests notebooks -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

$(PANEL): $(wildcard data/raw/*.json data/raw/*/*.csv data/raw/*/*.gz) $(wildcard src/growth_claims/sources/*.py) \
          src/growth_claims/panel.py notebooks/01_clean.ipynb | $(READY)
	$(PY) -m growth_claims panel
	@touch $@

# The environment: by uv where it is installed, else by venv and pip; the versions and hashes of
# requirements.lock either way. Nothing is built in isolation, so nothing else is fetched.
.venv/ready-%: requirements.lock pyproject.toml
	@set -e; \
	echo 'Setting up .venv; this takes a minute or two, once.'; \
	enough='import sys; sys.exit(sys.version_info < (3, 11))'; \
	if command -v uv >/dev/null 2>&1; then \
	  .venv/bin/python -c "$$enough" 2>/dev/null || uv venv --quiet --clear --python '>=3.11' .venv; \
	  uv pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock; \
	  uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .; \
	else \
	  if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then \
	    found=; \
	    for name in "$$PYTHON" python3 python3.13 python3.12 python3.11 python3.14 python; do \
	      if [ -n "$$name" ] && "$$name" -c "$$enough" >/dev/null 2>&1; then found=$$name; break; fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	      echo "This needs Python 3.11 or newer; found $$(python3 --version 2>&1 || echo none)." \
	        'Install one, or name it: make PYTHON=/path/to/python3' >&2; exit 1; \
	    fi; \
	    rm -rf .venv; \
	    "$$found" -m venv .venv || { rm -rf .venv; \
	      echo "$$found cannot make an environment (on Debian and Ubuntu: apt install python3-venv)" \
	        >&2; exit 1; }; \
	  fi; \
	  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	    -r requirements.lock; \
	  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --no-build-isolation -e .; \
	fi; \
	rm -f .venv/ready-*; touch $@
export PYTHON
