# The commands of the course. `make` alone lists them.
#
# ARGS="..." passes options to the command:  make test ARGS="-k xor"
# PYTHON=... creates the environment with another Python:  make setup PYTHON=python3.13

.DEFAULT_GOAL := help
.PHONY: help setup doctor lab submit test test-long release times handout collect grade feedback report marks page book lite gradescope bench lock clean
.PHONY: student-given download-given lesson-given notebook-given platform-given
.PHONY: set-up-for-grading set-up-for-book set-up-for-lite set-up-for-tests

VENV := $(CURDIR)/.venv
FIRST_LESSON := notebooks/01_chain_rule/chain_rule.ipynb

# nbgrader looks up alembic on PATH.
export PATH := $(VENV)/bin:$(PATH)

# Settings in users' home folders are ignored, so that a notebook gives the same
# results everywhere. Otherwise, nbgrader might use the course folder and exchange
# of another course, JupyterLab another root folder and extensions, kernels other
# startup files, and figures another style. Files that these programs write are
# also kept in this folder.
export JUPYTER_CONFIG_DIR := $(VENV)/user/jupyter
export JUPYTER_DATA_DIR := $(VENV)/user/jupyter-data
export IPYTHONDIR := $(VENV)/user/ipython
export MPLCONFIGDIR := $(VENV)/user/matplotlib
export NPM_CONFIG_CACHE := $(VENV)/user/npm
unexport PYTHONHOME PYTHONPATH PYTHONSTARTUP
# Python caches compiled files, which halves its startup time.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

GROUPS :=
setup: ## create .venv with what a student needs (GROUPS=grading adds this group)
	@sh src/setup.sh $(GROUPS)

doctor: setup ## list what this machine has, what is missing, and how to install it
	@exec .venv/bin/python -m backprop_classroom doctor $(ARGS)

# Additional groups of pyproject.toml that commands need.
set-up-for-grading:
	@sh src/setup.sh grading $(if $(findstring --scheduler,$(ARGS)),cluster) \
	  $(if $(findstring postgresql,$(BACKPROP_DB_URL)),postgres)

set-up-for-book:
	@sh src/setup.sh book

set-up-for-lite:
	@sh src/setup.sh lite

set-up-for-tests:
	@sh src/setup.sh grading cluster postgres book lite test browser

# The content security policy: a submission opened in JupyterLab loads no images, videos, frames or
# style sheets from other servers, so its author cannot find out when it is read.
POLICY := frame-ancestors 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; \
  style-src 'self' 'unsafe-inline'; font-src 'self' data:; frame-src 'self' data: blob:; object-src 'none'

# The root folder of the course is the root of JupyterLab, since formgrader reads
# nbgrader_config.py there. JupyterLab runs as root only with --allow-root.
lab: setup ## open the first lesson in JupyterLab (ARGS=--no-browser only serves it)
	@mkdir -p exchange
	@exec .venv/bin/jupyter lab \
	  --ServerApp.root_dir="$(CURDIR)" \
	  --LabApp.default_url=/lab/tree/$(FIRST_LESSON) \
	  --ServerApp.tornado_settings="{'headers': {'Content-Security-Policy': \"$(POLICY)\"}}" \
	  $$(test "$$(id -u)" -ne 0 || echo --allow-root) $(ARGS)

# User input is passed unchanged through the environment, so that the shell does not interpret
# spaces and quotation marks. `value` keeps make from expanding it: a file may be called
# $(shell rm -r .).
override LESSON := $(value LESSON)
override STUDENT := $(value STUDENT)
override FROM := $(value FROM)
override ROSTER := $(value ROSTER)
override NOTEBOOK := $(value NOTEBOOK)
override FOR := $(value FOR)
override INTO := $(value INTO)
override COLUMN := $(value COLUMN)
export LESSON STUDENT FROM ROSTER NOTEBOOK FOR INTO COLUMN
submit: student-given setup ## check your notebook and pack it to hand it in: make submit LESSON=... STUDENT=...
	@exec .venv/bin/python -m backprop_classroom submit $(ARGS) -- "$$LESSON" "$$STUDENT"

test: set-up-for-tests ## run the tests and execute all notebooks again
	@exec .venv/bin/python -m pytest $(ARGS)

test-long: set-up-for-tests ## run the long tests: kills, seeds, subsets, load, breakages
	@exec .venv/bin/python -m pytest -m long --dist worksteal tests $(ARGS)

release: set-up-for-grading ## write notebooks/ from solutions/
	@exec .venv/bin/python -m backprop_classroom release $(ARGS)

times: setup ## count how many minutes each lesson takes
	@exec .venv/bin/python -m backprop_classroom times $(ARGS)

handout: set-up-for-grading ## pack the files for students, without answers, into build/handout.zip
	@exec .venv/bin/python -m backprop_classroom handout $(ARGS)

collect: download-given set-up-for-grading ## sort submissions for grading: make collect FROM=folder|zip
	@exec .venv/bin/python -m backprop_classroom collect $(if $(ROSTER),--roster="$$ROSTER") $(ARGS) -- "$$FROM"

