"""The notebooks with some of their exercises solved: they run, and earn what is solved."""

import itertools

import pytest
from course import REPOSITORY, grade_id, released_of, source_of

from backprop.exercises import EXERCISES
from backprop.release import execute, lessons, points_given

# A training that takes the student's own backward pass, for which no stand-in is quick enough.
NEEDS = {"train_digits": "paste_backward_propagation"}


def covering_rows(count):
    """Return lists of True and False in which any two places are both True and differ in both ways."""
    width = 1
    while _middle(width) < count:
        width += 1
    rows = [[True] * count]
    columns = [set(chosen) for chosen in _halves(width)][:count]
    return rows + [[row in column for column in columns] for row in range(width)]


def _halves(width):
    return itertools.combinations(range(width), (width + 1) // 2)


def _middle(width):
    return len(list(_halves(width)))


@pytest.mark.parametrize("count", range(2, 9))
def test_the_covering_rows_cover(count):
    rows = covering_rows(count)
    for i in range(count):
        for j in range(i):
            assert {(row[i], row[j]) for row in rows} >= {
                (True, True),
                (True, False),
                (False, True),
            }


def partly_solved():
    """Return for each lesson, the slow one first, which of its cells are solved."""
    found = []
    for lesson in reversed(lessons(REPOSITORY)):
        cells = [
            c for c in source_of(lesson).cells if c.metadata.get("nbgrader", {}).get("solution")
        ]
        ids = [grade_id(cell) for cell in cells if cell.cell_type == "code"]
        for row in covering_rows(len(ids)):
            solved = [id for id, done in zip(ids, row) if done]
            if len(solved) < len(ids):  # all solved is what nbval executes
                found.append(
                    pytest.param(lesson, solved, id=f"{lesson}-{'+'.join(solved) or 'nothing'}")
                )
    return found


@pytest.mark.parametrize("lesson, solved", partly_solved())
def test_a_partly_solved_notebook_runs_and_earns_what_is_solved(lesson, solved):
    notebook, source = released_of(lesson), {grade_id(c): c for c in source_of(lesson).cells}
    for cell in notebook.cells:
        if grade_id(cell) in solved:
            cell.source = source[grade_id(cell)].source
    executed = execute(notebook, name=lesson)  # raises if any cell fails
    for cell in executed.cells:
        id = grade_id(cell).removeprefix("check_")
        if id != grade_id(cell):
            done = id in solved and NEEDS.get(id, id) in solved
            wanted = EXERCISES[id].points if done else 0.0
            assert points_given(cell) == wanted, id
            assert not any("stderr" == output.get("name") for output in cell.outputs)
