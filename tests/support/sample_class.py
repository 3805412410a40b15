"""Generates a class with any number of honest submissions of a real lesson.

`write_class(folder, 60)` creates a course that is ready to be graded. The answers are realistic:
right and wrong ones from the bank, or the lesson's own solution.
"""

import ast
import copy
import dis
import functools
import inspect
import random
import shutil
import sys
import textwrap
import types
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import bank.parts
from bank import RIGHT, WRONG
from course import REPOSITORY, exercises_of, grade_id, released_of, source_of, write

from backprop import evaluate
from backprop.exercises import find
from backprop_classroom.release import BEGIN, END, lessons, notebook_of

LESSON = "03_backward_pass"

# The points of these answers depend on earlier calls, or on global variables.
NOT_BY_ITSELF = {"keeps-state", "uses-globals"}

# These answers of the bank test the checker; no student would write them as a solution.
CONTRIVED = set(
    """
    leaves_the_program interrupts stops_a_generator endless_recursion
    exception_outside_the_family exception_without_words exception_with_too_many_words
    to_do_without_words endless_generator coroutine always_equal four_always_equal
    lying_subclass array_like masked_arrays object_arrays arrays_of_always_equal dates records
    huge_broadcast_view many_dimensions long_tuple numbers_without_end changes_a_shape
    wrong_on_xor_only another_mistake_for_each_shape flattens_the_function
    changes_numpy_settings
    """.split()
)

EXPLANATIONS = (
    "The last version is the gradient of the cross-entropy: its derivative by out_y has "
    "out_y (1 - out_y) in the denominator, and the slope of the sigmoid cancels it.",
    "First version: dW2 and db2 agree with half the squared error, dW1 and db1 with nothing.\n\n"
    "Last version: all four arrays agree with the cross-entropy.",
    "I measured all three. Only the last one is a gradient, of the **cross-entropy**. The matrix "
    "of the first differs from its transpose by 78 %, so no function has it as its gradient.",
    "I do not know about the first two, but without the slope $C_{ce}$ fits.",
)


@dataclass(frozen=True)
class Filling:
    """The content of one cell of a member.

    source -- the text of the cell; None if it was not changed.
    points -- the points that it earns; None if a person marks it, or `evaluate` has to be called.
    """

    source: str | None = None
    points: float | None = None


@dataclass(frozen=True)
class Member:
    """One submission: the student, the lesson, and the content of each answer cell."""

    student: str
    lesson: str
    fillings: Mapping[str, Filling]

    @property
    def notebook(self):
        """The notebook as handed in, built at each call."""
        notebook = copy.copy(_released(self.lesson))
        notebook.cells = [self._filled(cell) for cell in notebook.cells]
        return notebook

    def _filled(self, cell):
        filling = self.fillings.get(grade_id(cell))
        if filling is None or filling.source is None:
            return cell
        cell = copy.copy(cell)
        cell.source = filling.source
        return cell

    @property
    def expected(self):
        """The points of each exercise; None if it has to be marked by hand."""
        return {
            entry.id: _points(entry, self.fillings[entry.id]) for entry in exercises_of(self.lesson)
        }


def members(count, seed=0, lesson=LESSON):
    """Yield the members of a class; the same seed gives the same class.

    count -- the number of members; a smaller class is a prefix of a larger one.
    lesson -- a folder in `solutions/`.
    """
    for number in range(1, count + 1):
        chance = random.Random(f"{seed} {number}")
        yield Member(f"s{number:04d}", lesson, _fillings(chance, lesson))


def write_class(root, count, seed=0, lesson=LESSON):
    """Create a course whose class has handed in one lesson; return the list of `Member`s.

    root -- an existing folder, in which solutions/, notebooks/, nbgrader_config.py and submitted/
        are created.
    """
    root = Path(root)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    for folder in ("solutions", "notebooks"):
        for one in lessons(REPOSITORY):
            source = notebook_of(REPOSITORY / folder / one)
            (root / folder / one).mkdir(parents=True)
            shutil.copy(source, root / folder / one)
    name = notebook_of(REPOSITORY / "notebooks" / lesson).name
    everyone = list(members(count, seed, lesson))
    for member in everyone:
        write(member.notebook, root / "submitted" / member.student / lesson / name)
    return everyone


# ---------------------------------------------------------------- who writes what


def _fillings(chance, lesson):
    """Choose the answers of one member; half of a class has everything right."""
    entries = exercises_of(lesson)
    automatic = [entry.id for entry in entries if not entry.manual]
    slips = 0 if chance.random() < 0.5 else chance.choice((1, 1, 2))
    missed = set(chance.sample(automatic, min(slips, len(automatic))))
    fillings = {}
    for id, solution in _solutions(lesson).items():
        exercise = id.removeprefix("paste_")
        if find(exercise).manual:
            written = chance.random() < 0.75
            fillings[id] = Filling(chance.choice(EXPLANATIONS)) if written else Filling(None, 0.0)
        elif id in missed or id != exercise and chance.random() < 0.3:
            wrong = _wrong_answers(exercise)
            fillings[id] = chance.choice(wrong) if chance.random() < 0.7 else Filling(None, 0.0)
        else:
            solved = Filling(solution, find(exercise).points)
            fillings[id] = chance.choice([solved, *_right_answers(exercise)])
    return fillings


