# Needs only python3 (3.11 or newer) and make. Everything goes into .venv and .uv beside this file.

PYTHON ?= python3
UV := .uv/bin/uv
# Spark is 450 MB, which only what runs on it needs.
SYNC := $(UV) sync --quiet --locked --all-extras --no-extra spark
RUN := .venv/bin/
N ?= 4000
WORKSPACE ?= tasador-workspace
HOST ?= 127.0.0.1
PORT ?= 8000
# What podman builds by itself has no health check, as the format of the OCI knows none.
BUILD ?= podman build --format docker
BUILD_OPTIONS ?=
BASE ?= docker.io/library/python:3.11-slim-bookworm

export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
export UV_COMPILE_BYTECODE := 1

.PHONY: setup demo test coverage lint format bench bench-ingest bench-price bench-serving bench-standing bench-profile bench-similar bench-scale year interchange browser screenshots messages lock docs image image-train image-baked image-mlflow check-deploy deploy-tests wheel sbom licences vulnerabilities clean

## setup: make the virtual environment with the locked dependencies
setup: .venv/.synced

.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tasador needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .uv || { echo "Python's venv module does not work; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@.uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/uv.txt

.venv/.synced: .uv/bin/uv pyproject.toml uv.lock src/tasador/ingest/formats/_literals.c
	$(SYNC) --python $(PYTHON)
	@touch $@

## demo: run the whole pipeline on a synthetic sample (or SOURCE=path-or-URL) and serve it
demo: setup
	@if [ -z "$(SOURCE)" ]; then \
		mkdir -p demo && $(RUN)tasador sample $(N) --seed 7 --output demo/sample_games.json.gz; \
	fi
	$(RUN)tasador run "$(or $(SOURCE),demo/sample_games.json.gz)" --workspace $(WORKSPACE)
	$(RUN)tasador serve --workspace $(WORKSPACE) --host $(HOST) --port $(PORT)

## test: the whole fast suite, with the static checks; where there is Java, on a Spark cluster too
test: setup lint
	$(SYNC) --group stores --inexact --python $(PYTHON)
	@if command -v java >/dev/null; then $(UV) sync --quiet --locked --all-extras --group stores --inexact --python $(PYTHON); fi
	$(RUN)pytest -n auto

## coverage: the same suite, and which lines it reaches, in every process that it starts; takes twice as long
coverage: setup
	$(RUN)coverage erase
	$(RUN)pytest -n auto --cov --cov-report=term

## lint: style, types and the direction of imports
lint: setup
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)mypy
	$(RUN)lint-imports

## format: mend style
format: setup
	$(RUN)ruff check --fix .
	$(RUN)ruff format .

## bench: print what each step costs beside the course project's (SOURCE=path for another catalogue)
bench: setup
	$(SYNC) --group bench --inexact --python $(PYTHON)
	$(RUN)python -m benchmarks $(SOURCE)

## bench-ingest: print what ingest costs beside its peers, and as the source grows (SOURCE=path for another catalogue)
bench-ingest: setup
	$(SYNC) --group bench --inexact --python $(PYTHON)
	$(RUN)python -m benchmarks.ingest $(SOURCE)

## bench-price: print the price model's errors beside its peers' (SOURCE=path for another catalogue, AUTOGLUON=python that has AutoGluon, RECORD=file for the figures)
bench-price: setup
	$(SYNC) --group bench --inexact --python $(PYTHON)
	$(RUN)python -m benchmarks.price $(SOURCE) $(if $(AUTOGLUON),--autogluon $(AUTOGLUON)) $(if $(RECORD),--record $(RECORD))

## bench-serving: print the server's throughput beside bare ASGI and its peers (SOURCE=path for another catalogue, PEERS=python that has MLflow and BentoML)
bench-serving: setup
	$(SYNC) --group bench --inexact --python $(PYTHON)
	$(RUN)python -m benchmarks.serving $(SOURCE) $(if $(PEERS),--peers $(PEERS))

## bench-standing: print what becomes of requests under overload, before silent clients, and when the server reloads, stops or loses a process (SOURCE=path for another catalogue)
bench-standing: setup
	$(RUN)python -m benchmarks.serving.standing $(SOURCE)

## bench-profile: print what the exploratory analysis costs beside its peers, and as the catalogue grows (SOURCE=path for another catalogue, PEERS=python that has ydata-profiling, skrub, polars and pyarrow)
bench-profile: setup
	$(RUN)python -m benchmarks.profile $(SOURCE) $(if $(PEERS),--peers $(PEERS))

## bench-similar: print what similar games cost, alone and as a catalogue grows, and with PURCHASES whether they are what people buy (SOURCE=path for another catalogue)
bench-similar: setup
	$(SYNC) --group bench --inexact --python $(PYTHON)
	$(RUN)python -m benchmarks.similar cost $(SOURCE)
	$(RUN)python -m benchmarks.similar growth
	$(if $(PURCHASES),$(RUN)python -m benchmarks.similar evaluate $(PURCHASES) $(SOURCE))

