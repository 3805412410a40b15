"""Lesson 8: the judge of an engine, whatever comes, and the graph that is drawn of any object."""

import copy
import re

import numpy as np
import pytest
from bank import right_answer
from bank.autodiff import Tensor, depth_first_with_a_set, sweep_with_zeros
from course import REPOSITORY, exercises_of, released_of, source_of
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from backprop import evaluate
from backprop.figures import autodiff as pictures
from backprop.graph import Node, connected, read, written
from backprop.sandbox.channel import InvalidMessage
from backprop.sandbox.messages import packed_arguments, unpacked_arguments
from backprop_judge import EXERCISES
from backprop_judge.lessons.autodiff.operations import OPERATIONS, Graph, rule_of
from backprop_judge.lessons.autodiff.programs import NAMES, named_programs
from backprop_judge.mistakes import CATALOGUE

LESSON = "08_autodiff"
IDS = [entry.id for entry in exercises_of(LESSON)]


@pytest.fixture(scope="module")
def prose():
    """What the lesson says between its code cells, on one line."""
    cells = source_of(LESSON).cells
    text = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.sub(r"\s+", " ", text)


def chain(count):
    """Return the last of so many nodes, each computed from the one before."""
    node = Node(1.0)
    for _ in range(count - 1):
        node = Node(1.0, [node, node], "add")
    return node


# What answers may return


