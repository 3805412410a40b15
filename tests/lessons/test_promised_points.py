"""What `make submit` promises is what `make grade` gives, for honest notebooks."""

import json
from itertools import islice

import pytest
from course import REPOSITORY, exercises_of, released_of
from required import require
from sample_class import members
from test_partly_solved import (
    LIMITS,
    TRAIN_ONCE,
    lesson_as_released,
    partly_solved,
    shortened,
    solved_in_part,
    warm,  # noqa: F401
    worth,
)
from warm_kernels import WarmKernels

from backprop_classroom.grading.marking import mark
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.release import lessons
from backprop_classroom.submissions.inspecting import handed_out
from backprop_classroom.submissions.running import run

MEMBERS = 5  # with slips, of each lesson
SHORT = "03_backward_pass"  # with the most kinds of exercises, and without training


@pytest.fixture(scope="module")
def sandbox(warm):  # noqa: F811
    """A function that returns the warm and sealed sandbox of a lesson."""
    require(not why_no_sandbox(), why_no_sandbox())
    return warm


@pytest.fixture(scope="module")
def kernels():
    """A function that returns the `WarmKernels` of a lesson, and first closes those of another."""
    opened = {}

    def close():
        while opened:
            opened.popitem()[1].close()

    def of_lesson(name):
        if name not in opened:
            close()
            cells = shortened(released_of(name), name).cells
            sources = [cell.source for cell in cells if cell.cell_type == "code"]
            opened[name] = WarmKernels([TRAIN_ONCE, *sources])
        return opened[name]

    yield of_lesson
    close()


def with_slips(numbers):
    """Return for each lesson the numbers of members of a class who have not solved all."""
    return [
        pytest.param(lesson, number, marks=pytest.mark.long if number or lesson != SHORT else ())
        for lesson in lessons(REPOSITORY)
        for number in numbers
    ]


def slipped(lesson, number):
    """Return the member with a number among those who have not solved all of a lesson."""
    judged = [entry.id for entry in exercises_of(lesson) if not entry.manual]
    several = (
        member
        for member in members(60, lesson=lesson)
        if not all(member.fillings[id].points for id in judged)
    )
    return next(islice(several, number, None))


@pytest.mark.parametrize("lesson, number", with_slips([0]))
def test_a_notebook_earns_what_it_was_promised(sandbox, lesson, number):
    assert_promise_is_kept(run, sandbox, slipped(lesson, number))


@pytest.mark.parametrize("lesson, number", with_slips(range(1, MEMBERS)))
def test_a_notebook_earns_what_a_warm_kernel_promised(kernels, sandbox, lesson, number):
    assert_promise_is_kept(kernels(lesson).run, sandbox, slipped(lesson, number))


def assert_promise_is_kept(run, sandbox, member):
    name = member.lesson
    data = json.dumps(shortened(member.notebook, name)).encode()

    promised = run(data, lesson=handed_out(root=REPOSITORY, lesson=name), limits=LIMITS)
    graded = mark(sandbox(name), lesson_as_released(name), "ada", data)

    given = {one.exercise: one.earned for one in graded.verdicts}
    assert promised.earned == pytest.approx(sum(given.values()), abs=0.005 * len(given)), given
    errors = [cell for cell in json.loads(graded.notebook)["cells"] if fails(cell)]
    assert bool(errors) == any(one.blocks for one in promised.remarks), promised.remarks


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
