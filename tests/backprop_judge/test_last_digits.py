"""No output that is compared and no verdict hangs on the last digits, which machines differ in."""

import copy
import math
import os
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from bank import RIGHT, WRONG
from course import REPOSITORY, source_of
from disturbed import compiled, disturbed
from nbformat.v4 import new_code_cell, new_notebook, new_output
from rerun import data_of, differences, in_a_fork, outputs_differ, sanitized

from backprop import evaluate
from backprop_classroom.release import lessons

LESSONS = lessons(REPOSITORY)
QUICK = ("03_backward_pass",)  # most others train

# Few enough for every run of the tests: half of those that rounding could change most.
SMALL_STEPS = "numerical_gradient", "is_a_gradient"
FEW = [answer for answer in RIGHT + WRONG if answer.exercise in SMALL_STEPS][1::2]

# ---- the disturbance ----------------------------------------------------------------

rng = np.random.default_rng(0)
a, b = rng.standard_normal((2, 6, 6))
c = a + 1j * b

INEXACT = {
    "a product": lambda: a * b,
    "a sum": lambda: a + b,
    "a difference": lambda: a - b,
    "a quotient": lambda: a / b,
    "a square": lambda: a**2,
    "a power": lambda: np.abs(a) ** 0.3,
    "an exponential": lambda: np.exp(a),
    "a logarithm": lambda: np.log(np.abs(a)),
    "a tanh": lambda: np.tanh(a),
    "a transposed product": lambda: a.T * b[::-1],
    "a product in place": lambda: a.copy().__imul__(b),
    "sums of rows": lambda: np.abs(a).sum(axis=1),
    "sums of columns": lambda: np.abs(a).sum(axis=0),
    "means": lambda: np.abs(a).mean(axis=0),
    "running sums": lambda: np.cumsum(np.abs(a)),
    "a matrix product": lambda: a @ b,
    "stacked matrix products": lambda: a[:, :, None] @ b[:, None, :],
    "a matrix by a vector": lambda: a @ b[0],
    "a dot product": lambda: np.dot(a, b),
    "a method": lambda: a.dot(b),
    "an einsum": lambda: np.einsum("ij,jk->ik", a, b),
    "an outer product": lambda: np.outer(a[0], b[0]),
    "an inverse": lambda: np.linalg.inv(a),
    "a complex product": lambda: c * c,
    "a complex matrix product": lambda: c @ c,
    "an exponential of math": lambda: np.array([math.exp(x) for x in a.flat]),
}
EXACT = {
    "whole numbers": lambda: np.arange(5.0) * 3 - np.arange(5.0) / 2,
    "a product with a unit matrix": lambda: np.eye(3) @ np.arange(9.0).reshape(3, 3),
    "exp(0)": lambda: np.exp(np.zeros(3)),
    "counts": lambda: np.ones((4, 4)).sum(axis=0),
    "tenths of whole numbers": lambda: np.arange(7) / 10,
    "rounded numbers": lambda: np.round(a, 3),
}


@pytest.mark.parametrize("compute", INEXACT.values(), ids=INEXACT)
def test_results_differ_in_their_last_digits(compute):
    with disturbed(0):
        disturbed_once, disturbed_again = compute(), compute()
    assert np.any(disturbed_once != disturbed_again)
    error = np.abs(disturbed_once - compute()) / np.abs(compute())
    assert np.mean(error > 0) > 0.8
    assert np.max(error) < 1e-12  # a sum in several steps has an error from each


@pytest.mark.parametrize("compute", EXACT.values(), ids=EXACT)
def test_what_every_machine_computes_alike_stays(compute):
    with disturbed(0):
        assert np.array_equal(compute(), compute())
        under_disturbance = compute()
    assert np.array_equal(under_disturbance, compute())


def test_nothing_stays_disturbed_and_overflow_is_still_told():
    before = [compute() for compute in INEXACT.values()]
    with disturbed(0), pytest.warns(RuntimeWarning, match="overflow"):
        np.exp(np.array([1000.0, 0.3]))
    for compute, result in zip(INEXACT.values(), before):
        assert np.array_equal(compute(), result)


