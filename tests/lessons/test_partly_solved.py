"""The notebooks with some of their exercises solved: they run, and earn what is solved.

They run where submissions run: a warm sandbox in which the lesson has run once, and a fork of it
for each notebook.
"""

import inspect
import itertools
import json
import random
from dataclasses import replace

import pytest
from course import REPOSITORY, grade_id, released_of, source_of

from backprop_classroom.grading import picture_cache
from backprop_classroom.grading.marking import mark
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.grading.session import Session
from backprop_classroom.grading.worker import SandboxKind, warm_sandbox
from backprop_classroom.lesson import Lesson, LessonCell
from backprop_classroom.limits import Limits
from backprop_classroom.release import lessons
from backprop_judge import EXERCISES

# A training that takes the student's own backward pass, for which no stand-in is quick enough.
NEEDS = {"train_digits": "paste_backward_propagation"}

# In which rows each exercise is solved, in the order of the lesson. A training that is solved while
# what it calls is not takes long, so that happens in one row only.
CHEAP = {
    "04_training": ({0, 1, 3}, {1, 2}, {0, 1, 4}, {0, 3, 4}, {0, 2}, {2, 3}, {2, 4}),
    "06_handwriting": ({1, 2}, {0, 1, 3}, {0, 1, 4}, {0, 3, 4}, {2, 3}, {2, 4}, {0, 2}),
}

# Nor does it train for long: nbval trains in full.
SHORTER = {
    "04_training": {
        "10_000": "100", "3_600": "36", "8_000": "80", "300_000, 25": "3_000, 25",
        "1_500": "15", ", 1_000)": ", 160)", "networks=1_000": "networks=50", ", 200)": ", 20)",
        "range(0, 301, 10), *range(400, 1_001, 100)": "range(0, 31, 10)", "steps=100": "steps=10",
        "*second, 3, 100)": "*second, 3, 10)",
    },
    "05_four_programs": {
        "range(10_000)": "range(100)", "range(1_000)": "range(100)", "last=2_000_000": "last=20_000",
        "programs.train(program)": "programs.train(program, steps=100)",
        "programs.many(program, 1_000, count": "programs.many(program, 30, 100",
    },
    "06_handwriting": {
        "epochs=20": "epochs=2", "LiveTraining(20)": "LiveTraining(2)",
        "length_of_gradient(64) / length_of_gradient(16)":
            "length_of_gradient(8) / length_of_gradient(2)",
    },
}  # fmt: skip

# In the long run: every subset if a lesson has at most 5 exercises, otherwise a sample of 12.
MOST_EXERCISES, MOST_SUBSETS = 5, 12

# Only guards against hangs; limits have tests of their own.
LIMITS = Limits(cell_seconds=600, call_seconds=600, submission_seconds=3600)


def once(work):
    """Return a function that works only once for the same arguments, if these are plain data."""
    import copy
    import functools
    import pickle

    kept = {}

    @functools.wraps(work)
    def result(*arguments, **named):
        try:
            key = pickle.dumps((arguments, named))
        except (AttributeError, pickle.PicklingError):  # a function is among them
            return work(*arguments, **named)
        if key not in kept:
            kept[key] = work(*arguments, **named)
        return copy.deepcopy(kept[key])

    return result


# The trainings of lesson 5 take most of its time, and no answer has a part in them.
TRAIN_ONCE = f"""
from backprop import programs

{inspect.getsource(once)}

for name in ("train", "path", "many", "run_on"):
    setattr(programs, name, once(getattr(programs, name)))
"""


def covering_rows(count, columns=()):
    """Return lists of True and False in which any two places are both True and differ in both ways.

    columns -- in which rows each place is True, besides a first row with nothing but True; sets
        of which none contains another.
    """
    width = 1
    while _middle(width) < count:
        width += 1
    columns = columns or [set(chosen) for chosen in _halves(width)][:count]
    return [[True] * count] + [[row in column for column in columns] for row in range(width)]


