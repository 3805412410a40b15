"""What `make submit` promises is what `make grade` gives, for honest notebooks."""

import json
from itertools import islice

import pytest
from course import REPOSITORY, released_of
from required import require
from sample_class import members
from test_partly_solved import (
    LIMITS,
    TRAIN_ONCE,
    lesson_as_released,
    partly_solved,
    shortened,
    solved_in_part,
    worth,
)
from warm_kernels import WarmKernels

from backprop_classroom.grading.marking import mark
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.grading.worker import SandboxKind, warm_sandbox
from backprop_classroom.release import lessons
from backprop_classroom.submissions.inspecting import handed_out
from backprop_classroom.submissions.running import run

# Members with mistakes, of each lesson: in a short run, and in a long one.
FEW, MANY = 1, 3
SLOW = "05_four_programs"  # its trainings take a minute


def one_at_a_time(start):
    """Yield a function that starts something for a lesson, and first closes that of another."""
    opened = {}

    def of_lesson(name):
        if name not in opened:
            close()
            opened[name] = start(name)
        return opened[name]

    def close():
        while opened:
            opened.popitem()[1].close()

    yield of_lesson
    close()


@pytest.fixture(scope="module")
def sandbox():
    """A function that returns the warm sandbox of a lesson."""
    require(not why_no_sandbox(), why_no_sandbox())
    yield from one_at_a_time(
        lambda name: warm_sandbox(SandboxKind(lesson_as_released(name).warm_up, True, LIMITS))
    )


@pytest.fixture(scope="module")
def kernels():
    """A function that returns the `WarmKernels` of a lesson."""

    def start(name):
        cells = shortened(released_of(name), name).cells
        return WarmKernels([TRAIN_ONCE, *(c.source for c in cells if c.cell_type == "code")])

    yield from one_at_a_time(start)


def faulty_members():
    """Yield members of a class with mistakes, by lesson."""
    for lesson in lessons(REPOSITORY):
        faulty = (one for one in members(60, lesson=lesson) if 0 in one.expected.values())
        for number, member in enumerate(islice(faulty, MANY)):
            marks = () if number < FEW and lesson != SLOW else pytest.mark.long
            yield pytest.param(
                lesson, member.notebook, id=f"{lesson}-{member.student}", marks=marks
            )


@pytest.mark.parametrize("name, notebook", list(faulty_members()))
def test_a_notebook_earns_what_it_was_promised(sandbox, name, notebook):
    data = json.dumps(shortened(notebook, name)).encode()

    promised = run(data, lesson=handed_out(root=REPOSITORY, lesson=name), limits=LIMITS)
    graded = mark(sandbox(name), lesson_as_released(name), "ada", data)

    given = {one.exercise: one.earned for one in graded.verdicts}
    assert promised.earned == pytest.approx(sum(given.values()), abs=0.005 * len(given)), given
    errors = [cell for cell in json.loads(graded.notebook)["cells"] if fails(cell)]
    assert [one.text for one in promised.remarks if one.blocks] == [] or errors


def fails(cell):
    return any(output["output_type"] == "error" for output in cell.get("outputs", ()))


@pytest.mark.long
@pytest.mark.parametrize("name, solved", partly_solved())
def test_a_partly_solved_notebook_is_promised_what_it_earns(kernels, name, solved):
    # `test_partly_solved.py` grades the same notebooks and asserts the same points.
    data = json.dumps(solved_in_part(name, solved)).encode()

    promised = kernels(name).run(
        data, lesson=handed_out(root=REPOSITORY, lesson=name), limits=LIMITS
    )

    assert [one.text for one in promised.remarks if one.blocks] == []
    assert promised.earned == sum(worth(name, solved).values())
