"""The forgers of the hostile class on lesson 8, whose answers get objects and return lists.

What forges points in lesson 3 by cells of its own does the same here, beside one answer that is
wrong. Others attack what only this lesson has: nodes on their way into the sandbox and back.
"""

import pytest
from hostile_elsewhere import Other
from required import require
from test_hostile import LIMITS
from test_hostile_any_depth import DEEP

from backprop_classroom.grading.sandbox import why_no_sandbox

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
AUTODIFF = Other("08_autodiff", "backward", WRONG)

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
    room = AUTODIFF.sandbox(LIMITS)
    yield room
    room.close()


@pytest.mark.parametrize(
    ("other", "code"),
    [(AUTODIFF, "gradient-overwritten"), (DEEP, "missing-hidden-slope")],
    ids=["lesson 8", "lesson 7"],
)
def test_a_wrong_answer_gets_its_name_and_the_others_their_points(sandbox, other, code):
    points, graded = other.earned(sandbox, other.forged())
    assert points == other.points
    assert [one.codes for one in graded.verdicts if one.exercise == other.exercise] == [(code,)]


@pytest.mark.parametrize("one", [*AUTODIFF.class_of("forge")])
def test_a_forger_earns_no_more_than_its_honest_code(sandbox, one):
    AUTODIFF.assert_earns_no_more(sandbox, AUTODIFF.of(one))


@pytest.mark.parametrize("attack", OWN)
def test_who_attacks_the_nodes_earns_no_more_than_its_honest_code(sandbox, attack):
    shown = AUTODIFF.assert_earns_no_more(sandbox, AUTODIFF.forged(OWN[attack]))
    assert "armed" in shown or "Error" in shown


def test_an_order_made_of_lying_nodes_is_no_order(sandbox):
    lying = """\
import backprop.graph

class Lying(backprop.graph.Node):
    def __eq__(self, other):
        return True
    __hash__ = object.__hash__

def topological_order(last):
    node = Lying(0.0)
    return [node] * len(backprop.graph.connected([last]))
"""
    points, _ = AUTODIFF.earned(sandbox, AUTODIFF.forged(answer=lying, id="topological_order"))
    assert points["topological_order"] == 0


def test_a_stand_in_gets_no_graph_without_end(sandbox):
    asking = """\
def unbroadcast(gradient, shape):
    node = Tensor(1.0)
    for _ in range(3000):
        node = apply("add", node, node)
    my_order(node)
    return gradient
"""
    points, graded = AUTODIFF.earned(sandbox, AUTODIFF.forged(answer=asking, id="unbroadcast"))
    assert points["unbroadcast"] == 0 and graded.reason == ""