# ---- what is compared and what is not ------------------------------------------------


def figure_cell():
    """The cell with the training that moves, and its page: three of its places differed once."""
    cells = [cell for cell in source_of("04_training").cells if "training_frames" in cell.source]
    return copy.deepcopy(cells[0])


def page_of(cell):
    return next(one for one in cell.outputs if "<script>" in one.data.get("text/html", ""))


def moved(page, by):
    """Move a point of the decision boundary and one of the loss by tenths of a unit."""
    place = data_of(page)["tracks"]
    cy = next(values for key, name, values in place if (key, name) == ("dot", "cy"))
    page = page.replace(f"{cy[3]},{cy[4]}", f"{cy[3] + by:.1f},{cy[4]}", 1)
    d = next(values for key, name, values in place if (key, name) == ("boundary", "d"))[-1]
    x = re.match(r"M([\d.]+)", d)[1]
    return page.replace(d, d.replace(f"M{x}", f"M{float(x) + by:.1f}", 1), 1)


CHANGES = {
    "a word of a sentence": ("the largest entry of", "the smallest entry of"),
    "a number in a sentence": ("loss 0.7364,", "loss 0.7365,"),
    "a number in the drawing": ('"C = 0.7364"', '"C = 0.7365"'),
    "a word of the drawing": ('"negative | positive"', '"positive | negative"'),
    "the name of a frame": ('"step 40"', '"step 41"'),
    "how many frames there are": ('"still":37', '"still":36'),
}  # fmt: skip


@pytest.mark.parametrize("old, new", CHANGES.values(), ids=CHANGES)
def test_a_changed_word_or_number_of_a_figure_is_seen(old, new):
    cell = figure_cell()
    page = page_of(cell)
    stored = copy.deepcopy(cell.outputs)
    assert old in page.data["text/html"]
    page.data["text/html"] = page.data["text/html"].replace(old, new, 1)
    assert outputs_differ(cell.outputs, stored)
    assert sanitized(page.data["text/html"]) != sanitized(page_of(figure_cell()).data["text/html"])


def test_the_last_digit_of_a_place_is_not_compared_and_a_place_elsewhere_is():
    cell = figure_cell()
    stored = copy.deepcopy(cell.outputs)
    original = page_of(cell).data["text/html"]
    page_of(cell).data["text/html"] = moved(original, 0.1)
    assert page_of(cell).data["text/html"] != original
    assert outputs_differ(cell.outputs, stored) == []
    page_of(cell).data["text/html"] = moved(original, 9)
    found = outputs_differ(cell.outputs, stored)
    assert any("cy of dot" in words for words in found)
    assert any("d of boundary" in words for words in found)


def test_nbval_sees_the_words_and_not_the_places(tmp_path):
    """By nbval itself, with the options of this project."""
    page = page_of(figure_cell()).data["text/html"]
    stored = {
        "as it is": page,
        "places": moved(page, 0.1),
        "a word": page.replace("the largest entry", "the smallest entry", 1),
        "a number": page.replace('"C = 0.7364"', '"C = 0.7365"', 1),
        "a word of the drawing": page.replace('"negative | positive"', '"positive | negative"', 1),
    }
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    show = (
        "from pathlib import Path\nfrom IPython.display import display\n"
        "display({'text/html': Path('page.html').read_text('utf-8')}, raw=True)"
    )
    cells = [
        new_code_cell(
            show, execution_count=1, outputs=[new_output("display_data", {"text/html": text})]
        )
        for text in stored.values()
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "figure.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", "-rA", "--rootdir", REPOSITORY,
         "-c", REPOSITORY / "pyproject.toml", "-p", "no:cacheprovider", tmp_path / "figure.ipynb"],
        cwd=REPOSITORY, capture_output=True, text=True,
    )  # fmt: skip
    found = re.findall(r"^(PASSED|FAILED) .*?Cell (\d)", done.stdout, re.MULTILINE)
    results = {int(place): result for result, place in found}
    assert sorted(results) == list(range(len(cells))), done.stdout
    passed = [name for place, name in enumerate(stored) if results[place] == "PASSED"]
    assert passed == ["as it is", "places"]