def _halves(width):
    return itertools.combinations(range(width), (width + 1) // 2)


def _middle(width):
    return len(list(_halves(width)))


@pytest.mark.parametrize("columns", [(), *CHEAP.values()])
@pytest.mark.parametrize("count", range(2, 9))
def test_the_covering_rows_cover(count, columns):
    count = len(columns) or count
    rows = covering_rows(count, columns)
    for i in range(count):
        for j in range(i):
            assert {(row[i], row[j]) for row in rows} >= {
                (True, True),
                (True, False),
                (False, True),
            }


def few_rows(rows):
    """Return the fewest rows in which each place is True in one and False in another.

    Of several choices the last, since the first rows take longest.
    """
    for number in range(2, len(rows) + 1):
        found = [few for few in itertools.combinations(rows, number) if _differ_everywhere(few)]
        if found:
            return list(found[-1])
    raise ValueError("a place is the same in all rows")


def _differ_everywhere(rows):
    return all(len(set(places)) == 2 for places in zip(*rows))


def more_rows(count, covering):
    """Return all other rows, or some of them if they are many."""
    rows = [list(row) for row in itertools.product([True, False], repeat=count)]
    rows = [row for row in rows if row not in covering]
    if count > MOST_EXERCISES:
        rows = random.Random(count).sample(rows, MOST_SUBSETS)
    return rows


def partly_solved():
    """Return for each lesson, the slow ones first, which of its cells are solved."""
    found = []
    for lesson in reversed(lessons(REPOSITORY)):
        solutions = [
            cell
            for cell in source_of(lesson).cells
            if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
        ]
        ids = [grade_id(cell) for cell in solutions]
        # Without the first row, in which all is solved: that is what nbval executes.
        covering = covering_rows(len(ids), CHEAP.get(lesson, ()))
        short = few_rows(covering[1:])
        rows = [(row, () if row in short else pytest.mark.long) for row in covering[1:]]
        rows += [(row, pytest.mark.long) for row in more_rows(len(ids), covering)]
        for row, marks in rows:
            solved = [id for id, done in zip(ids, row) if done]
            name = f"{lesson}-{'+'.join(solved) or 'nothing'}"
            found.append(pytest.param(lesson, solved, marks=marks, id=name))
    return found


@pytest.fixture(scope="module", autouse=True)
def stand_in_that_trains_once():
    """What a stand-in has trained in one notebook it need not train again in the next."""
    train = EXERCISES["train"]
    with pytest.MonkeyPatch.context() as patch:
        trains_once = replace(train, specification=once(train.specification))
        patch.setitem(EXERCISES, "train", trains_once)
        yield


@pytest.fixture(scope="module")
def warm():
    """A function that returns a warm sandbox, in which the lesson with this name has run.

    All lessons share the sandbox, since starting one takes longer than most notebooks.
    """
    sandbox = warm_sandbox(SandboxKind((TRAIN_ONCE,), not why_no_sandbox(), LIMITS))
    have_run = set()

    def of_lesson(name):
        if name not in have_run:
            have_run.add(name)
            run_in(sandbox, lesson_as_released(name).warm_up)
        return sandbox

    yield of_lesson
    sandbox.close()


def run_in(sandbox, sources):
    """Run code cells in the warm process of a sandbox, with the pictures of an earlier run."""

    def run_cells(channel):
        session = Session(channel, LIMITS)
        before = picture_cache.load(sources)
        others = session.drawn() if not before else ()
        session.bring(before)
        for source in sources:
            session.run(source)
        if not before:
            drawn = session.drawn().items()
            picture_cache.store(sources, {name: one for name, one in drawn if name not in others})

    sandbox.warm(run_cells)


def lesson_as_released(name):
    """A `Lesson` made of the notebook that students get."""
    released = released_of(name)
    cells = tuple(
        LessonCell(
            known.grade_id, cell.cell_type, cell.source, known.checksum, known.locked,
            known.solution, known.task, known.get("points"), cell.source,
        )
        for cell in released.cells
        if (known := cell.metadata.get("nbgrader"))
    )  # fmt: skip
    quick = shortened(released_of(name), name).cells
    warm_up = tuple(cell.source for cell in quick if cell.cell_type == "code")
    return Lesson(name, name.partition("_")[2], cells, seed=1, warm_up=warm_up)


def solved_in_part(lesson, solved):
    """Return the notebook that students get, with the solutions of some cells by their ids."""
    notebook = released_of(lesson)
    sources = {grade_id(cell): cell.source for cell in source_of(lesson).cells}
    for cell in notebook.cells:
        if grade_id(cell) in solved:
            cell.source = sources[grade_id(cell)]
    return shortened(notebook, lesson)


def shortened(notebook, lesson):
    """Let a notebook train for less long; return it."""
    for cell in notebook.cells:
        for old, new in SHORTER.get(lesson, {}).items():
            cell.source = cell.source.replace(old, new)
    return notebook


def worth(lesson, solved):
    """Return the points of each exercise of a lesson, of which these cells are solved."""
    return {
        entry.id: entry.points * (entry.id in solved and NEEDS.get(entry.id, entry.id) in solved)
        for entry in EXERCISES.values()
        if entry.lesson == lesson and not entry.manual
    }


@pytest.mark.parametrize("lesson, solved", partly_solved())
def test_a_partly_solved_notebook_runs_and_earns_what_is_solved(warm, lesson, solved):
    data = json.dumps(solved_in_part(lesson, solved)).encode()

    graded = mark(warm(lesson), lesson_as_released(lesson), "ada", data)

    assert (graded.reason, graded.remarks) == ("", ())
    shown = json.loads(graded.notebook)["cells"]
    assert sum(bool(cell.get("outputs")) for cell in shown) > len(graded.verdicts)
    for cell in shown:
        for output in cell.get("outputs", ()):
            assert output["output_type"] != "error", (cell["source"], output)
            assert output.get("name") != "stderr", (cell["source"], output)
    given = {verdict.exercise: verdict.earned for verdict in graded.verdicts}
    assert given == worth(lesson, solved)
