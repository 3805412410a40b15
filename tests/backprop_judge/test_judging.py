import answers
import numpy as np
import pytest
from bank import RIGHT, WRONG
from cells import run_cell

from backprop import evaluate
from backprop_judge import EXERCISES
from backprop_judge.comparing import relative_error

LONG = pytest.mark.long


def only_finding(exercise_id, answer):
    report = evaluate(exercise_id, answer)
    assert not report.passed
    assert len(report.findings) == 1, report
    return report.findings[0]


def altered(**changes):
    """A right backward pass whose returned arrays are changed by the given functions."""

    def backward_propagation(X, Y, out_h, out_y, W2):
        names = ("dW1", "db1", "dW2", "db2")
        arrays = dict(zip(names, answers.backward_propagation(X, Y, out_h, out_y, W2)))
        return tuple(changes.get(name, lambda a: a)(array) for name, array in arrays.items())

    return backward_propagation


def test_relative_error_takes_the_larger_array_as_the_measure():
    assert relative_error(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5
    assert relative_error(np.zeros(2), np.zeros(2)) == 0.0
    assert relative_error(np.array([1e-3]), np.array([0.0])) == 1.0


def test_an_error_of_1e_4_in_one_entry_is_found_and_placed():
    def change(array):
        array[-1, -1] += 1e-4
        return array

    finding = only_finding("backward_propagation", altered(dW1=change))
    assert finding.code == "wrong-value" and finding.where == "dW1"
    assert finding.message.startswith("at [4, 2] expected")
    assert "relative error" in finding.message


def test_an_error_of_rounding_is_accepted():
    assert evaluate("backward_propagation", altered(dW1=lambda a: a * (1 + 1e-13))).passed


def test_each_right_array_earns_its_share():
    report = evaluate("backward_propagation", altered(dW1=lambda a: 3 * a))
    assert report.score == 0.75 and report.earned == 4.5
    assert [row.name for row in report.rows] == ["dW1", "db1", "dW2", "db2"]
    assert [row.right for row in report.rows] == [False, True, True, True]


def test_findings_follow_the_backward_path():
    report = evaluate(
        "backward_propagation", altered(dW1=np.transpose, db1=np.ravel, db2=lambda d: d + 1)
    )
    assert [finding.where for finding in report.findings] == ["db2", "dW1", "db1"]


def test_one_mistake_in_several_gradients_is_one_finding():
    finding = only_finding("backward_propagation", altered(dW1=np.negative, db2=np.negative))
    assert finding.code == "sign-flipped" and finding.where == "db2, dW1"


def test_a_later_gradient_that_inherits_the_mistake_says_so():
    def answer(X, Y, out_h, out_y, W2):
        delta_y = out_y - Y
        delta_h = answers.hidden_error(delta_y, out_h, W2)
        db1 = delta_h.sum(axis=1, keepdims=True)
        return delta_h @ X.T, db1, delta_y @ out_h.T, delta_y.sum(axis=1, keepdims=True)

    finding = only_finding("backward_propagation", answer)
    assert finding.code == "missing-output-slope" and finding.where == "dW2, db2"
    assert "exact gradient of another loss" in finding.message
    assert "dW1 and db1 are wrong for the same reason" in finding.message


def test_a_wrong_shape_says_which_axis_is_which():
    finding = only_finding("backward_propagation", altered(dW2=lambda dW2: dW2[:, :1]))
    assert finding.code == "wrong-shape" and finding.where == "dW2"
    assert finding.message == "expected the shape (n_y, n_h), here (2, 5); received (2, 1)"


def test_a_shape_where_a_number_is_asked_for():
    finding = only_finding("loss", lambda out_y, Y: np.sum(out_y - Y, axis=0)[:3])
    assert finding.code == "wrong-shape"
    assert finding.message == "expected one number; received an array of shape (3,)"


def test_nan_is_named_as_such():
    def change(array):
        array[0, 0] = np.nan
        return array

    finding = only_finding("backward_propagation", altered(db2=change))
    assert finding.code == "not-finite" and "nan" in finding.message


@pytest.mark.parametrize(
    "answer, message",
    [
        (lambda X, Y, h, y, W2: None if len(X) else 0, "you return None"),
        (lambda X, Y, h, y, W2: (h, h, h), "you return 3 values"),
        (lambda X, Y, h, y, W2: (h, h, h, h, h), "you return 5 values"),
        (lambda X, Y, h, y, W2: h, "you return an array of shape"),
        (lambda X, Y, h, y, W2: {"dW1": h}, "you return a dict"),
        (lambda X, Y, h, y, W2: (None, "db1", None, None), "you return the text 'db1'"),
    ],
)
def test_a_wrong_return_is_described(answer, message):
    findings = evaluate("backward_propagation", answer).findings
    assert {one.code for one in findings} == {"wrong-return"}
    assert any(message in one.message for one in findings)


def test_a_value_of_another_kind_costs_its_own_share():
    def one_in_lists(*given):
        dW1, db1, dW2, db2 = answers.backward_propagation(*given)
        return dW1, db1.tolist(), dW2, db2

    report = evaluate("backward_propagation", one_in_lists)
    assert report.score == 0.75
    assert [(one.code, one.where) for one in report.findings] == [("wrong-return", "db1")]


def test_a_matrix_counts_as_its_array_and_nested_lists_do_not():
    right = answers.one_hot
    assert evaluate("one_hot", lambda labels: np.asmatrix(right(labels))).passed
    (found,) = evaluate("one_hot", lambda labels: right(labels).tolist()).findings
    assert found.code == "wrong-return" and "each of shape" in found.message
    (found,) = evaluate("one_hot", lambda labels: right(labels) + 0j).findings
    assert found.code == "wrong-return" and "return the real parts" in found.message


def test_single_precision_is_refused_value_by_value():
    def one_single(*given):
        dW1, *others = answers.backward_propagation(*given)
        return dW1.astype(np.float32), *others

    report = evaluate("backward_propagation", one_single)
    assert report.score == 0.75
    assert [(one.code, one.where) for one in report.findings] == [("rounded", "dW1")]


def test_the_right_arrays_in_a_list_are_accepted():
    assert evaluate(
        "backward_propagation", lambda *given: list(answers.backward_propagation(*given))
    ).passed


def test_a_changed_argument_is_named_and_counts_as_one_more_wrong_value():
    def answer(X, Y, out_h, out_y, W2):
        gradients = answers.backward_propagation(X, Y, out_h, out_y, W2)
        W2 -= gradients[2]
        return gradients

    report = evaluate("backward_propagation", answer)
    assert report.score == 4 / 5 and all(row.right for row in report.rows)
    assert [(one.code, one.where) for one in report.findings] == [("mutates-input", "W2")]
    assert "counts as one more wrong value" in report.findings[0].message


@pytest.mark.parametrize("wrong, score", [(("dW1",), 3 / 5), (("dW1", "db1", "dW2", "db2"), 0)])
def test_a_changed_argument_leaves_each_right_value_its_share(wrong, score):
    right = altered(**dict.fromkeys(wrong, lambda array: 3 * array + 1))

    def answer(X, Y, out_h, out_y, W2):
        gradients = right(X, Y, out_h, out_y, W2)
        W2 += 1
        return gradients

    assert evaluate("backward_propagation", answer).score == pytest.approx(score)


def test_an_argument_that_was_changed_and_read_again_is_told_only_of_wrong_values():
    source = (
        "def loss(out_y, Y):\n"
        "    d = out_y.copy()\n"
        "    out_y -= Y\n"
        "    return 0.5 * np.sum({}**2)\n"
    )
    right = evaluate("loss", run_cell(source.format("out_y"))["loss"]).findings[0]
    wrong = evaluate("loss", run_cell(source.format("(out_y - Y)"))["loss"]).findings[0]
    assert right.code == wrong.code == "mutates-input"
    assert "line 3: `out_y -= Y`" in right.message and "after that" not in right.message
    assert (
        "line 4, `return 0.5 * np.sum((out_y - Y)**2)`, reads `out_y` after that" in wrong.message
    )


def second_time(action):
    """A right backward pass, except when it is called again with arguments it has seen."""
    seen = set()

    def answer(*given):
        gradients = answers.backward_propagation(*given)
        if given[0].tobytes() in seen:
            return action(gradients)
        seen.add(given[0].tobytes())
        return gradients

    return answer


def raise_an_error(gradients):
    raise ValueError


def test_state_between_calls_is_found():
    answer = second_time(lambda gradients: tuple(2 * array for array in gradients))
    assert only_finding("backward_propagation", answer).code == "keeps-state"


def test_a_crash_on_the_second_call_of_the_same_case_does_not_escape():
    answer = second_time(raise_an_error)
    assert only_finding("backward_propagation", answer).code == "keeps-state"


# Right but for the sign, and what stands before it reads the notebook.
TURNED = """
def backward_propagation(X, Y, out_h, out_y, W2):
    return [-d for d in right(X, Y, out_h * {}, out_y, W2)]
"""


@pytest.mark.parametrize("name, value", [
    ("ONES", np.ones((1, 1))), ("h", 1e-5 / 1e-5), ("learning_rate", 1.0), ("TABLE", np.ones(1)),
])  # fmt: skip
def test_a_harmless_variable_of_the_notebook_hides_no_slip(name, value):
    cell = run_cell(TURNED.format(name), right=answers.backward_propagation, **{name: value})
    assert only_finding("backward_propagation", cell["backward_propagation"]).code == "sign-flipped"


READING = """
def backward_propagation(inputs, Y, out_h, out_y, W2):
    return right({}, Y, out_h, out_y, W2)
"""


@pytest.mark.parametrize("shape", [(3, 7), (2, 4)])
@pytest.mark.parametrize("name", ["X", "lesson_inputs"])
def test_a_variable_in_the_place_of_an_argument_is_named_once_crash_or_not(name, shape):
    given = {name: np.ones(shape), "right": answers.backward_propagation}
    answer = run_cell(READING.format(name), **given)["backward_propagation"]
    finding = only_finding("backward_propagation", answer)
    assert finding.code == "uses-globals"
    assert finding.message.startswith(f"your function reads the notebook's own variable `{name}`;")


def test_variables_that_a_helper_reads_are_named_with_the_helper():
    source = """
def output_delta():
    return (out_y - Y) * out_y * (1 - out_y)

def output_error(outputs, targets):
    return output_delta()
"""
    given = {"out_y": np.ones((1, 4)), "Y": np.zeros((1, 4))}
    finding = only_finding("output_error", run_cell(source, **given)["output_error"])
    assert finding.code == "uses-globals"
    assert "variables `out_y` (in `output_delta`) and `Y` (in `output_delta`)" in finding.message


@pytest.mark.parametrize("draw", ["np.random.rand()", "np.random.default_rng().normal()"])
def test_random_answers_are_told_apart_from_state(draw):
    source = f"def loss(out_y, Y):\n    return {draw} * np.sum(out_y - Y)\n"
    answer = run_cell(source)["loss"]
    for seed in range(10):
        report = evaluate("loss", answer, seed)
        assert [one.code for one in report.findings] == ["random"] and report.score == 0


def test_what_an_answer_keeps_is_named():
    source = "seen = []\ndef loss(out_y, Y):\n    seen.append(1)\n    return len(seen)\n"
    finding = only_finding("loss", run_cell(source)["loss"])
    assert finding.code == "keeps-state"
    assert finding.message.endswith("between the calls the notebook's variable `seen` changes")


@pytest.mark.parametrize(
    "exercise, body, constant",
    [
        ("loss", "return 0.5", True),
        ("predict", "return np.full((2, 40), 0.3)", True),
        (
            "accuracy",
            "for e, label in enumerate(labels): return float(out_y[label, e] > 0.5)",
            False,
        ),
        ("one_hot", "for label in labels: return np.eye(10)[:, [label] * len(labels)]", False),
        ("backward_propagation", "return [np.full(a.shape, 0.3) for a in (W2, W2, W2, W2)]", True),
    ],
)
@pytest.mark.parametrize("seeds", [4, pytest.param(10, marks=LONG)])
def test_only_what_returns_the_same_for_other_arguments_is_constant(
    exercise, body, constant, seeds
):
    given = ", ".join(EXERCISES[exercise].parameters)
    answer = run_cell(f"def answer({given}):\n    {body}\n")["answer"]
    for seed in range(seeds):
        codes = [finding.code for finding in evaluate(exercise, answer, seed).findings]
        assert ("constant" in codes) is constant


def test_a_missing_return_is_said_only_of_a_function_without_one():
    without = run_cell("def loss(out_y, Y):\n    C = np.sum(out_y - Y)\n")["loss"]
    assert "None, since your function has no `return` with a value" in only_finding(
        "loss", without
    ).message  # fmt: skip
    falling_off = run_cell("def loss(out_y, Y):\n    if len(Y) > 50: return 1.0\n")["loss"]
    assert only_finding("loss", falling_off).message.endswith("you return None")
    for claims in ({"xor": None}, None):
        names = dict.fromkeys(EXERCISES["which_loss"].returns) if claims else None
        finding = evaluate("which_loss", lambda names=names: names).findings[0]
        assert "no `return`" not in finding.message


def test_false_the_text_false_and_zero_are_shown_as_what_they_are():
    names = list(EXERCISES["which_loss"].returns)
    claims = dict(zip(names, (False, "False", 0, "none")))
    rows = evaluate("which_loss", lambda: claims).rows
    assert [row.received for row in rows] == ["False", '"False"', "0", '"none"'][: len(rows)]


def test_true_in_the_place_of_a_number_is_judged_as_one_and_shown_as_true():
    report = evaluate("loss", lambda out_y, Y: bool(np.any(out_y)))
    assert not report.passed and report.rows[0].received == "True"


def test_it_is_said_of_a_crash_that_other_sizes_run_only_if_they_do():
    some = only_finding("loss", lambda out_y, Y: out_y.shape[0] / (out_y.shape[0] == 1))
    every = only_finding("loss", lambda out_y, Y: 1 / 0)
    assert some.code == every.code == "crashed"
    assert "of other sizes it runs" in some.message and "other sizes" not in every.message


def test_a_missing_name_in_a_dict_is_named():
    def shapes(*sizes):
        found = answers.shapes(*sizes)
        del found["b1"], found["Y"]
        return found

    finding = only_finding("shapes", shapes)
    assert finding.code == "wrong-return" and "b1, Y" in finding.message


def test_each_wrong_shape_of_the_shapes_exercise_is_listed():
    def shapes(n_x, n_h, n_y, m):
        return answers.shapes(n_x, n_h, n_y, m) | {"W1": (n_x, n_h), "b2": (n_y,)}

    report = evaluate("shapes", shapes)
    assert [finding.where for finding in report.findings] == ["W1", "b2"]
    assert report.score == pytest.approx(0.8)


def test_the_sigmoid_must_not_warn():
    finding = only_finding("sigmoid", lambda z: 1 / (1 + np.exp(-z)))
    assert finding.code == "warned" and "overflow" in finding.message


def test_a_mistake_that_makes_numpy_warn_is_named_before_the_warning():
    report = evaluate("sigmoid", lambda z: 1 / (1 + np.exp(z)))
    assert [finding.code for finding in report.findings] == ["sign-of-exponent", "warned"]


def test_warnings_in_other_exercises_cost_nothing():
    def backward_propagation(*given):
        np.exp(np.array([1000.0]))
        return answers.backward_propagation(*given)

    assert evaluate("backward_propagation", backward_propagation).passed


def test_a_one_sided_difference_is_not_precise_enough():
    def numerical_gradient(f, x, h=1e-5):
        slope = np.zeros_like(x)
        for entry in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[entry] = h
            slope[entry] = (f(x + step) - f(x)) / h
        return slope

    assert only_finding("numerical_gradient", numerical_gradient).code == "one-sided"


@pytest.mark.parametrize("h", [1e-4, 1e-5, 1e-6])
def test_a_central_difference_with_any_sensible_step_passes(h):
    assert evaluate("numerical_gradient", lambda f, x: answers.numerical_gradient(f, x, h)).passed


@pytest.mark.parametrize(
    "rates, wrong",
    [
        pytest.param((0.01, 0.5, 100.0), [], marks=LONG),
        pytest.param((0.5, 0.5, 100.0), ["crawls"], marks=LONG),
        ((0.01, 0.01, 100.0), ["works"]),
        pytest.param((0.01, 0.5, 0.5), ["diverges"], marks=LONG),
        pytest.param((-0.01, 0.5, 100.0), ["crawls"], marks=LONG),
        pytest.param((0.01, 0.5, float("inf")), ["diverges"], marks=LONG),
        ((100.0, 0.5, 0.01), ["crawls", "diverges"]),
    ],
)
def test_rates_are_judged_by_training_with_them(rates, wrong):
    report = evaluate("learning_rate", lambda: rates)
    assert [finding.where for finding in report.findings] == wrong
    assert report.score == pytest.approx(1 - len(wrong) / 3)


def test_an_unfinished_helper_is_named():
    def update_parameters(*arguments):
        raise NotImplementedError

    def train(X, Y, W1, b1, W2, b2, learning_rate, steps):
        return update_parameters(W1)

    finding = only_finding("train", train)
    assert finding.code == "not-implemented"
    assert finding.message == "it calls `update_parameters`, which is not written yet"


def test_a_list_of_rates_is_no_rate():
    finding = only_finding("learning_rate", lambda: ([0.1, 0.2], 0.5, 100.0))
    assert finding.code == "wrong-return" and finding.where == "crawls"


def test_an_answer_that_remembers_by_shape_is_found():
    stored = {}
    answer = lambda *given: stored.setdefault(  # noqa: E731
        given[0].shape, answers.backward_propagation(*given)
    )
    assert only_finding("backward_propagation", answer).code == "keeps-state"


def test_a_fault_of_the_check_itself_is_explained_to_the_student(monkeypatch):
    import sys

    def broken(*anything):
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr(sys.modules["backprop_judge.evaluating"], "judge", broken)
    from backprop import check

    points = check("loss", answers.loss)
    assert points == 0.0
    assert "an error in the course, not in your answer" in str(points.card)


def test_numbers_are_shown_side_by_side():
    report = evaluate("two_paths", lambda *given: 2 * answers.two_paths(*given))
    (row,) = report.rows
    assert float(row.received) == pytest.approx(2 * float(row.expected), rel=1e-3)


def test_an_endless_loop_is_stopped_once_and_placed(monkeypatch):
    from backprop import calling

    monkeypatch.setattr(calling, "MOST_SECONDS", 0.2)
    calls = []

    def answer(out_y, Y):
        calls.append(1)
        while True:
            pass

    finding = only_finding("loss", answer)
    assert finding.code == "no-end" and len(calls) == 1
    assert "while True" in finding.message or "pass" in finding.message


def test_an_interruption_by_the_reader_ends_the_check():
    calls = []

    def answer(out_y, Y):
        calls.append(1)
        raise KeyboardInterrupt

    assert only_finding("loss", answer).code == "crashed" and len(calls) == 1


# --- luck: every submission is judged on cases of its own ---------------------------------------

OF_THE_BANK = {str(answer): answer for answer in RIGHT + WRONG}

# Answers that are nearly right, or right on some networks, and seeds that tempt a check to say
# otherwise: of a gradient next to zero, of errors that all have the same sign, of few lost digits.
TEMPTING = {
    "numerical_gradient-differences_in_place": (101, 273),
    "numerical_gradient-divides_by_one_step": (101, 273),
    "numerical_gradient-all_entries_at_once": (101, 123, 150, 159, 183, 217, 499),
    "numerical_gradient-gradient_flat": (101, 273),
    "backward_propagation-central_differences": (101, 273),
    "backward_propagation-single_precision": (3, 15, 19, 31, 36, 41, 42, 70, 73),
    "backward_propagation-clipped": (28, 54),
    "backward_propagation-absolute_difference": (37, 58, 59, 64, 66, 69, 242),
    "is_a_gradient-largest_with_its_sign": (2, 4, 5),
    "shapes-shapes_of_xor": (40, 109),
    "accuracy-columns_right_after_rounding": (4, 6, 8),
    "accuracy-entries_right": (142,),
    "update_parameters-integer_parameters": (235, 298, 391, 392),
}
# These train a few thousand times, or have no cases that are drawn.
NOT_DRAWN = {
    "learning_rate", "which_loss", "coincidence", "stuck_start", "train_digits", "by_hand"
}  # fmt: skip
SOME = [
    pytest.param(name, marks=() if place % 24 == 0 else LONG)
    for place, name in enumerate(
        [name for name, one in OF_THE_BANK.items() if one.exercise not in NOT_DRAWN][::7]
    )
]


def verdict(answer, seed):
    report = evaluate(answer.exercise, answer.fresh(), seed)
    return report.score, [finding.code for finding in report.findings]


@pytest.mark.parametrize(
    "name, seeds",
    [pytest.param(name, seeds[:3], id=name) for name, seeds in TEMPTING.items()]
    + [pytest.param(name, (*seeds[3:], *range(600, 610)), id=f"{name}-more", marks=LONG)
       for name, seeds in TEMPTING.items()],
)  # fmt: skip
def test_the_verdict_does_not_depend_on_the_luck_of_the_draw(name, seeds):
    answer = OF_THE_BANK[name]
    expected = verdict(answer, 0)
    for seed in seeds:
        assert verdict(answer, seed) == expected, f"seed {seed}"


@pytest.mark.parametrize("name", SOME)
def test_the_points_of_any_answer_are_the_same_for_every_seed(name):
    answer = OF_THE_BANK[name]
    score, _ = verdict(answer, 0)
    assert [verdict(answer, seed)[0] for seed in (1, 2, 3, 2**63)] == [score] * 4


@pytest.mark.parametrize(
    "step, seeds",
    [(1e-4, 5), (1e-6, 5)] + [pytest.param(step, 30, marks=LONG) for step in (1e-4, 1e-5, 1e-6)],
)
def test_a_sensible_step_is_right_for_every_seed_and_to_one_side_for_none(step, seeds):
    def to_one_side(f, x):
        moves = step * np.eye(x.size).reshape(-1, *x.shape)
        return np.reshape([f(x + move) - f(x) for move in moves], x.shape) / step

    for seed in range(seeds):
        central = lambda f, x: answers.numerical_gradient(f, x, step)  # noqa: E731
        assert evaluate("numerical_gradient", central, seed).passed, f"seed {seed}"
        assert not evaluate("numerical_gradient", to_one_side, seed).passed, f"seed {seed}"


@pytest.mark.parametrize(
    "lose", [lambda a: a.astype(np.float32), lambda a: a.round(7), lambda a: a.round(8)]
)
@pytest.mark.parametrize("seeds", [2, pytest.param(20, marks=LONG)])
def test_digits_lost_on_the_way_out_are_named_however_few(lose, seeds):
    for seed in range(seeds):
        report = evaluate("backward_propagation", altered(dW1=lose), seed)
        assert [(one.code, one.where) for one in report.findings] == [("rounded", "dW1")]
        assert report.score == 0.75


@pytest.mark.parametrize("seeds", [10, pytest.param(40, marks=LONG)])
def test_single_precision_on_the_way_is_right_at_every_seed(seeds):
    def on_the_way(X, Y, out_h, out_y, W2):
        delta_y = answers.output_error(out_y, Y).astype(np.float32)
        delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
        db1, db2 = (delta.sum(axis=1, keepdims=True, dtype=float) for delta in (delta_h, delta_y))
        return delta_h @ X.T, db1, delta_y @ out_h.T, db2

    for seed in range(seeds):
        assert evaluate("backward_propagation", on_the_way, seed).passed, f"seed {seed}"


def test_labels_and_shares_may_have_any_type():
    for type in (np.float32, np.float64, int):
        assert evaluate("one_hot", lambda labels: answers.one_hot(labels).astype(type)).passed
    for seed in range(5):
        in_single = lambda *given: np.float32(answers.accuracy(*given))  # noqa: E731
        assert evaluate("accuracy", in_single, seed).passed
