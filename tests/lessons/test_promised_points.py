"""What `make submit` promises is what `make grade` gives, for honest notebooks."""

import json

import pytest
from course import REPOSITORY, grade_id, released_of, source_of
from required import require
from sample_class import members
from test_partly_solved import LIMITS, SHORTER, lesson_as_released, partly_solved

from backprop_classroom.grading.marking import mark
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.grading.worker import SandboxKind, warm_sandbox
from backprop_classroom.release import lessons
from backprop_classroom.submissions.inspecting import handed_out
from backprop_classroom.submissions.running import run

# Members with mistakes, of each lesson: in a short run, and in a long one.
FEW, MANY = 1, 3
EVERY = 9  # of so many partly solved notebooks one is run: each takes a kernel of its own
SLOW = "05_four_programs"  # its trainings take a minute


@pytest.fixture(scope="module")
def warm():
    """A function that returns a `Lesson` by its name, and the warm sandbox that it runs in."""
    require(not why_no_sandbox(), why_no_sandbox())
    opened = {}

    def lesson_and_sandbox(name):
        if name not in opened:
            close()
            lesson = lesson_as_released(name)
            opened[name] = lesson, warm_sandbox(SandboxKind(lesson.warm_up, True, LIMITS))
        return opened[name]

    def close():
        while opened:
            _, (_, sandbox) = opened.popitem()
            sandbox.close()

    yield lesson_and_sandbox
    close()


def partly(lesson, solved):
    notebook, sources = released_of(lesson), source_of(lesson)
    texts = {grade_id(cell): cell.source for cell in sources.cells}
    for cell in notebook.cells:
        if grade_id(cell) in solved:
            cell.source = texts[grade_id(cell)]
    return notebook


def notebooks():
    """Yield members of a class with mistakes and partly solved notebooks, by lesson."""
    for lesson in lessons(REPOSITORY):
        faulty = [one for one in members(60, lesson=lesson) if 0 in one.expected.values()]
        for number, member in enumerate(faulty[:MANY]):
            marks = () if number < FEW and lesson != SLOW else pytest.mark.long
            yield pytest.param(
                lesson, member.notebook, id=f"{lesson}-{member.student}", marks=marks
            )
    for one in list(partly_solved())[::EVERY]:
        lesson, solved = one.values
        yield pytest.param(lesson, partly(lesson, solved), id=one.id, marks=pytest.mark.long)


@pytest.mark.parametrize("name, notebook", list(notebooks()))
def test_a_notebook_earns_what_it_was_promised(warm, name, notebook):
    lesson, sandbox = warm(name)
    for cell in notebook.cells:
        for old, new in SHORTER.get(name, {}).items():
            cell.source = cell.source.replace(old, new)
    data = json.dumps(notebook).encode()

    promised = run(data, lesson=handed_out(root=REPOSITORY, lesson=name), limits=LIMITS)
    graded = mark(sandbox, lesson, "ada", data)

    given = {one.exercise: one.earned for one in graded.verdicts}
    assert promised.earned == pytest.approx(sum(given.values()), abs=0.005 * len(given)), given
    errors = [cell for cell in json.loads(graded.notebook)["cells"] if fails(cell)]
    assert [one.text for one in promised.remarks if one.blocks] == [] or errors


def fails(cell):
    return any(output["output_type"] == "error" for output in cell.get("outputs", ()))
