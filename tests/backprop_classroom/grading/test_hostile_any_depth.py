"""The hostile class on lesson 7, whose answers get lists of layers and return lists of arrays.

test_hostile_engine.py grades this lesson in the short run.
"""

import pytest
from hostile_elsewhere import Other
from required import require
from test_hostile import LIMITS

from backprop_classroom.grading.sandbox import why_no_sandbox

WRONG = '''\
def deep_backward(Y, activations, layers, kind):
    """Forgets the slopes."""
    delta, gradients = activations[-1] - Y, []
    for (W, _), a in zip(reversed(layers), reversed(activations[:-1])):
        gradients.insert(0, (delta @ a.T, delta.sum(axis=1, keepdims=True)))
        delta = W.T @ delta
    return gradients
'''
DEEP = Other("07_any_depth", "deep_backward", WRONG)
ATTACKS = {
    "a stand-in that may use all others": """
import backprop.exercises
for id in ("deep_forward", "deep_backward"):
    backprop.exercises.EXERCISES[id].may_use = frozenset(backprop.exercises.EXERCISES)
print("armed")
""",
    "lists that are read in another way": """
import backprop.sandbox.messages as messages
for name in ("unpacked_arguments", "packed_reply"):
    honest = getattr(messages, name)
    setattr(messages, name, lambda *given, honest=honest: honest(*given))
print("armed")
""",
    "a list that is never the same": """
class Changing(list):
    def __iter__(self):
        self.reverse()
        return super().__iter__()
    def __len__(self):
        self.append(None)
        return 10**9
    __getitem__ = __eq__ = lambda self, other: True
gradients = Changing()
print("armed")
""",
    "a network as large as the memory": """
from backprop.exercises import find
W, b = np.ones((1500, 1500)), np.ones((1500, 1))
find("deep_forward")(np.ones((1500, 1500)), [(W, b)] * 40, "relu")
""",
    "a network without end": """
from backprop.exercises import find
layers = [(np.ones((2, 2)), np.ones((2, 1)))] * 100_000
find("deep_backward")(np.ones((2, 2)), [np.ones((2, 2))] * 100_001, layers, "relu")
""",
    "a layer that holds itself": """
from backprop.exercises import find
layers = []
layers.append(layers)
find("deep_forward")(np.ones((2, 2)), layers, "relu")
""",
    "a step of Adam without end": """
from backprop.exercises import find
one = np.ones(2)
find("adam_step")(one, one, one, one, 10**400, 0.1)
""",
}
RETURNED = {
    "a list without end": """
def deep_backward(Y, activations, layers, kind):
    class Endless(list):
        def __iter__(self):
            while True:
                yield activations[0], activations[0]
    return Endless()
""",
    "a list of itself": """
def deep_backward(Y, activations, layers, kind):
    found = []
    found += [(found, found)] * len(layers)
    return found
""",
    "the stand-in": """
from backprop.exercises import find
def deep_backward(Y, activations, layers, kind):
    return find("deep_backward")(Y, activations, layers, kind)
""",
    "arrays that are broadcast": """
def deep_backward(Y, activations, layers, kind):
    return [(np.broadcast_to(1.0, (10**6, 10**6)), np.broadcast_to(1.0, (10**6, 1)))] * len(layers)
""",
    "a million pairs": """
def deep_backward(Y, activations, layers, kind):
    return [(np.ones((2, 2)), np.ones((2, 1)))] * 10**6
""",
}


@pytest.fixture(scope="module")
def sandbox():
    require(not why_no_sandbox(), why_no_sandbox())
    room = DEEP.sandbox(LIMITS)
    yield room
    room.close()


@pytest.mark.parametrize("one", [*DEEP.class_of("forge", "break")])
def test_the_hostile_class_earns_what_its_honest_code_deserves(sandbox, one):
    assert one.shown in DEEP.assert_earns_no_more(sandbox, DEEP.of(one))


@pytest.mark.long
@pytest.mark.parametrize("attack", ATTACKS)
def test_who_attacks_lists_of_layers_earns_no_more(sandbox, attack):
    source = ATTACKS[attack]
    shown = DEEP.assert_earns_no_more(sandbox, DEEP.forged(source), below=source.strip())
    assert ("armed" in shown or "ename" in shown) and "NameError" not in shown


@pytest.mark.long
@pytest.mark.parametrize("answer", RETURNED)
def test_who_returns_odd_lists_earns_no_more(sandbox, answer):
    points, _ = DEEP.earned(sandbox, DEEP.forged(answer=RETURNED[answer].lstrip()))
    assert points == DEEP.points