# ---- under disturbance ---------------------------------------------------------------


def disturbed_differences(lesson, seed):
    with disturbed(seed):
        return differences(lesson)


def run_disturbed(lesson, seed):
    compiled()  # here, since a skip does not come out of a fork
    return in_a_fork(disturbed_differences, lesson, seed)


def verdicts(answers):
    """Return for each answer whether it passes, its share, its points and its codes."""
    found = {}
    for answer in answers:
        report = evaluate(answer.exercise, answer.fresh())
        codes = [finding.code for finding in report.findings]
        found[str(answer)] = report.passed, report.score, report.earned, codes
    return found


def disturbed_verdicts(answers, seed):
    with disturbed(seed):
        return verdicts(answers)


def changes(one, other):
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


@pytest.mark.parametrize(
    "lesson",
    [pytest.param(one, marks=() if one in QUICK else pytest.mark.long) for one in LESSONS],
)
def test_a_lesson_says_the_same_with_other_last_digits(lesson):
    assert run_disturbed(lesson, 0) == []


def test_verdicts_on_differences_stay_with_other_last_digits():
    assert changes(verdicts(FEW), disturbed_verdicts(FEW, 0)) == {}


@pytest.mark.parametrize(
    "rate, seeds",
    [(35.0, 1)] + [pytest.param(rate, 5, marks=pytest.mark.long) for rate in (35.0, 40.0, 60.0)],
)
def test_a_rate_whose_training_hangs_on_the_last_digit_diverges_on_every_machine(rate, seeds):
    for seed in range(seeds):
        with disturbed(seed):
            report = evaluate("learning_rate", lambda: (0.01, 3.0, rate))
        assert report.passed, report


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 21))
class TestTwentySeeds:
    @pytest.mark.parametrize("lesson", LESSONS)
    def test_a_lesson_says_the_same(self, lesson, seed):
        assert run_disturbed(lesson, seed) == []

    def test_the_bank_is_judged_alike(self, seed):
        # A quarter of the bank, so that each answer is judged at five seeds.
        answers = (RIGHT + WRONG)[seed % 4 :: 4]
        assert changes(verdicts(answers), disturbed_verdicts(answers, seed)) == {}


# ---- other instructions, another BLAS ------------------------------------------------


def settings():
    """Return by name the variables that choose other kernels of OpenBLAS and of numpy."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    # All that the OpenBLAS in numpy's wheels for x86 tells apart; elsewhere it takes no notice.
    kernels = "Prescott", "Nehalem", "Sandybridge", "Haswell", "SkylakeX"
    found = {f"OpenBLAS for {name}": {"OPENBLAS_CORETYPE": name} for name in kernels}
    found["OpenBLAS with a small cache"] = {"OPENBLAS_L2_SIZE": "128"}
    supported = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    found["no vector instructions"] = {"NPY_DISABLE_CPU_FEATURES": " ".join(supported)}
    return found


@pytest.mark.long
@pytest.mark.parametrize("variables", settings().values(), ids=settings())
def test_lessons_and_bank_pass_with_other_instructions(variables):
    elsewhere = {name: value for name, value in os.environ.items()
                 if not name.startswith(("OPENBLAS_", "NPY_"))}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", "-m", "", "-k", "not five_seeds", "-p", "no:cacheprovider",
         "tests/backprop_judge/test_last_digits.py::test_a_lesson_says_the_same_here",
         "tests/backprop_judge/test_bank.py"],
        cwd=REPOSITORY, env=elsewhere | variables, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.long
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_says_the_same_here(lesson):
    assert in_a_fork(differences, lesson) == []
