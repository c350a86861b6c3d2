# make plan | make test | make app: each sets up what it needs first.
PYTHON ?= python3
DISTRICT ?= data/guangming
OUT ?= out/$(notdir $(DISTRICT))
GP_LANG ?= zh
ifeq ($(OS),Windows_NT)
    BIN := .venv/Scripts
else
    BIN := .venv/bin
endif

.PHONY: plan test test-all app lint types docs reference walkthrough setup clean

plan: .venv/ready
	$(BIN)/python -m gridplan plan $(DISTRICT) --out $(OUT) --lang $(GP_LANG)

app: .venv/ready
	$(BIN)/python -m streamlit run app.py --server.address 127.0.0.1

test: lint types
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-all: lint types
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "thorough or not thorough"

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready-dev
	$(BIN)/mypy

docs: .venv/ready
	$(BIN)/python -m gridplan.district.pages.page
	$(BIN)/python -m gridplan.outputs.pages.policy_page
	$(BIN)/python -m gridplan.outputs.pages.scenario_page
	$(BIN)/python -m gridplan.outputs.pages.library_page

# The reference of the library, from its docstrings; asks nobody for anything: out/reference/index.html
reference: .venv/ready-dev
	$(BIN)/python -m sphinx -q -b html docs/reference out/reference

# The pictures of docs/walkthrough.md: the whole job in a headless Chromium, in both languages.
walkthrough: .venv/ready-dev
	$(BIN)/python -m benchmarks.walkthrough

setup: .venv/ready-dev

# The clone itself is on the environment's path, so that `import gridplan` works from any folder.
HERE = $(BIN)/python -c "import pathlib, sysconfig; \
    pathlib.Path(sysconfig.get_path('purelib'), 'gridplan-clone.pth').write_text(str(pathlib.Path.cwd()))"

.venv/ready: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(HERE)
	@echo ready > $@

.venv/ready-dev: requirements-dev.txt requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(HERE)
	@echo ready > .venv/ready
	@echo ready > $@

clean:
	rm -rf .venv out