## bench-scale: print what ingests and price imports cost as they grow, here and on a Spark cluster of two workers, and what follows; needs Java (ROWS=, CHANGES=numbers of rows)
bench-scale: setup
	$(UV) sync --quiet --locked --all-extras --inexact --python $(PYTHON)
	$(RUN)python -m benchmarks.scale $(if $(ROWS),--rows $(ROWS)) --changes $(or $(CHANGES),1000000,10000000)

## year: simulate a year of operation on a catalogue that drifts, and record it for docs/monitoring.md
year: setup
	$(RUN)python -m deploy.tests.year --record docs/year.json

## interchange: read a snapshot with the tools of others: mlcroissant, Hugging Face datasets, pandas, DuckDB
interchange: setup
	$(SYNC) --group interchange --inexact --python $(PYTHON)
	$(RUN)python -c "import datasets, duckdb, mlcroissant, pyarrow"
	$(RUN)pytest -n 0 tests/ingest/test_croissant.py tests/ingest/test_dataset_card.py

## browser: look at the pages in Chromium (Debian: apt install chromium)
browser: setup
	$(RUN)pytest -n 0 tests/browser

## screenshots: take the pictures of the docs, of the synthetic catalogue (Debian: apt install chromium)
screenshots: setup
	mkdir -p demo
	$(RUN)tasador sample 4000 --seed 7 --output demo/sample_games.json.gz
	$(RUN)tasador run demo/sample_games.json.gz --workspace demo/workspace
	$(RUN)python -m docs.screenshots demo/workspace

## messages: collect the pages' messages, and compile their translations
messages: setup
	$(RUN)python -m tests.web.messages

## docs: write the generated reference pages and the README's output anew
docs: setup
	$(RUN)python docs/generate.py
	$(RUN)python -m tests.docs.readme

## lock: resolve the dependencies anew, and those of the image of MLflow
lock: .uv/bin/uv
	$(UV) lock --upgrade
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command 'make lock' deploy/mlflow/requirements.in --output-file deploy/mlflow/requirements.txt

## image: build the image that serves a mounted workspace (BUILD='docker build' for another builder, BASE=another base)
image:
	$(BUILD) $(BUILD_OPTIONS) --build-arg BASE=$(BASE) -f deploy/Dockerfile --target serve -t tasador:serve .

## image-train: build the image that trains
image-train:
	$(BUILD) $(BUILD_OPTIONS) --build-arg BASE=$(BASE) -f deploy/Dockerfile --target train -t tasador:train .

## image-baked: build the image that serves WORKSPACE's champion, which it holds
image-baked:
	$(BUILD) $(BUILD_OPTIONS) --build-arg BASE=$(BASE) -f deploy/Dockerfile --target baked --build-context workspace=$(WORKSPACE) -t tasador:baked .

## image-mlflow: build the image of the MLflow server that deploy/compose.yaml starts
image-mlflow:
	$(BUILD) $(BUILD_OPTIONS) --build-arg BASE=$(BASE) -f deploy/mlflow/Dockerfile -t tasador:mlflow .

## check-deploy: check the files of deploy/ with hadolint, yamllint, kubernetes-validate, check-jsonschema, HAProxy and promtool
check-deploy: setup
	$(RUN)python -m deploy.check

## deploy-tests: what the deployment promises, tried for real; needs podman, haproxy, prometheus, postgresql (MLFLOW=python that has mlflow, WEED=weed of SeaweedFS)
deploy-tests: setup
	$(RUN)python -m deploy.check
	$(RUN)python -m deploy.tests.wheel
	$(RUN)python -m deploy.tests.image
	$(RUN)python -m deploy.tests.rolling
	$(RUN)python -m deploy.tests.promotion
	$(RUN)python -m deploy.tests.prometheus
	$(RUN)python -m deploy.tests.trainers
	$(RUN)python -m deploy.tests.remote $(if $(WEED),--weed $(WEED))
	$(if $(MLFLOW),$(RUN)python -m deploy.tests.tracking --mlflow $(MLFLOW) $(if $(WEED),--weed $(WEED)),@echo "not run: deploy.tests.tracking. Name a Python that has mlflow: MLFLOW=PYTHON"; exit 2)

## wheel: build the wheel twice, compare the bytes, and put it under dist
wheel: setup
	$(RUN)python -m deploy.tests.wheel --output dist

## sbom: write down what is installed, with all extras and in the image that serves, as CycloneDX under dist
sbom: setup
	$(RUN)python -m deploy.sbom

## licences: write docs/licences.md, and fail where a licence is not on the list
licences: setup
	$(RUN)python -m deploy.licences

## vulnerabilities: look up known vulnerabilities; says so where the database cannot be asked
vulnerabilities: setup
	$(RUN)python -m deploy.audit

## clean: remove what the targets above made; workspaces stay
clean:
	rm -rf .venv .uv demo build src/tasador.egg-info src/tasador/ingest/formats/*.so .coverage .pytest_cache .mypy_cache .ruff_cache