grade: lesson-given set-up-for-grading ## grade the submissions in submitted/: make grade LESSON=03_backward_pass [STUDENT=ada]
	@exec .venv/bin/python -m backprop_classroom grade $(if $(STUDENT),--student="$$STUDENT") $(if $(ROSTER),--roster="$$ROSTER") $(ARGS) -- "$$LESSON"

feedback: lesson-given set-up-for-grading ## write a page for each graded submission: make feedback LESSON=...
	@exec .venv/bin/python -m backprop_classroom feedback $(ARGS) -- "$$LESSON"

report: lesson-given set-up-for-grading ## write a report of the class's mistakes: make report LESSON=...
	@exec .venv/bin/python -m backprop_classroom report $(ARGS) -- "$$LESSON"

marks: lesson-given platform-given set-up-for-grading ## fill a platform's gradebook: make marks LESSON=... FOR=canvas INTO=export.csv
	@exec .venv/bin/python -m backprop_classroom marks --for="$$FOR" $(if $(INTO),--into="$$INTO") \
	  $(if $(COLUMN),--column="$$COLUMN") $(if $(ROSTER),--roster="$$ROSTER") $(ARGS) -- "$$LESSON"

gradescope: lesson-given set-up-for-grading ## pack a lesson as a Gradescope autograder: make gradescope LESSON=...
	@exec .venv/bin/python -m backprop_classroom gradescope $(ARGS) -- "$$LESSON"

page: notebook-given setup ## write a notebook as one HTML page: make page NOTEBOOK=...
	@exec .venv/bin/python -m backprop_classroom page $(ARGS) -- "$$NOTEBOOK"

book: set-up-for-book ## write the lessons as a website in build/book (ARGS=--paper adds a PDF)
	@exec .venv/bin/python -m backprop_classroom book $(ARGS)

lite: set-up-for-lite ## write a site that runs the lessons in the browser (ARGS=--serve opens it)
	@exec .venv/bin/python -m backprop_classroom lite $(ARGS)

# These checks run before the set-up.
student-given:
	@test -n "$$LESSON" && test -n "$$STUDENT" || { \
	  echo "submit: LESSON and STUDENT are missing: make submit LESSON=03_backward_pass STUDENT=your-id" >&2; \
	  exit 1; }

download-given:
	@test -n "$$FROM" || { \
	  echo "collect: FROM should be the folder or zip with the submissions: make collect FROM=download.zip" >&2; \
	  exit 1; }

platform-given:
	@case "$$FOR" in canvas | moodle | blackboard) ;; *) \
	  echo "marks: FOR should be canvas, moodle or blackboard, not \"$$FOR\": make marks LESSON=03_backward_pass FOR=canvas INTO=export.csv" >&2; \
	  exit 1;; esac

notebook-given:
	@test -f "$$NOTEBOOK" || { \
	  echo "page: NOTEBOOK should be the file of a notebook, not \"$$NOTEBOOK\": make page NOTEBOOK=notebooks/03_backward_pass/backward_pass.ipynb" >&2; \
	  exit 1; }

lesson-given:
	@test -d solutions || { \
	  echo "$(firstword $(MAKECMDGOALS)): there is no folder solutions/ here; run this in the course folder of an instructor" >&2; \
	  exit 1; }
	@test -n "$$LESSON" && test -d "solutions/$$LESSON" || { \
	  echo "$(firstword $(MAKECMDGOALS)): LESSON should be one of the folders in solutions/ ($$(echo $$(ls solutions))), not \"$$LESSON\": make $(firstword $(MAKECMDGOALS)) LESSON=03_backward_pass" >&2; \
	  exit 1; }

bench: set-up-for-tests ## measure training, checks and grading against other programs (ARGS=--help)
	@test -n "$(ARGS)" || .venv/bin/python tests/bench/bench_speed.py
	@test -n "$(ARGS)" || .venv/bin/python tests/bench/bench_checks.py
	@test -n "$(ARGS)" || .venv/bin/python tests/bench/bench_lite.py
	@test -n "$(ARGS)" || .venv/bin/python tests/bench/bench_suite.py
	@test -n "$(ARGS)" || .venv/bin/python tests/bench/bench_commands.py
	@exec .venv/bin/python tests/bench/bench_grading.py $(ARGS)

# --python-version: the oldest Python that pyproject.toml allows. Pins that still fit
# are kept; ARGS=--upgrade updates all of them.
lock: ## pin the dependencies of pyproject.toml in requirements.txt (needs uv)
	@command -v uv >/dev/null || { \
	  echo "lock: uv is needed to write requirements.txt, and is not on PATH: install it (pip install uv, or pipx install uv), then run make lock again." >&2; \
	  exit 1; }
	@uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --all-extras \
	  $(ARGS) pyproject.toml -o requirements.txt

# Checkpoints are kept, too: each contains a notebook as last saved.
clean: ## remove .venv and caches, but not students' work and grades
	@rm -rf .venv build dist src/*.egg-info .pytest_cache .ruff_cache .hypothesis
	@find src tests -type d -name __pycache__ -prune -exec rm -rf {} +
	@kept=''; for it in to_hand_in submitted autograded feedback report marks gradebook.db grades.csv; do \
	  test ! -e $$it || kept="$$kept $$it"; \
	done; \
	test -z "$$kept" || echo "clean: kept, because they contain students' work and grades:$$kept"