@functools.cache
def _right_answers(exercise):
    sources = [
        cell_of(answer)
        for answer in RIGHT
        if answer.exercise == exercise and answer.name not in CONTRIVED
    ]
    points = find(exercise).points
    return tuple(Filling(source, points) for source in sources if not _has_stand_in(source))


@functools.cache
def _wrong_answers(exercise):
    sources = [
        cell_of(answer)
        for answer in WRONG
        if answer.exercise == exercise
        and answer.name not in CONTRIVED
        and not answer.codes & NOT_BY_ITSELF
    ]
    return tuple(Filling(source) for source in sources if not _has_stand_in(source))


def _has_stand_in(source):
    """Return whether an answer uses the course's stand-ins, which students do not hand in."""
    return "backprop.exercises" in source or "or_stand_in" in source


def _points(entry, filling):
    if entry.manual or filling.points is not None:
        return filling.points
    return _points_of(entry.id, filling.source)


@functools.cache
def _points_of(exercise, source):
    """Return the points of the check for the function that a cell defines."""
    namespace = {}
    exec(source, namespace)
    return evaluate(exercise, namespace[exercise]).earned


# ---------------------------------------------------------------- cells of the lesson


@functools.cache
def _released(lesson):
    return released_of(lesson)


@functools.cache
def _solutions(lesson):
    """Return the solved cells of a lesson by id, without the markers."""
    return {
        grade_id(cell): "\n".join(
            line for line in cell.source.split("\n") if line.strip() not in (BEGIN, END)
        )
        for cell in source_of(lesson).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


# ---------------------------------------------------------------- cells from the bank


def cell_of(answer):
    """Return the text of a cell that defines an answer of the bank under the exercise's name.

    An answer that needs only imports is renamed. Any other answer is created inside a function,
    together with its helpers, so that it does not change other names of the notebook.
    """
    module, parts = sys.modules[answer.function.__module__], {}
    built = answer.fresh is getattr(module, answer.name)
    _gather(module, answer.name, parts)
    definition = parts.pop(answer.name)
    imports = [text for text in parts.values() if text.startswith(("import ", "from "))]
    helpers = [text for text in parts.values() if text not in imports]
    if built or helpers:
        made = f"{answer.name}()" if built else answer.name
        body = "\n\n".join([*helpers, definition, f"return {made}"])
        definition = (
            f"def my_{answer.exercise}():\n{textwrap.indent(body, '    ')}\n\n\n"
            f"{answer.exercise} = my_{answer.exercise}()"
        )
    else:
        definition = _renamed(definition, answer.name, answer.exercise)
    return "\n".join([*imports, "", "", definition]).strip()


def _renamed(definition, old, new):
    tree = ast.parse(definition)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = new  # a recursive call
    tree.body[0].name = new
    return ast.unparse(tree)


def _gather(module, name, parts):
    """Collect the source of a name of the bank, after the sources of everything it needs."""
    statement = _statements(module)[name]
    if isinstance(statement, ast.ImportFrom) and statement.module == "parts":
        return _gather(bank.parts, name, parts)
    text, outside = _text_of(module, name)
    for needed in outside:
        if needed in _statements(module) and needed != name and needed not in parts:
            _gather(module, needed, parts)
    parts[name] = text


@functools.cache  # many answers need the same helpers
def _text_of(module, name):
    """Return the source of a name of the bank, and the global names that it uses."""
    text = ast.unparse(_statements(module)[name])
    return text, _outside_names(text)


@functools.cache
def _statements(module):
    """Return the statements of a module by the names that they bind, without registrations."""
    found = {}
    for statement in ast.parse(inspect.getsource(module)).body:
        if isinstance(statement, ast.FunctionDef):
            statement.decorator_list = [
                decorator
                for decorator in statement.decorator_list
                if not isinstance(decorator, ast.Call)
            ]
            if ast.get_docstring(statement) and len(statement.body) > 1:
                del statement.body[0]  # the docstring names the mistake
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found[statement.name] = statement
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                one = copy.copy(statement)
                one.names = [alias]
                found[alias.asname or alias.name] = one
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                for node in ast.walk(target):
                    if isinstance(node, ast.Name):
                        found[node.id] = statement
    return found


def _outside_names(source):
    """Return the global names that a piece of code uses, in order."""

    def names(code):
        for step in dis.get_instructions(code):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                yield step.argval
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                yield from names(constant)

    return list(dict.fromkeys(names(compile(source, "<answer>", "exec"))))
