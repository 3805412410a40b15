"""Notebooks changed at random: each has its page and its place in the report, or one reason."""

import json
import logging
import random

import nbformat
import pytest
from pages import bounded_work
from sandboxes import LESSON, registered_lesson

from backprop.report import Finding, Report
from backprop_classroom.grading import marking
from backprop_classroom.grading.feedback import _in_words
from backprop_classroom.grading.results import Graded
from backprop_classroom.report import page, report_of
from backprop_classroom.report.tables import students_table
from backprop_classroom.submissions.reading import Unreadable, parse
from backprop_judge import EXERCISES

NESTED = 700


def deep(value):
    for _ in range(NESTED):
        value = {"a": value}
    return value


TEXTS = [
    "", "x", "\n" * 3_000, " \n" * 2_000, "(" * 4_000, "'" * 4_000, "\\" * 4_000, "&" * 20_000,
    "<" * 5_000, "<div>" * 2_000, "<b style='color:red'><p>" * 300, "<!--" * 2_000, "[" * 4_000,
    "*" * 4_000, "> " * 2_000, r"\\[" * 3_000, "$" + "{" * 900 + "}" * 900 + "$", "`" * 3_000,
    "|a" * 2_000 + "\n" + "|-" * 2_000, "  - x\n" * 500, "\x1b[31m" * 3_000, "\x00\x1b\ud800\u202e",
    "<svg>" * 500, "<img src='data:image/svg+xml;base64,//48AD8A'>", "%%html\n<script>x</script>",
    "```ruby\n" * 200, "![a](attachment:x)", "### BEGIN MARK SCHEME\n", "raise NotImplementedError",
]  # fmt: skip
ODD = [
    None,
    True,
    -1,
    3,
    1e308,
    float("nan"),
    10**40,
    [],
    {},
    [1],
    [["x"]],
    {"a": []},
    deep("x"),
    "nbgrader",
]
KINDS = [
    "text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg",
    "image/svg+xml", "application/json", "x",
]  # fmt: skip


def places_in(value, found, depth=20):
    """All pairs of a dictionary or list and a key in it, as deep as notebooks are."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        found.append((value, key))
        if depth and isinstance(value[key], dict | list):
            places_in(value[key], found, depth - 1)
    return found


def copied(value):
    return json.loads(json.dumps(value))


def mutated(notebook, rng):
    """A copy of a notebook as JSON, with some places changed; now and then with bytes changed."""
    notebook = copied(notebook)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        if not notebook:
            break
        inside, key = rng.choice(places_in(notebook, []))
        change = rng.randrange(5)
        if change == 0:
            del inside[key]
        elif change == 1 and isinstance(inside, list):
            inside.insert(key, copied(inside[key]))
        elif change == 2:
            inside[key] = copied(rng.choice(ODD))
        elif change == 3 and isinstance(inside, dict):
            inside[rng.choice(["attachments", "metadata", "outputs", "source", "x"])] = copied(
                rng.choice(ODD)
            )
        else:
            inside[key] = rng.choice(TEXTS)
    data = bytearray(json.dumps(notebook).encode())
    if rng.random() < 0.1:
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def odd_outputs(rng):
    text = rng.choice(TEXTS)
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": text},
        {"output_type": "error", "ename": "E", "evalue": text, "traceback": [text] * 3},
        {"output_type": "display_data", "metadata": rng.choice(ODD), "data": {
            rng.choice(KINDS): rng.choice([*TEXTS, *ODD]) for _ in range(3)
        }},
        {"output_type": "execute_result", "data": {"text/html": text}, "execution_count": 1},
        rng.choice(ODD),
    ]  # fmt: skip
    return rng.choice([rng.choice(ODD), rng.choices(outputs, k=rng.choice([0, 1, 3, 120]))])


def progress_of(notebook, rng):
    progress = marking._Progress()
    for place in range(len(notebook.cells)):
        progress.outputs[place] = (odd_outputs(rng), rng.choice([None, 1]), 1)
        if rng.random() < 0.05:
            progress.stopped[place] = "it ignored its time limit"
    for entry in EXERCISES.values():
        if entry.lesson == LESSON and rng.random() < 0.8:
            finding = Finding("wrong-value", "dW1", rng.choice(TEXTS)[:2_000])
            progress.reports[entry.id] = Report(entry.id, entry.points, 0.5, (finding,))
    return progress


@pytest.fixture(autouse=True)
def no_log():
    """What nbconvert logs of such texts is no valid Unicode, and could not be passed on."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    return registered_lesson(tmp_path_factory.mktemp("course"))


def graded_of(data, lesson, student, rng):
    try:
        submission = parse(data, lesson)
    except Unreadable as error:
        return Graded(student, lesson.name, reason=str(error))
    return marking._graded(lesson, student, submission, progress_of(submission.notebook, rng))


@pytest.mark.parametrize("count", [8, pytest.param(1_000, marks=pytest.mark.long)])
def test_a_changed_notebook_has_its_page_and_its_place_in_the_report_or_one_reason(
    count, handed_in, feedback
):
    notebook, lesson = handed_in
    class_, shown = [], 0
    for number in range(count):
        rng = random.Random(number)
        with bounded_work(10):
            one = graded_of(mutated(notebook, rng), lesson, f"s{number}", rng)
            class_.append(one)
            if one.reason:
                assert "\n" not in one.reason and len(one.reason) < 300
                continue
            shown += len(feedback(nbformat.reads(one.notebook, as_version=4))) > 100_000
            damaged(one.notebook, rng, feedback)
    assert 0 < count - shown < count / 2
    with bounded_work(count / 10):
        report = report_of(LESSON, class_, roster={one.student: () for one in class_})
        written, table = page(report), students_table(report)
    assert all(f"s{number}," in table for number in range(count))
    assert all(one.student in written for one in class_ if one.reason)


def damaged(text, rng, feedback):
    """Make a page of a graded copy that was changed: there is one, or a reason in one line."""
    try:
        feedback(nbformat.reads(mutated(json.loads(text), rng).decode("utf-8", "replace"), 4))
    except Exception as error:
        assert "\n" not in _in_words(error) and len(_in_words(error)) < 400
