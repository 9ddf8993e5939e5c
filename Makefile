# demo and test are the two commands of the README. Everything is installed into .venv, from pyproject.toml.

PYTHON ?= python3
VENV ?= .venv
# Pinned, so that everybody tests the same arithmetic. On Linux without a GPU, the CPU build is the smaller download.
TORCH ?= torch==2.13.0

BIN := $(VENV)/bin
WHODID := $(BIN)/whodid

.PHONY: demo test check slow browser ray bench latency notebooks train wheel clean

demo: $(VENV)/.runtime  ## Read the sample articles with the shipped model.
	@mkdir -p runs
	$(WHODID) predict data/samples/*.txt -o runs/demo.jsonl --force
	$(WHODID) show data/samples/mali-engineers-abducted.txt

test: $(VENV)/.dev  ## Run the tests: offline, under two minutes on two cores. A file of tests stays with one process.
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile

check: $(VENV)/.dev  ## Lint, formatting and types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

slow: $(VENV)/.dev  ## Run the tests that take minutes.
	$(BIN)/python -m pytest -q -m slow

browser: $(VENV)/.browser  ## Try the browse page in a headless Chromium; skipped where there is none.
	$(BIN)/python -m pytest -q -m browser -rs

ray: $(VENV)/.ray  ## Run the ray engine on Ray clusters of two nodes, started here, and kill one.
	$(BIN)/python -m pytest -q -m ray

bench: $(VENV)/.dev  ## Measure speed against pipelines and against this machine's limit: 15 minutes; QUICK=1: two.
	$(BIN)/python benchmarks/throughput.py $(if $(QUICK),--quick) $(if $(STORE),--store $(STORE))

latency: $(VENV)/.browser  ## Measure loading and reading one article, and the browse page, on this machine.
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/browse.py

notebooks: $(VENV)/.dev  ## Run the notebooks and store what they show.
	$(BIN)/python notebooks/execute.py

train: $(VENV)/.dev  ## Train the shipped model again, in three stages: make train CORPORA=folder. Goes on where it was interrupted.
	@test -n "$(CORPORA)" || { echo "Say where the corpora are: make train CORPORA=folder (see data/cards)"; exit 2; }
	$(BIN)/pip install --quiet -e ".[train,starter]"
	$(WHODID) train training/configs/base.toml --root $(CORPORA) -o runs/base
	$(WHODID) train training/configs/default.toml --root $(CORPORA) -o runs/default
	$(WHODID) train training/configs/restart.toml --root $(CORPORA) -o runs/restart

wheel: $(VENV)/.dev  ## Build the wheel and try it in a clean environment.
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist .
	PYTHON="$(PYTHON)" TORCH="$(TORCH)" .ci/smoke-wheel dist/*.whl

clean:
	rm -rf $(VENV) dist

$(VENV)/.runtime: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet "$(TORCH)"
	$(BIN)/pip install --quiet -e .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(BIN)/pip install --quiet -e ".[train,notebooks,pretrain]" --group dev
	touch $@

$(VENV)/.browser: $(VENV)/.dev
	$(BIN)/pip install --quiet --group browser
	touch $@

$(VENV)/.ray: $(VENV)/.dev
	$(BIN)/pip install --quiet -e ".[ray]"
	touch $@
