# make demo   play the whole scheme with real gpg, SMTP and TAXII     make test   lint, types, layers, tests
# make soak   long runs (SOAK=full for hours)                         make lock   renew the locked dependencies
# make endurance   longer still: kills, cuts, writers side by side; on a quiet machine
# make bench-seal   sealing against its limit     make bench-poll   polls and downloads against a floor and OpenTAXII
# make bench-pages  every page with 300 bodies, 60,000 member operators and 60 notices
# make bench-load   a minute of everything at once on PostgreSQL
# make screens  the pictures of docs/screens, made anew
# make audit   known weaknesses of what is locked     make sbom   its bill of materials (sbom.json)
PYTHON ?= python3
SOAK ?= ci
# One more than cores: tests wait for disks, servers and browsers, too.
JOBS ?= $(shell expr $$(nproc) + 1)
BIN := .venv/bin
ASSETS := $(wildcard hub/web/assets/*.scss hub/web/assets/*.js hub/web/assets/*.json hub/web/assets/*.py hub/translations/*/LC_MESSAGES/*.po)
CHECKED := hub sectors nda feeds keys tests wsgi.py

.PHONY: screens demo serve-demo test lint soak endurance bench-seal bench-release bench-poll bench-poll-full bench-pages bench-load audit sbom lock messages

demo: .venv/ready
	$(BIN)/priority-hub demo --dir demo --json demo/demo.json

serve-demo: .venv/ready
	$(BIN)/priority-hub demo --dir demo --json demo/demo.json --serve --port 8000

test: lint
	@PYTHON=$(PYTHON) .ci/system test
	$(BIN)/pytest -q -n $(JOBS) --dist loadfile -m "not soak and not endurance"

lint: .venv/ready
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: .venv/ready
	@PYTHON=$(PYTHON) .ci/system test
	HUB_SOAK=$(SOAK) $(BIN)/pytest -q -m soak

bench-seal: .venv/ready
	$(BIN)/python -m tests.bench.sealing

bench-release: .venv/ready
	$(BIN)/python -m tests.bench.releasing

bench-poll: .venv/ready
	$(BIN)/python -m tests.bench.polling

bench-poll-full: .venv/ready
	$(BIN)/python -m tests.bench.polling --full

bench-pages: .venv/ready
	$(BIN)/python -m tests.bench.pages

bench-load: .venv/ready
	$(BIN)/python -m tests.bench.load

# Both ask the network: known weaknesses of what is locked; a bill of materials (CycloneDX) of it.
audit: .venv-audit/ready
	.venv-audit/bin/pip-audit --require-hashes --disable-pip -r requirements/all.txt

sbom: .venv-audit/ready
	.venv-audit/bin/cyclonedx-py requirements requirements/all.txt --pyproject pyproject.toml --of JSON -o sbom.json

.venv-audit/ready: requirements/audit.txt
	@test -x .venv-audit/bin/python || $(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/audit.txt
	@touch $@

endurance: .venv/ready
	@PYTHON=$(PYTHON) .ci/system test
	HUB_SOAK=$(SOAK) $(BIN)/pytest -q -m endurance

# The environment is built again when what is locked changes; the assets when their sources do.
.venv/installed: requirements/all.txt pyproject.toml
	@PYTHON=$(PYTHON) .ci/system
	@echo "Installing the locked dependencies into .venv ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/all.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready: .venv/installed $(ASSETS)
	@$(BIN)/python hub/web/assets/build.py
	@touch $@

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header \
		--extra demo --extra dev pyproject.toml -o requirements/all.txt

screens: .venv/ready
	HUB_JOURNEY=quick HUB_SCREENS=docs/screens $(BIN)/pytest -q tests/journeys/test_everybody.py

# English is a catalogue of its own, so that a word can be bettered without touching code: what is new there is
# filled with the code's English (msgen of GNU gettext). sentences.po is kept by hand: the layers below know no gettext.
# Of the header stays what says something.
UPDATE := $(BIN)/pybabel -q update -d hub/translations --no-fuzzy-matching --ignore-obsolete
ENGLISH := hub/translations/en/LC_MESSAGES
IDLE := Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By

messages: .venv/ready
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k translate -o .venv/messages.pot --no-location --sort-output hub sectors nda feeds keys
	msgattrib --set-fuzzy hub/translations/ja/LC_MESSAGES/sentences.po | msgattrib --clear-fuzzy --empty -o .venv/sentences.pot
	$(UPDATE) -i .venv/messages.pot -D messages
	$(UPDATE) -i .venv/sentences.pot -D sentences
	for each in messages sentences; do msgen --no-location -o $(ENGLISH)/$$each.po $(ENGLISH)/$$each.po || exit; done
	sed -i -E '/^"($(IDLE)):/d' hub/translations/*/LC_MESSAGES/*.po
