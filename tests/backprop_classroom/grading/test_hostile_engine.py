"""The forgers of the hostile class on lesson 8, whose answers get objects and return lists.

What forges points in lesson 3 by cells of its own does the same here, beside one answer that is
wrong. Others attack what only this lesson has: nodes on their way into the sandbox and back.
"""

import json
from dataclasses import dataclass

import nbformat
import pytest
from course import cell_of, exercises_of, released_of, source_of
from hostile import HOSTILE, Course
from nbformat.v4 import new_code_cell
from required import require
from test_hostile import LIMITS

from backprop_classroom.grading.marking import mark
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.grading.worker import SandboxKind, warm_sandbox
from backprop_classroom.lesson import Lesson, LessonCell

LESSON = "08_autodiff"
WRONG = '''\
def backward(order):
    """Overwrites what another child has sent."""
    for node in order:
        node.grad = np.zeros(node.data.shape)
    order[-1].grad = np.ones(order[-1].data.shape)
    for node in reversed(order):
        inputs = [parent.data for parent in node.parents]
        if inputs:
            sent = my_rules(node.operation, inputs, node.data, node.grad)
            for parent, upstream in zip(node.parents, sent):
                parent.grad = my_unbroadcast(upstream, parent.data.shape)
    return [node.grad for node in order]
'''
POINTS = {entry.id: entry.points for entry in exercises_of(LESSON)} | {"backward": 0}


class OfLessonThree(Exception):
    """What a submission is made of belongs to lesson 3."""


@dataclass(frozen=True)
class Elsewhere(Course):
    """The same course, for cells that need nothing of lesson 3."""

    def cheating(self, *sources, answer=None):
        if answer is not None:
            raise OfLessonThree
        return forged(*sources)

    def solved(self):
        raise OfLessonThree

    def empty(self):
        raise OfLessonThree


def forged(*sources, answer=WRONG, id="backward"):
    """Lesson 8 with all exercises solved but one, and with further cells at its beginning."""
    notebook = source_of(LESSON)
    for cell in notebook.cells:
        cell.source = cell.source.replace("### BEGIN SOLUTION", "").replace("### END SOLUTION", "")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    cell_of(notebook, id).source = answer
    notebook.cells[1:1] = [new_code_cell(text, id=f"x{n}") for n, text in enumerate(sources)]
    return notebook


def forgers():
    """Those of the hostile class that can be handed in here."""
    course = Elsewhere(None, None, "/nowhere", (), 0, "nobody")
    for one in HOSTILE:
        if one.group == "forge" and isinstance(one.name, str) and not one.alone:
            try:
                made = one.hand_in(course, None)
            except (OfLessonThree, TypeError, AttributeError, StopIteration):
                continue
            if isinstance(made, nbformat.NotebookNode):
                yield pytest.param(made, id=one.name, marks=pytest.mark.long)


OWN = {
    "a node that lies about its place": """
import backprop.graph
backprop.graph.Node.place = property(lambda self: 0, lambda self, value: None)
backprop.graph.place_of = lambda node: 0.0
print("armed")
""",
    "nodes that are read in another way": """
import backprop.graph, backprop.sandbox.nodes, backprop.sandbox.messages
def read(rows):
    return [backprop.graph.Node(0.0) for _ in rows][:1]
backprop.graph.read = backprop.sandbox.nodes.read = read
print("armed")
""",
    "a stand-in that is asked for the cases": """
import backprop.exercises
for id in ("backward", "topological_order", "engine_gradients"):
    backprop.exercises.EXERCISES[id].may_use = frozenset(backprop.exercises.EXERCISES)
print("armed")
""",
}


@pytest.fixture(scope="module")
def sandbox():
    require(not why_no_sandbox(), why_no_sandbox())
    room = warm_sandbox(SandboxKind(as_released().warm_up, True, LIMITS))
    yield room
    room.close()


def as_released():
    """The lesson, made of the notebook that students get."""
    cells = tuple(
        LessonCell(
            known.grade_id, cell.cell_type, cell.source, known.checksum, known.locked,
            known.solution, known.task, known.get("points"), cell.source,
        )
        for cell in released_of(LESSON).cells
        if (known := cell.metadata.get("nbgrader"))
    )  # fmt: skip
    warm_up = tuple(cell.source for cell in released_of(LESSON).cells if cell.cell_type == "code")
    return Lesson(LESSON, "autodiff", cells, seed=1, warm_up=warm_up)


def earned(sandbox, notebook):
    graded = mark(sandbox, as_released(), "mallory", json.dumps(notebook).encode())
    assert graded.reason == ""
    return {one.exercise: one.earned for one in graded.verdicts}, graded


def test_a_wrong_answer_gets_its_name_and_the_others_their_points(sandbox):
    points, graded = earned(sandbox, forged())
    assert points == POINTS
    assert [one.codes for one in graded.verdicts if one.exercise == "backward"] == [
        ("gradient-overwritten",)
    ]


@pytest.mark.parametrize("notebook", [*forgers()])
def test_a_forger_earns_no_more_than_its_honest_code(sandbox, notebook):
    points, _ = earned(sandbox, notebook)
    assert all(points[id] <= most for id, most in POINTS.items()), points


@pytest.mark.parametrize("attack", OWN)
def test_who_attacks_the_nodes_earns_no_more_than_its_honest_code(sandbox, attack):
    points, graded = earned(sandbox, forged(OWN[attack]))
    assert all(points[id] <= most for id, most in POINTS.items()), points
    assert "armed" in graded.notebook or "Error" in graded.notebook


def test_an_order_made_of_lying_nodes_is_no_order(sandbox):
    lying = '''\
import backprop.graph

class Lying(backprop.graph.Node):
    def __eq__(self, other):
        return True
    __hash__ = object.__hash__

def topological_order(last):
    node = Lying(0.0)
    return [node] * len(backprop.graph.connected([last]))
'''
    points, _ = earned(sandbox, forged(answer=lying, id="topological_order"))
    assert points["topological_order"] == 0


def test_a_stand_in_gets_no_graph_without_end(sandbox):
    asking = '''\
def unbroadcast(gradient, shape):
    node = Tensor(1.0)
    for _ in range(3000):
        node = apply("add", node, node)
    my_order(node)
    return gradient
'''
    points, graded = earned(sandbox, forged(answer=asking, id="unbroadcast"))
    assert points["unbroadcast"] == 0 and graded.reason == ""