class Strange:
    """Answers every question with an exception."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __array__(self, *_):
        raise RuntimeError("array")

    def __float__(self):
        raise RuntimeError("float")

    def __len__(self):
        raise RuntimeError("length")


def in_a_circle():
    one = Node(1.0)
    one.parents = (one,)
    return one


def beside_the_point():
    node = Node(1.0)
    node.place = "first"
    return node


ODD = {
    "nothing": lambda: [None] * 3,
    "a text": lambda: "gradient",
    "texts": lambda: ["a", "b"],
    "a ragged list": lambda: [[1.0], [1.0, 2.0], [[3.0]]],
    "not a number": lambda: [np.full((3, 4), np.nan)] * 2,
    "infinite": lambda: [np.inf, -np.inf],
    "an empty list": lambda: [],
    "an empty array": lambda: np.zeros((0, 3)),
    "too many": lambda: [np.ones((2, 2))] * 5000,
    "objects": lambda: [object(), Strange()],
    "an array of objects": lambda: np.array([Strange(), None], dtype=object),
    "complex numbers": lambda: [np.ones((3, 4)) * 1j] * 2,
    "a dict": lambda: {"x": np.ones(3)},
    "a number": lambda: 7,
    "a function": lambda: [np.sum, print],
    "lists of arrays": lambda: [[np.ones(3), np.ones(2)], [np.ones((3, 4))]],
    "a huge array": lambda: np.broadcast_to(1.0, (10_000, 10_000)),
    "a node in a circle": lambda: [in_a_circle(), in_a_circle()],
    "a node without a place": lambda: [beside_the_point()],
    "a deep chain": lambda: [chain(3_000)],
    "an endless list": lambda: (lambda one: one.append(one) or one)([]),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("id", IDS)
def test_whatever_comes_back_is_answered_with_a_card(id, odd):
    report = evaluate(id, lambda *given: ODD[odd]())
    assert not report.passed and report.findings
    assert all(one.code in CATALOGUE and one.message for one in report.findings)
    assert str(report) and report._repr_html_()


@pytest.mark.parametrize(
    "seeds", [range(5), pytest.param(range(5, 25), marks=pytest.mark.long)], ids=["few", "more"]
)
@pytest.mark.parametrize("id", IDS)
def test_a_right_answer_passes_whatever_is_drawn(id, seeds):
    for seed in seeds:
        assert evaluate(id, right_answer(id), seed).passed


@pytest.mark.parametrize("damage", ["parents", "data", "operation"])
def test_an_answer_may_damage_the_nodes_that_it_got(damage):
    def answer(order):
        several = sweep_with_zeros(order)
        for node in order:
            setattr(node, damage, None)
        return several

    assert evaluate("backward", answer).passed


def test_each_rule_earns_its_share():
    def four_rules(operation, inputs, output, upstream):
        if operation in ("multiply", "matmul", "sum", "log"):
            return None
        return right_answer("local_rules")(operation, inputs, output, upstream)

    report = evaluate("local_rules", four_rules)
    assert report.score == 0.5
    assert [one.code for one in report.findings] == ["rule-missing"]
    assert report.findings[0].where == "multiply, matmul, sum, log"


def test_a_wrong_rule_is_named_beside_others_that_are_missing():
    def rules(operation, inputs, output, upstream):
        if operation == "matmul":
            return upstream @ inputs[1], inputs[0] @ upstream
        return [upstream, upstream] if operation == "add" else None

    report = evaluate("local_rules", rules)
    assert [(one.code, one.where) for one in report.findings] == [
        ("matmul-rule", "matmul"),
        ("rule-missing", "multiply, sum, sigmoid, relu, log, exp"),
    ]


def test_a_tensor_of_the_packages_is_no_engine():
    for thing in (Node, Graph, connected, read, written, rule_of, *OPERATIONS.values()):
        for id in IDS:
            assert not evaluate(id, thing).passed


@pytest.mark.parametrize("id", IDS)
def test_the_stand_ins_answer_no_exercise_but_serve_where_they_may(id):
    report = evaluate(id, lambda *given: EXERCISES[id](*given))
    assert not report.passed and report.findings[0].code == "not-implemented"


def test_an_engine_may_use_the_stand_ins_of_its_parts():
    def backward(order):
        rules, summed = EXERCISES["local_rules"], EXERCISES["unbroadcast"]
        for node in order:
            node.grad = np.zeros(node.data.shape)
        order[-1].grad = np.ones(())
        for node in reversed(order):
            inputs = [parent.data for parent in node.parents]
            if inputs:
                sent = rules(node.operation, inputs, node.data, node.grad)
                for parent, one in zip(node.parents, sent):
                    parent.grad = parent.grad + summed(one, parent.data.shape)
        return [node.grad for node in order]

    assert evaluate("backward", backward).passed


def test_the_programs_of_the_check_have_the_names_that_cards_use():
    drawn = list(named_programs(np.random.default_rng(0)))
    assert [name for name, *_ in drawn] == list(NAMES)
    for _, program, arrays in drawn:
        assert len(arrays) + len(program) < 25


# The truth


def test_the_rules_of_the_specification_are_difference_quotients():
    rng = np.random.default_rng(4)
    for operation, inputs, output, upstream in EXERCISES["local_rules"].cases(rng):
        found = EXERCISES["local_rules"](operation, inputs, output, upstream)
        for place, one in enumerate(inputs):
            direction = rng.standard_normal(one.shape)
            ends = []
            for h in (1e-6, -1e-6):
                moved = [one + h * direction if at == place else x for at, x in enumerate(inputs)]
                ends.append(np.sum(upstream * OPERATIONS[operation](*moved)))
            assert np.isclose((ends[0] - ends[1]) / 2e-6, np.sum(found[place] * direction))


def test_no_rule_is_written_out_in_the_packages_or_in_what_students_get():
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in (REPOSITORY / "src").rglob("*.py")
        if "autodiff" in str(path) or path.name in ("graph.py", "nodes.py")
    }
    released = "\n".join(
        cell.source for cell in released_of(LESSON).cells if cell.cell_type == "code"
    )
    assert len(texts) >= 9
    for text in (*texts.values(), released):
        assert not re.search(r"(output|out) \* \(1 - (output|out)\)", text)
        assert not re.search(r"upstream (\*|/|@) (first|second|inputs|output)", text)
        assert not re.search(r"\.grad \+?= ", text.replace("node.grad = gradient", "").replace(
            "node.grad = found", "").replace("self.grad = None", "").replace(
            "self.grad: Any = None", "").replace("copy.grad = None", "").replace(
            "node.grad = None", "").replace("node.grad = rng", ""))  # fmt: skip


# Graphs on their way


def test_a_deep_graph_is_copied_and_sent():
    deep = chain(900)
    twin = copy.deepcopy(deep)
    assert twin is not deep and len(connected([twin])) == 900
    (there,) = unpacked_arguments(packed_arguments([deep]))
    assert len(connected([there])) == 900
    assert copy.deepcopy(chain(10_000)) is not None
    with pytest.raises(TypeError, match="at most"):
        packed_arguments([chain(1001)])


def test_a_list_of_nodes_stays_one_graph():
    order = depth_first_with_a_set(chain(5))
    copied = copy.deepcopy(order)
    (there,) = unpacked_arguments(packed_arguments([order]))
    for nodes in (copied, there):
        assert all(node.parents[0] is nodes[place] for place, node in enumerate(nodes[1:]))


def message():
    return packed_arguments([chain(3)])[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.update(node=7),
        lambda told: told.update(node="first"),
        lambda told: told.update(graph=None),
        lambda told: told["graph"].append([1, 2]),
        lambda told: told["graph"][0].__setitem__(0, 5),
        lambda told: told["graph"][0].__setitem__(1, [99]),
        lambda told: told["graph"][0].__setitem__(1, ["0"]),
        lambda told: told["graph"][0].__setitem__(1, 3),
        lambda told: told["graph"][0].__setitem__(2, "data"),
        lambda told: told.update(nodes=5),
    ],
)
def test_a_graph_that_is_none_is_refused(spoil):
    told = message()
    spoil(told)
    with pytest.raises(InvalidMessage):
        unpacked_arguments([told])


# What is drawn


def drawn(last, order=()):
    """Return the texts that are shown for an object."""
    InteractiveShell.instance()
    with capture_output() as captured:
        assert pictures.draw_graph(last, order) is None
    return " ".join(output.data.get("text/plain", "") for output in captured.outputs)


def test_the_graph_is_told_with_values_and_gradients():
    x, w = Tensor(3.0), Tensor(np.ones((2, 1)))
    x.name = "x"
    product = Tensor(3 * np.ones((2, 1)), (x, w), "multiply")
    last = Tensor(6.0, (product,), "sum")
    said = drawn(last)
    assert "x is 3." in said and "No value has a gradient yet" in said
    assert "by multiply from x and value 1" in said and "is (2, 1)" in said
    sweep_with_zeros(depth_first_with_a_set(last))
    said = drawn(last, depth_first_with_a_set(last))
    assert "x is 3, gradient 2, number 0 in the order." in said
    assert "No value" not in said


class Slots:
    """Another design: no operation, no name, parents in a set."""

    def __init__(self, data, parents=()):
        self.data, self.parents = data, set(parents)


def test_other_designs_are_drawn():
    one = Slots(2)
    said = drawn(Slots(5.5, [one, Slots(np.float32(3.5))]))
    assert "is 5.5, by an operation from" in said


@pytest.mark.parametrize(
    "make, why",
    [
        (lambda: None, "needs `data` and `parents`"),
        (lambda: "C", "needs `data` and `parents`"),
        (lambda: 3.5, "needs"),
        (lambda: chain(10_000), "more than 40 values"),
        (in_a_circle, "depends on itself"),
        (Strange, "raised RuntimeError"),
        (lambda: Tensor(1.0, (3,), "add"), "needs `data` and `parents`"),
        (lambda: Slots(1.0, [Slots({"a": 1})]), ""),
        (lambda: Slots([[1], [2, 3]]), "raised ValueError"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_words(make, why):
    assert why.replace("`", "") in drawn(make()).replace("`", "")


# The text


def test_the_chain_is_that_of_lesson_1(prose):
    sigmoid = OPERATIONS["sigmoid"]
    a1 = sigmoid(0.8 * 1.5 - 0.2)
    a2 = sigmoid(-2 * a1 + 0.5)
    slope = (a2 - 1) * a2 * (1 - a2) * -2 * a1 * (1 - a1) * 1.5
    assert f"{slope:.4f}" == "0.0854" and "$dC/dw_1 = 0.0854$" in prose
    assert f"{a2 - 1:.4f}" == "-0.7235" and "$dC/da_2 = -0.7235$" in prose


def test_the_gradients_of_the_small_program_are_those_of_the_prose(prose):
    program = [("multiply", [0, 1]), ("exp", [2]), ("add", [2, 3]), ("sum", [4])]
    arrays = [np.array([0.5, 1.0]), np.array([2.0, -1.0])]
    first, second = EXERCISES["engine_gradients"](program, arrays)
    assert np.allclose(first, [7.44, -1.37], atol=0.004)
    assert "$3.72 \\cdot 2 = 7.44$" in prose and "$1.37 \\cdot (-1) = -1.37$" in prose
    assert np.allclose(second, right_answer("engine_gradients")(program, arrays)[1])


def test_the_points_and_minutes_of_the_table_are_those_of_the_exercises(prose):
    for entry in exercises_of(LESSON):
        row = re.search(rf"\| `{entry.id}` \|[^|]*\| (\d+) \| (\d+) \|", prose)
        assert int(row[1]) == entry.points
        assert f"{row[2]} minutes, difficulty" in prose
    assert sum(entry.points for entry in exercises_of(LESSON)) == 12
