"""Answers that are alike are shown; those that everybody writes alike are not."""

import random
import time

import pytest
from bank import RIGHT
from course import exercises_of, source_of
from sample_class import CONTRIVED, cell_of

from backprop_classroom.grading.results import Graded, Verdict
from backprop_classroom.report import page, report_of
from backprop_classroom.report.alike import alike, runs_of
from backprop_judge import EXERCISES

LESSON = "03_backward_pass"
EXERCISE = "backward_propagation"
ANSWER = '''\
def backward_propagation(X, Y, out_h, out_y, W2):
    """Return the gradients."""
    m = X.shape[1]
    error = (out_y - Y) * out_y * (1 - out_y)
    grad_W2 = np.zeros_like(W2)
    hidden = np.zeros(out_h.shape)
    for e in range(m):
        grad_W2 += np.outer(error[:, e], out_h[:, e])  # one example after the other
        hidden[:, e] = W2.T.dot(error[:, e]) * out_h[:, e] * (1 - out_h[:, e])
    return hidden @ X.T, hidden.sum(axis=1, keepdims=True), grad_W2, error.sum(1)[:, None]
'''
DISGUISED = """\
# my own work
def backward_propagation(X, Y, out_h, out_y, W2):
    number_of_examples = X.shape[1]

    delta = ((out_y - Y) * out_y
             * (1 - out_y))
    a = np.zeros_like(W2)
    b = np.zeros(out_h.shape)
    print("here")
    for i in range(number_of_examples):
        a += np.outer(delta[:, i], out_h[:, i])
        b[:, i] = W2.T.dot(delta[:, i]) * out_h[:, i] * (1 - out_h[:, i])
    return b @ X.T, b.sum(axis=1, keepdims=True), a, delta.sum(1)[:, None]
"""


def honest_class(exercise):
    """One student for each right answer of the bank: each in another way."""
    answers = [cell_of(one) for one in RIGHT if one.exercise == exercise]
    return {f"s{number:03}": (text, 1.0) for number, text in enumerate(answers)}


def texts_of_course(lesson):
    return [cell.source for cell in source_of(lesson).cells if cell.cell_type == "code"]


def found(answers, lesson=LESSON, exercise=EXERCISE):
    return [one.students for one in alike(exercise, answers, texts_of_course(lesson))]


@pytest.mark.parametrize(
    "other", [ANSWER, DISGUISED], ids=["identical", "in other names and lines"]
)
def test_answers_that_are_alike_are_found_in_a_class(other):
    answers = honest_class(EXERCISE) | {"ada": (ANSWER, 6.0), "bob": (other, 0.0)}
    (one,) = alike(EXERCISE, answers, texts_of_course(LESSON))
    assert one.students == ("ada", "bob") and one.share > 0.8
    assert [side.student for side in one.pair] == ["ada", "bob"]
    assert [side.source for side in one.pair] == [ANSWER.strip("\n"), other.strip("\n")]
    assert [side.earned for side in one.pair] == [6.0, 0.0]


def test_three_who_share_an_answer_are_one_group():
    answers = honest_class(EXERCISE)
    answers |= {"ada": (ANSWER, 6.0), "bob": (DISGUISED, 6.0), "cy": (ANSWER, 6.0)}
    assert found(answers) == [("ada", "bob", "cy")]


@pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(id, marks=[pytest.mark.long] * (number % 4 > 0))
        for number, id in enumerate(id for id, one in EXERCISES.items() if not one.manual)
    ],
)
def test_those_who_work_alone_are_not_listed(exercise):
    answers = [one for one in RIGHT if one.exercise == exercise and one.name not in CONTRIVED]
    answers = {f"{n} {one.name}": (cell_of(one), 1.0) for n, one in enumerate(answers)}
    assert found(answers, EXERCISES[exercise].lesson, exercise) == []


def test_what_the_course_has_written_itself_is_not_listed():
    for entry in exercises_of(LESSON):
        for cell in source_of(LESSON).cells:
            if f"def {entry.id}(" in cell.source:
                both = {"ada": (cell.source, 1.0), "bob": (cell.source.replace("out", "o"), 1.0)}
                assert found(both, exercise=entry.id) == []


def test_a_short_answer_is_not_listed():
    short = "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(z / 2))"
    assert alike("sigmoid", {"ada": (short, 1.0), "bob": (short, 1.0)}) == []


def test_what_many_of_a_class_write_is_not_listed():
    answers = honest_class(EXERCISE) | {f"same{n}": (ANSWER, 6.0) for n in range(9)}
    assert found(answers) == []


@pytest.mark.parametrize("text", ["", "(", "x = '", "def f(:\n\treturn 1\n  2", "\x00", "é" * 99])
def test_text_that_is_no_python_is_compared_all_the_same(text):
    assert runs_of(text + ANSWER) and isinstance(runs_of(text), frozenset)


@pytest.mark.long
def test_a_large_class_is_compared_in_seconds():
    chance = random.Random(1)
    lines = ANSWER.splitlines()
    answers = {}
    for number in range(500):
        text = "\n".join(chance.choices(lines, k=60)) + f"\nx = {number}"
        answers[f"s{number}"] = (text, 0.0)
    before = time.process_time()
    alike(EXERCISE, answers)
    assert time.process_time() - before < 10


def test_the_page_shows_them_side_by_side_and_calls_it_no_verdict():
    texts = {"ada": ANSWER + "# <script>", "bob": DISGUISED, "cy": "def f(): pass"}
    graded = [
        Graded(who, LESSON, verdicts=(Verdict(EXERCISE, 6.0, 6.0, (), (), text),))
        for who, text in texts.items()
    ]
    report = report_of(LESSON, graded)
    (one,) = report.alike
    assert one.students == ("ada", "bob")
    html = page(report)
    after = html.partition('id="alike"')[2]
    assert "not a verdict" in after and "number_of_examples" in after and "grad_W2" in after
    assert "<script>" not in html and "ada, bob" in after
    alone = page(report_of(LESSON, graded[:1]))
    assert "No two answers are unusually similar" in alone


def test_what_is_still_to_be_written_is_not_compared():
    graded = [
        Graded(
            who, LESSON, verdicts=(Verdict(EXERCISE, 6.0, 0.0, ("not-implemented",), (), ANSWER),)
        )
        for who in ("ada", "bob")
    ]
    assert report_of(LESSON, graded).alike == ()
