# Sightglass: `make run` and `make test` are all that a new machine needs.
# Settings: PORT=8000 HOST=127.0.0.1 DATABASE_URL=postgresql+psycopg://… DATA_DIR=./instance (docs/settings.md has them all)
.DEFAULT_GOAL := help
PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?=
TESTS ?= -n auto --maxprocesses 4 --dist loadfile
export PORT HOST PYTHON
# Every tool runs as `python -m`: the scripts in .venv/bin break when the folder moves or its name has a space.
PY := .venv/bin/python
FLASK := $(PY) -m flask --app wsgi
BABEL := $(PY) -m babel.messages.frontend
PO := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)
EXTRACT := $(BABEL) -q extract -F pyproject.toml --ignore-dirs '.*' -k _l -k lazy_gettext -k lazy_ngettext:1,2 -c "Translators:" \
	--sort-output --no-wrap --add-location file --project Sightglass -o build/messages.pot .

.PHONY: help setup setup-test run test check format translations vendor bench soak screens lock clean
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z -]+:.*## /{printf "make %-18s %s\n", $$1, $$2}' Makefile

setup: system-run .venv/run.stamp $(PO:.po=.mo)  ## Install what running needs: system libraries, hash-locked Python packages

setup-test: system-test .venv/dev.stamp $(PO:.po=.mo)  ## Install what testing needs as well: Chromium, PostgreSQL, poppler

run: setup  ## Migrate, load the demo town into an empty database, serve with the job runner at http://HOST:PORT
	$(FLASK) db upgrade
	$(FLASK) town load
	@exec $(FLASK) serve --host "$(HOST)" --port "$(PORT)"

test: setup-test  ## Run the suite on SQLite and on a real PostgreSQL; TESTS="-k signing" narrows it
	$(PY) -m pytest $(TESTS)

check: .venv/dev.stamp  ## Look at style, locks and translations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) .ci/locks.py check
	$(PY) -m pytest -q tests/test_translations.py

format: .venv/dev.stamp  ## Let ruff repair what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

translations: .venv/dev.stamp  ## Bring the catalogues up to the code: extract, update, compile
	mkdir -p build
	$(EXTRACT)
	$(BABEL) -q update -i build/messages.pot -d portal/translations --no-wrap --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date
	$(BABEL) -q compile --use-fuzzy -d portal/translations

vendor: .venv/run.stamp  ## Fetch the front-end libraries of the manifest again and check their hashes
	$(PY) -m portal.kit.vendor

bench soak screens: setup-test  ## Long runs, by hand: figures for docs/figures.md; kills by the hundred; pictures of each screen
	$(PY) -m tests.$@

lock: .venv/dev.stamp  ## Resolve the locks again after pyproject.toml changed; UPGRADE=--upgrade takes newer versions
	$(PY) .ci/locks.py write $(UPGRADE)

clean:  ## Remove what make made; the data in DATA_DIR stays
	rm -rf .venv build .pytest_cache .ruff_cache .hypothesis

.PHONY: system-run system-test
system-run system-test: system-%:
	@.ci/setup-system $*

.venv/uv.stamp: .ci/uv.txt | system-run
	python=$$(.ci/find-python) && "$$python" -m venv --clear .venv
	$(PY) -m pip install --quiet --require-hashes -r .ci/uv.txt
	@touch $@

.venv/run.stamp: requirements.lock .venv/uv.stamp
.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
.venv/run.stamp .venv/dev.stamp:
	$(PY) -m uv pip install --quiet --python $(PY) --require-hashes -r $<
	@touch $@

%.mo: %.po | .venv/run.stamp
	$(BABEL) -q compile --use-fuzzy -i $< -o $@
