# Nothing to install first but Python 3.11 or newer and make. `make` alone lists what there is.
PYTHON ?= python3
JOBS ?= 2
WORK ?= graded
BIN := .venv/bin

# Output is UTF-8 whatever the machine's locale.
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo lab lab-instructor test portable bench build site site-answers

help:
	@echo "make setup   install everything into .venv (quick when nothing changed)"
	@echo "make demo    grade a sample class and show the report"
	@echo "make lab     open the lessons in JupyterLab, as students see them"
	@echo "make lab-instructor   open what was graded (WORK=graded), with nbgrader's formgrader for answers in words"
	@echo "make test    run every check: style, types, drift, tests, notebooks"
	@echo "make portable   run the notebooks as an old processor would"
	@echo "make bench   measure speed and accuracy"
	@echo "make build   lesson scripts -> notebooks -> the students' edition"
	@echo "make site    the course as a website in build/site (REPOSITORY=URL adds buttons for Binder and Colab)"
	@echo "make site-answers   the same with the answers, for instructors"
	@echo "PYTHON=python3.12 picks the Python, JOBS=4 the processes of make test."

setup:
	@PYTHON="$(PYTHON)" sh tools/setup.sh

demo:
	@$(MAKE) --no-print-directory setup
	@$(BIN)/python -m autograder.demo

# On the PATH, because nbgrader calls alembic by its name.
LAB = PATH="$(CURDIR)/$(BIN):$$PATH" jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

# The settings in tools/lab leave nbgrader's Validate and take its instructor's menus away.
lab: setup
	JUPYTER_CONFIG_PATH="$(CURDIR)/tools/lab" $(LAB) --ServerApp.root_dir="$(CURDIR)/course"

# From the work folder, whose nbgrader_config.py names its gradebook.
lab-instructor: setup
	@test -f "$(WORK)/gradebook.db" || { echo "$(WORK) holds no gradebook: autograder grade first, or name another folder, WORK=graded2" >&2; exit 2; }
	cd "$(WORK)" && $(LAB)

# One thread per process: two processes that each take every core are slower than one.
test: export OMP_NUM_THREADS := 1
# Nothing is taken from earlier runs.
test: export BNLIB_CACHE := off
test: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/autograder check
	$(BIN)/pytest tests -q -n $(JOBS) --dist loadfile --ignore=tests/browser
	$(BIN)/pytest tests/browser -q -n $(JOBS) --dist loadgroup
	$(BIN)/pytest solutions -q --nbval --nbval-current-env --nbval-cell-timeout=60 -n $(JOBS) --dist loadfile

# Every library is told to round as a processor of 2008 does; nothing that a lesson prints may change.
portable: export OMP_NUM_THREADS := 1
portable: export BNLIB_CACHE := off
portable: export OPENBLAS_CORETYPE := Nehalem
portable: export NPY_DISABLE_CPU_FEATURES := X86_V3,X86_V4,AVX512_ICL
portable: export MKL_CBWR := COMPATIBLE
portable: export ATEN_CPU_CAPABILITY := default
portable: export ONEDNN_MAX_CPU_ISA := SSE41
portable: setup
	$(BIN)/pytest solutions -q --nbval --nbval-current-env --nbval-cell-timeout=120 -n $(JOBS) --dist loadfile

bench: setup
	$(BIN)/python -m benchmarks

build: setup
	$(BIN)/autograder build

site: setup
	@REPOSITORY="$(REPOSITORY)" sh tools/site.sh

site-answers: setup
	@REPOSITORY="$(REPOSITORY)" sh tools/site.sh --answers
