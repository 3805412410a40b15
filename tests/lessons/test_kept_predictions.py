"""Each prediction is one line to change, and the next code cell compares it with the outcome."""

import ast
import re

import pytest
from course import REPOSITORY, released_of, source_of
from nbformat.v4 import new_code_cell, new_markdown_cell

from backprop import compare_prediction
from backprop.notebook import variables
from backprop.predictions import PREDICTED
from backprop_classroom.release import lessons

LESSONS = lessons(REPOSITORY)
QUESTION = "> **Predict.**"
OPTIONS = re.compile(r'prediction = None  # ((?:"[^"]+", )*"[^"]+" or "[^"]+")')
NUMBER = re.compile(r"prediction = None  # a number, such as -?\d+(\.\d+)?")


def is_prediction(cell):
    return cell.cell_type == "code" and cell.source.startswith("prediction =")


def calls_in(cell):
    """The calls of compare_prediction in a cell, each with its arguments as they are written."""
    if cell.cell_type != "code" or "compare_prediction(" not in cell.source:
        return []
    return [
        node
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "compare_prediction"
    ]


def details(call):
    """The id of a comparison, its options and its distance; a ValueError if they are no literals."""
    named = {one.arg: ast.literal_eval(one.value) for one in call.keywords}
    return ast.literal_eval(call.args[0]), named.get("among", ()), named.get("within", 0.0)


def faults_of(cells):
    """What is wrong with the predictions of a lesson, a sentence each."""
    faults, ids, waiting = [], [], None
    for before, cell in zip([None, *cells], cells):
        if cell.cell_type == "markdown" and QUESTION in cell.source:
            after = cells[cells.index(cell) + 1 :][:1]
            if not (after and is_prediction(after[0])):
                faults.append(f"no line to write the prediction down: {cell.source[-80:]!r}")
        if cell.cell_type != "code":
            continue
        calls = calls_in(cell)
        if is_prediction(cell):
            if waiting is not None:
                faults.append(f"not compared: {waiting}")
            waiting = cell.source
            if before is None or before.cell_type != "markdown" or QUESTION not in before.source:
                faults.append(f"no question above: {cell.source}")
            continue
        if len(calls) != (waiting is not None):
            faults.append(f"{len(calls)} comparisons after {waiting}: {cell.source}")
        for call in calls:
            id, among, within = details(call)
            ids.append(id)
            if waiting is not None:
                faults += faults_of_line(id, waiting, among, within)
        waiting = None
    faults += [f"not compared: {waiting}"] * (waiting is not None)
    return faults + [f"{id} is used twice" for id in set(ids) if ids.count(id) > 1]


def faults_of_line(id, line, among, within):
    """What is wrong with the line of one prediction, given what it is compared with."""
    if re.fullmatch(r"[a-z]\w*", id) is None:
        return [f"{id!r} is no name"]
    if among:
        said = OPTIONS.fullmatch(line)
        fits = said is not None and re.findall('"([^"]+)"', said[1]) == list(among)
    else:
        fits = within > 0 and NUMBER.fullmatch(line)
    return [] if fits else [f"{id}: {line} does not fit among={among}, within={within}"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_prediction_is_one_line_that_the_next_cell_compares(lesson):
    assert faults_of(source_of(lesson).cells) == []
    assert faults_of(released_of(lesson).cells) == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_asks_for_predictions(lesson):
    assert any(map(is_prediction, source_of(lesson).cells))


@pytest.fixture
def nothing_predicted():
    yield
    variables().pop(PREDICTED, None)


@pytest.mark.parametrize("lesson", LESSONS)
def test_whatever_is_predicted_is_answered(lesson, nothing_predicted, capsys):
    for call in [call for cell in source_of(lesson).cells for call in calls_in(cell)]:
        id, among, within = details(call)
        outcome = among[0] if among else 0.25
        for typed, said in [
            (None, "No prediction was made."),
            (outcome, "They agree."),
            (among[-1] if among else 1e9, "They differ."),
            ("fals", "It should be"),
            (0.5 if among else [1, 2], "It should be"),
        ]:
            compare_prediction(id, typed, outcome, among=among, within=within)
            assert said in capsys.readouterr().out, id


# ---- what the tests above find --------------------------------------------------------

RIGHT = (
    new_markdown_cell("> **Predict.** Which way?"),
    new_code_cell('prediction = None  # "up", "down" or "level"'),
    new_markdown_cell("Now run it."),
    new_code_cell('compare_prediction("way", prediction, found, among=("up", "down", "level"))'),
)
NUMBERS = (
    RIGHT[0],
    new_code_cell("prediction = None  # a number, such as 0.1"),
    new_code_cell('compare_prediction("size", prediction, found, within=0.05)'),
)


@pytest.mark.parametrize("cells", [RIGHT, NUMBERS, RIGHT + NUMBERS, ()])
def test_right_predictions_have_no_fault(cells):
    assert faults_of(list(cells)) == []


def test_each_fault_is_found():
    question, line, _, compare = RIGHT
    made = new_code_cell('prediction = "up"  # "up", "down" or "level"')
    two = new_code_cell('prediction = None  # "up" or "down"')
    other = new_code_cell("x = 1")
    for fault, cells in [
        ("no line to write", [question, other]),
        ("not compared", [question, line]),
        ("0 comparisons after", [question, line, other]),
        ("1 comparisons after None", [compare]),
        ("no question above", [line, compare]),
        ("does not fit", [question, made, compare]),
        ("does not fit", [question, two, compare]),
        ("does not fit", [question, line, NUMBERS[2]]),
        ("does not fit", [question, NUMBERS[1], compare]),
        ("is used twice", [*RIGHT, *RIGHT]),
    ]:
        assert any(fault in one for one in faults_of(cells)), fault
