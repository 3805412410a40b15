"""Lesson 3: what its prose, its cells and its pictures say is true."""

import contextlib
import io
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.text import Text

import backprop_judge
from backprop import evaluate
from backprop.datasets import xor
from backprop.differentiate import derivative, gradient
from backprop.figures import backward_pass as figures
from backprop.figures import cache
from backprop.network import (
    Parameters,
    cross_entropy,
    draw_parameters,
    forward,
    half_squared_error,
    pre_activation,
    sigmoid,
)  # fmt: skip
from backprop_judge import EXERCISES
from backprop_judge.lessons.backward_pass import sheet_verdict
from backprop_judge.lessons.backward_pass.sheet import PAPER, cells_after, right_cells
from backprop_judge.mistakes import CATALOGUE, mistake_in

NOTEBOOK = Path(__file__).parents[2] / "solutions" / "03_backward_pass" / "backward_pass.ipynb"
NAMES = ("dW1", "db1", "dW2", "db2")

X, Y = xor()
x, y = np.array([[1.0], [0.5]]), np.array([[1.0]])
EXAMPLE = Parameters(
    W1=np.array([[1.0, -2.0], [2.0, 1.0]]),
    b1=np.array([[0.5], [-1.0]]),
    W2=np.array([[1.0, -2.0]]),
    b2=np.array([[0.5]]),
)


def loss(parameters, X, Y):
    return half_squared_error(forward(parameters, X).out_y, Y)


def true_gradient(parameters, X, Y, loss_function=half_squared_error):
    return Parameters(
        *gradient(lambda *p: loss_function(forward(Parameters(*p), X).out_y, Y), *parameters)
    )


@pytest.fixture(scope="module")
def cells():
    return nbformat.read(NOTEBOOK, as_version=4).cells


@pytest.fixture(scope="module")
def prose(cells):
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


class Lesson(dict):
    """The names that the code cells define, what the cells printed, the pictures they showed."""


@pytest.fixture(scope="module")
def lesson(cells):
    names = Lesson()
    names.pictures = []
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr(cache, "show_once", lambda draw, *_: names.pictures.append(draw()))
        for cell in cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
    np.set_printoptions(edgeitems=3, precision=8, suppress=False)
    names.printed = printed.getvalue()
    return names


def texts_of(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def minus(text):
    return text.replace("-", "\N{MINUS SIGN}")


# ---- the formulas --------------------------------------------------------------------


@pytest.fixture(scope="module")
def case():
    """A network of 3-5-2 with 7 examples: arrays, errors, true gradients."""
    rng = np.random.default_rng(1)
    parameters = draw_parameters(rng, 3, 5, 2)
    X, Y = rng.standard_normal((3, 7)), rng.uniform(size=(2, 7))
    values = forward(parameters, X)
    (delta_y,) = gradient(lambda net: half_squared_error(sigmoid(net), Y), values.net_y)

    def loss_of_net_h(net_h):
        out_h = sigmoid(net_h)
        net_y = np.einsum("kj,...je->...ke", parameters.W2, out_h) + parameters.b2
        return half_squared_error(sigmoid(net_y), Y)

    (delta_h,) = gradient(loss_of_net_h, values.net_h)
    return X, Y, parameters, values, delta_y, delta_h, true_gradient(parameters, X, Y)


def test_the_output_error_is_distance_times_slope_entry_by_entry(case):
    _, Y, _, values, delta_y, *_ = case
    for k, e in np.ndindex(2, 7):
        out = values.out_y[k, e]
        assert delta_y[k, e] == pytest.approx((out - Y[k, e]) * out * (1 - out))


def test_the_hidden_error_sums_over_the_outputs_and_takes_the_slope(case):
    _, _, parameters, values, delta_y, delta_h, _ = case
    for j, e in np.ndindex(5, 7):
        arriving = sum(parameters.W2[k, j] * delta_y[k, e] for k in range(2))
        out = values.out_h[j, e]
        assert delta_h[j, e] == pytest.approx(arriving * out * (1 - out))


def test_the_gradients_sum_error_times_input_over_the_examples(case):
    X, _, _, values, delta_y, delta_h, slopes = case
    for j, i in np.ndindex(5, 3):
        assert slopes.W1[j, i] == pytest.approx(sum(delta_h[j, e] * X[i, e] for e in range(7)))
    for k, j in np.ndindex(2, 5):
        wanted = sum(delta_y[k, e] * values.out_h[j, e] for e in range(7))
        assert slopes.W2[k, j] == pytest.approx(wanted)


def test_the_gradient_of_a_bias_sums_the_errors_over_the_examples(case):
    *_, delta_y, delta_h, slopes = case
    for j in range(5):
        assert slopes.b1[j, 0] == pytest.approx(sum(delta_h[j, e] for e in range(7)))
    for k in range(2):
        assert slopes.b2[k, 0] == pytest.approx(sum(delta_y[k, e] for e in range(7)))


def test_the_slope_of_cross_entropy_by_net_y_is_the_distance(case):
    """The model answer: dC_ce/da is (a - y)/(a (1 - a)), and the slope cancels."""
    _, Y, _, values, *_ = case
    a = values.out_y
    by_output = derivative(lambda a: -(Y * np.log(a) + (1 - Y) * np.log(1 - a)), a)
    assert by_output == pytest.approx((a - Y) / (a * (1 - a)))
    (by_net,) = gradient(lambda net: cross_entropy(sigmoid(net), Y), values.net_y)
    assert by_net == pytest.approx(a - Y)


def test_central_differences_leave_a_third_derivative_and_one_sided_ones_a_second():
    h, z = 1e-3, 0.7
    slope = derivative(sigmoid, z)
    second = derivative(lambda z: sigmoid(z) * (1 - sigmoid(z)), z)
    third = derivative(lambda z: sigmoid(z) * (1 - sigmoid(z)) * (1 - 2 * sigmoid(z)), z)
    one_sided = (sigmoid(z + h) - sigmoid(z)) / h - slope
    central = (sigmoid(z + h) - sigmoid(z - h)) / (2 * h) - slope
    assert one_sided == pytest.approx(second * h / 2, rel=0.01)
    assert central == pytest.approx(third * h**2 / 6, rel=0.01)


# ---- the numbers of the prose --------------------------------------------------------


def test_the_example_has_the_values_that_the_prose_follows(prose):
    values = forward(EXAMPLE, x)
    assert values.net_h[0, 0] == 0.5
    for number in (values.out_h[0, 0], values.out_h[1, 0], values.net_y[0, 0], values.out_y[0, 0]):
        assert f"{number:.3f}" in prose
    assert f"= {loss(EXAMPLE, x, y):.3f}$" in prose


def test_both_weights_to_the_output_want_to_grow_and_the_second_matters_more():
    first, second = true_gradient(EXAMPLE, x, y).W2[0]
    assert second < first < 0


def test_the_weights_of_a_unit_share_one_error_with_its_bias():
    slopes = true_gradient(EXAMPLE, x, y)
    assert slopes.W1 / x.T == pytest.approx(np.hstack([slopes.b1, slopes.b1]))
    assert [f"{value:.3f}" for value in slopes.W1[0]] == ["-0.034", "-0.017"]


def test_the_errors_of_the_example_are_the_products_in_the_prose(prose):
    slopes, values = true_gradient(EXAMPLE, x, y), forward(EXAMPLE, x)
    out, hidden = values.out_y[0, 0], values.out_h[0, 0]
    delta_y = f"{slopes.b2[0, 0]:.4f}"
    distance, slope = f"{out - 1:.4f}", f"{out * (1 - out):.4f}"
    assert f"\\delta_y = {distance} \\cdot {slope} = {delta_y}" in prose
    of_hidden = f"{hidden * (1 - hidden):.4f}"
    delta_h = f"{slopes.b1[0, 0]:.4f}"
    assert f"\\delta_h[0] = {delta_y} \\cdot 1 \\cdot {of_hidden} = {delta_h}" in prose


def test_the_output_farthest_from_its_target_has_by_far_the_smallest_error(lesson, prose):
    half, more, worst = (a**2 * (1 - a) for a in (0.5, 0.7, 0.999))
    assert 100 * worst < half < more
    assert lesson["smallest"] == "0.999"
    assert "its slope is only $0.999 \\cdot 0.001$" in prose


def test_the_rows_of_hidden_unit_1_are_the_products_of_the_prose(lesson, prose):
    values, slopes = forward(EXAMPLE, x), true_gradient(EXAMPLE, x, y)
    out = values.out_h[1, 0]
    assert f"Its activation is {out:.4f}" in prose
    arriving = slopes.b2[0, 0] * EXAMPLE.W2[0, 1]
    wanted = out * (1 - out), arriving, out * (1 - out) * arriving
    assert lesson["rows"] == pytest.approx(wanted)
    assert wanted[2] == pytest.approx(slopes.b1[1, 0])


def test_the_outcomes_of_the_predictions_are_those_that_the_prose_explains(lesson):
    assert re.findall(r"No prediction was made\. Outcome: (.*)\.", lesson.printed) == [
        "both grow", "2", "0.999", "positive", "dW1", "2", "1", "4", "central", "1e-12",
    ]  # fmt: skip


def test_the_worst_of_the_three_steps_is_worst_by_far_and_the_best_is_best_by_far(lesson):
    large, middle, small = (lesson["errors"][step] for step in ("1e-2", "1e-5", "1e-12"))
    assert small > 10 * large > 1000 * middle


# ---- the sheet -----------------------------------------------------------------------


def test_the_network_of_the_sheet_is_the_one_that_is_judged(lesson):
    for one, two in zip(lesson["paper"], PAPER.parameters):
        assert np.array_equal(one, two)
    assert np.array_equal(lesson["x_paper"], PAPER.x)
    assert np.array_equal(lesson["y_paper"], PAPER.y)


def test_the_cells_of_the_sheet_are_the_derivatives_of_the_loss():
    cells, values = right_cells(PAPER), forward(PAPER.parameters, PAPER.x)
    slopes = true_gradient(PAPER.parameters, PAPER.x, PAPER.y)
    errors = {"delta_y": slopes.b2, "delta_h": slopes.b1}  # with one example they are the same
    arrays = values._asdict() | errors | {f"d{name}": a for name, a in slopes._asdict().items()}
    named = {"C": float(loss(PAPER.parameters, PAPER.x, PAPER.y))}
    for name, array in arrays.items():
        for (row, column), value in np.ndenumerate(array):
            named[f"{name}[{row}, {column}]" if "W" in name else f"{name}[{row}]"] = value
    assert cells == pytest.approx(named)


def test_a_sheet_rounded_to_three_decimals_is_right_and_shown_in_no_card(lesson):
    rounded = {name: round(value, 3) for name, value in right_cells(PAPER).items()}
    assert evaluate("by_hand", lambda: rounded).passed
    assert lesson["by_hand"]().keys() == rounded.keys()
    wrong = {name: 7.5 for name in rounded}
    page = (
        str(evaluate("by_hand", lambda: wrong)) + evaluate("by_hand", lambda: wrong)._repr_html_()
    )
    for name in ("delta_y[0]", "dW1[0, 0]", "dW1[1, 1]", "out_y[0]"):
        assert f"{abs(rounded[name])}" not in page


def test_numbers_in_quotes_are_one_finding_however_many_cells_have_them():
    right = dict(right_cells(PAPER))
    (found,) = evaluate("by_hand", lambda: {name: f"{n:.3f}" for name, n in right.items()}).findings
    assert found.located == (
        "net_h[0], net_h[1], out_h[0] and 16 other cells: each must be a number with three "
        "decimals; you return text, such as '-0.500'"
    )
    some = evaluate("by_hand", lambda: right | {"C": "0.309", "db2[0]": "-0.132", "net_y[0]": [1]})
    assert [(one.code, one.where) for one in some.findings] == [
        ("wrong-return", "net_y[0]"), ("wrong-return", "C, db2[0]"),
    ]  # fmt: skip
    assert some.score == pytest.approx(16 / 19)


def test_no_mistake_of_the_sheet_gives_a_number_that_counts_as_right():
    cells = dict(right_cells(PAPER))
    for name, value in cells.items():
        for code, _, wrong in sheet_verdict._mistakes(name, PAPER, cells, value):
            assert abs(wrong - value) > 2 * sheet_verdict.NEAR, (name, code)


def test_one_slip_is_named_once_and_what_follows_from_it_is_said_to_follow():
    """Whatever the slip in `delta_y` is, the rest of the sheet is computed from it."""
    start = dict(right_cells(PAPER))
    for code, _, wrong in sheet_verdict._mistakes("delta_y[0]", PAPER, start, start["delta_y[0]"]):
        cells = start | {"delta_y[0]": wrong}
        for _ in range(3):
            cells = cells_after(PAPER, cells) | {"delta_y[0]": wrong}
        codes = [one.code for one in evaluate("by_hand", lambda: cells).findings]
        assert codes[0] == code
        assert set(codes[1:]) <= {"follows"}


def test_cards_of_the_lesson_do_not_name_the_loss_that_the_last_exercise_asks_for(cells):
    lessons = Path(backprop_judge.__file__).parent / "lessons"
    later = "".join(path.read_text("utf-8") for path in lessons.glob("any_depth/*.py"))
    for code in CATALOGUE:
        if f'mistake(\n    "{code}"' in later:
            continue
        for exercise in EXERCISES.values():
            if exercise.lesson == "03_backward_pass":
                entry = mistake_in(exercise, code)
                assert "cross-entropy" not in " ".join((entry.message, *entry.hints))

    def without_slope(X, Y, out_h, out_y, W2):
        error_h = W2.T @ (out_y - Y) * out_h * (1 - out_h)
        return (
            error_h @ X.T, error_h.sum(axis=1, keepdims=True),
            (out_y - Y) @ out_h.T, (out_y - Y).sum(axis=1, keepdims=True),
        )  # fmt: skip

    card = str(evaluate("backward_propagation", without_slope))
    assert "exact gradient of another loss" in card and "entropy" not in card
    place = next(n for n, cell in enumerate(cells) if "**cross-entropy**" in cell.source)
    assert not any("cross-entropy" in cell.source for cell in cells[:place])


def test_what_a_picture_or_a_cell_uses_is_explained_before(cells):
    sources = [cell.source for cell in cells]
    for word, explained in (
        ("example.W1", "`Parameters` is a container"),
        ("forward(", "the output that forward computes"),
        ("the chapter", "called *the chapter*"),
    ):
        first = next(n for n, source in enumerate(sources[4:]) if word in source)
        told = next(n for n, source in enumerate(sources[4:]) if explained in source)
        assert told <= first


def test_products_fit_once_if_sizes_differ_and_twice_if_four_meets_four(lesson, prose):
    ones = np.ones
    assert len(lesson["products"](ones((5, 7)), ones((3, 7)), (5, 3))) == 1
    assert "Only one product has this shape" in prose
    found = lesson["products"](lesson["delta_h"], lesson["X3"], (4, 3))
    slopes = true_gradient(lesson["network"], lesson["X3"], lesson["Y3"]).W1
    errors = sorted(lesson["difference"](product, slopes) for product in found)
    assert len(errors) == 2 and errors[0] < 1e-12
    assert f"wrong by {100 * errors[1]:.0f} %" in prose


def test_the_two_differences_are_off_by_what_the_prose_says(lesson, prose):
    exact = float(lesson["exact"])
    C, w, h = lesson["C"], lesson["w"], 0.1
    one_sided, central = (C(w + h) - C(w)) / h, (C(w + h) - C(w - h)) / (2 * h)
    off = f"off by {abs(one_sided - exact):.4f}, the central one by {abs(central - exact):.6f}"
    assert off in prose


def test_the_best_steps_and_their_digits_are_those_of_the_prose():
    steps, one_sided, central = figures.step_errors(EXAMPLE, x, y)
    assert 1e-6 < steps[np.argmin(central)] < 1e-3
    assert 1e-9 < steps[np.argmin(one_sided)] < 1e-6
    assert central[np.isclose(steps, 1e-5, atol=0)] < 1e-9
    assert np.all(one_sided[steps > 1e-9] > 1e-9)
    assert np.min(one_sided) > 3 * np.min(central)
    assert np.max(one_sided[steps < 5e-12]) > 1e-6
    assert np.max(central[steps < 5e-12]) > 1e-6


def test_the_lines_of_the_step_picture_fall_as_h_and_as_h_squared():
    steps, one_sided, central = figures.step_errors(EXAMPLE, x, y)
    large = steps > 9e-4
    slope = lambda errors: np.polyfit(np.log(steps[large]), np.log(errors[large]), 1)[0]  # noqa: E731
    assert slope(one_sided) == pytest.approx(1, abs=0.05)
    assert slope(central) == pytest.approx(2, abs=0.05)


def test_the_own_check_finds_agreement_in_all_nine_entries(lesson):
    rows = re.findall(r"backward pass \[(.+)\]   measured \[(.+)\]", lesson.printed)
    assert [len(mine.split()) for mine, _ in rows] == [4, 2, 2, 1]
    assert all(mine == theirs for mine, theirs in rows)
    assert "largest relative difference below 1e-7: True" in lesson.printed


# ---- the published program -----------------------------------------------------------


@pytest.fixture(scope="module")
def xor_values():
    return forward(EXAMPLE, X)


def test_three_of_the_four_posted_arrays_have_a_wrong_shape_and_one_is_refused(lesson):
    shapes = {name: array.shape for name, array in lesson["posted"].items()}
    assert shapes == {"dW2": (2, 4), "db2": (1, 4), "dW1": (2, 2), "db1": (2, 4)}
    with pytest.raises(ValueError):
        EXAMPLE.W2 - lesson["posted"]["dW2"]
    assert (EXAMPLE.b1 - lesson["posted"]["db1"]).shape == (2, 4)
    assert (EXAMPLE.b2 - lesson["posted"]["db2"]).shape == (1, 4)


def test_the_posted_dW1_is_wrong_by_no_common_factor_though_its_signs_are_right(lesson):
    ratio = true_gradient(EXAMPLE, X, Y).W1 / lesson["posted"]["dW1"]
    assert np.all(ratio > 0)
    assert np.max(ratio) > 1.5 * np.min(ratio)


def versions(slope_in_dW2, slope_in_db2, slope_sent_back):
    """A version of the thread with its shapes mended, in the order of the course."""

    def rule(X, Y, out_h, out_y, W2):
        distance = out_y - Y
        error = distance * out_y * (1 - out_y)
        for_W2 = error if slope_in_dW2 else distance
        for_b2 = error if slope_in_db2 else distance
        sent = error if slope_sent_back else distance
        error_h = np.einsum("kj,ke->je", W2, sent) * out_h * (1 - out_h)
        return (
            np.einsum("je,ie->ji", error_h, X),
            np.sum(error_h, axis=1, keepdims=True),
            np.einsum("ke,je->kj", for_W2, out_h),
            np.sum(for_b2, axis=1, keepdims=True),
        )

    return rule


REPAIR = versions(True, True, True)
FIRST = versions(True, True, False)
SECOND = versions(False, True, False)
LAST = versions(False, False, False)


def test_the_table_of_the_versions_is_the_one_that_is_tested(prose):
    row = r"\| {} \| \$(d|d \\cdot s)\$ \| \$(d|d \\cdot s)\$ \| \$(d|d \\cdot s)\$ \|"
    for name, rule in (("first", FIRST), ("second", SECOND), ("last", LAST)):
        found = re.search(row.format(name), prose).groups()
        values = forward(EXAMPLE, X)
        given = versions(*("s" in used for used in found))(
            X, Y, values.out_h, values.out_y, EXAMPLE.W2
        )
        for one, two in zip(given, rule(X, Y, values.out_h, values.out_y, EXAMPLE.W2)):
            assert np.array_equal(one, two)


@pytest.mark.parametrize(
    "rule, fits",
    [(REPAIR, "ssss"), (FIRST, "ccss"), (SECOND, "cccs"), (LAST, "cccc")],
    ids=["repair", "first", "second", "last"],
)
def test_each_array_of_a_version_fits_the_loss_that_the_model_answer_names(rule, fits, xor_values):
    squares = true_gradient(EXAMPLE, X, Y)
    entropy = true_gradient(EXAMPLE, X, Y, cross_entropy)
    arrays = rule(X, Y, xor_values.out_h, xor_values.out_y, EXAMPLE.W2)
    for array, fit, s, c in zip(arrays, fits, squares, entropy):
        assert np.allclose(array, s) == (fit == "s")
        assert np.allclose(array, c) == (fit == "c")


def test_the_measured_table_says_the_same_of_the_versions(lesson):
    rows = re.findall(r"^(\w+) +version: ([\w -]+?) +((?:\d+% *)+)$", lesson.printed, re.M)
    assert [(row[:2], row[2].split()) for row in rows] == [
        (("first", "half squared error"), ["75%", "72%", "0%", "0%"]),
        (("first", "cross-entropy"), ["0%", "0%", "70%", "63%"]),
        (("second", "half squared error"), ["75%", "72%", "70%", "0%"]),
        (("second", "cross-entropy"), ["0%", "0%", "0%", "63%"]),
        (("last", "half squared error"), ["75%", "72%", "70%", "63%"]),
        (("last", "cross-entropy"), ["0%", "0%", "0%", "0%"]),
    ]


def test_the_cross_entropy_is_0_at_the_targets_and_grows_without_bound_at_the_wrong_end():
    targets = np.array([[0.0, 1.0, 1.0]])
    losses = [cross_entropy(np.abs(targets - d), targets) for d in (1e-9, 0.999, 1 - 1e-9)]
    assert losses[0] == pytest.approx(0, abs=1e-8)
    assert losses[1] > 20 and losses[2] > 60


def test_a_third_loss_would_have_slopes_that_do_not_depend_on_W2_and_these_do():
    """The reason in the last sections why a mixture is the gradient of no function."""

    def apart(W2):
        moved = EXAMPLE._replace(W2=W2)
        return true_gradient(moved, X, Y, cross_entropy).W1 - true_gradient(moved, X, Y).W1

    assert not np.allclose(apart(EXAMPLE.W2), apart(EXAMPLE.W2 + 0.1))


def test_the_second_version_as_posted_stops_at_a_name_that_no_line_computes():
    lines = "db2 = np.sum((distance * slope_y), axis=1, keepdims=True)"
    with pytest.raises(NameError, match="slope_y"):
        exec(lines, {"np": np, "distance": np.ones((1, 4))})


# ---- what a test proves --------------------------------------------------------------


def learned(summed):
    """Train 20 networks at once on XOR; return how many get all four labels right."""
    starts = [draw_parameters(np.random.default_rng(seed), 2, 2, 1) for seed in range(20)]
    W1, b1, W2, b2 = (np.stack(arrays) for arrays in zip(*starts))
    turned = lambda array: np.swapaxes(array, 1, 2)  # noqa: E731
    for _ in range(3_000):
        out_h = 1 / (1 + np.exp(-(W1 @ X + b1)))
        out_y = 1 / (1 + np.exp(-(W2 @ out_h + b2)))
        delta_y = (out_y - Y) * out_y * (1 - out_y)
        delta_h = (turned(W2) @ delta_y) * out_h * (1 - out_h)
        W2 = W2 - 2 * (delta_y @ turned(out_h))
        b2 = b2 - 2 * np.sum(delta_y, axis=2, keepdims=True)
        W1 = W1 - 2 * (delta_h @ X.T)
        b1 = b1 - 2 * (np.sum(delta_h, axis=2, keepdims=True) if summed else delta_h)
    labels = 1 / (1 + np.exp(-(W2 @ (1 / (1 + np.exp(-(W1 @ X + b1)))) + b2))) > 0.5
    return int(np.sum(np.all(labels == Y, axis=(1, 2))))


@pytest.mark.parametrize("summed, row", [(True, "right"), (False, "`db1` not summed")])
def test_the_counts_of_networks_that_learn_xor_are_those_of_the_table(summed, row, prose):
    assert f"| {row} | {learned(summed)} of 20 |" in prose


# ---- the pictures --------------------------------------------------------------------


def test_every_picture_of_the_lesson_has_letters_of_at_least_ten_points(lesson):
    assert len(lesson.pictures) == 9
    for figure, description in lesson.pictures:
        sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text().strip()]
        assert min(sizes) >= 10, description


def test_the_forward_drawing_shows_every_value(shown):
    figures.forward_values(EXAMPLE, x, y)
    ((figure, words),) = shown
    values = forward(EXAMPLE, x)
    for number in (*values.out_h[:, 0], values.out_y[0, 0], loss(EXAMPLE, x, y)):
        assert f"{number:.3f}" in texts_of(figure)
        assert f"{number:.3f}" in words
    for name, array in (("W1", EXAMPLE.W1), ("W2", EXAMPLE.W2)):
        for (row, column), weight in np.ndenumerate(array):
            assert minus(f"{name}[{row}, {column}] = {weight:.1f}") in texts_of(figure)


def test_the_backward_drawing_shows_every_gradient_and_the_direction_that_lowers_the_loss(shown):
    figures.backward_values(EXAMPLE, x, y)
    ((figure, words),) = shown
    slopes = true_gradient(EXAMPLE, x, y)
    for name, array in (("dW1", slopes.W1), ("dW2", slopes.W2)):
        for (row, column), slope in np.ndenumerate(array):
            wish = "↑" if slope < 0 else "↓"
            assert minus(f"{name}[{row}, {column}] = {slope:.3f} {wish}") in texts_of(figure)
            assert f"{slope:.3f}" in words
    for delta in (*slopes.b1[:, 0], slopes.b2[0, 0]):
        assert minus(f"{delta:.3f}") in texts_of(figure)
        assert f"{delta:.3f}" in words


def test_the_empty_network_shows_its_weights_and_none_of_its_values(shown):
    figures.network_to_fill(EXAMPLE, x, y)
    ((figure, words),) = shown
    values = forward(EXAMPLE, x)
    for name, array in (("W1", EXAMPLE.W1), ("W2", EXAMPLE.W2)):
        for (row, column), weight in np.ndenumerate(array):
            assert minus(f"{name}[{row}, {column}] = {weight:.1f}") in texts_of(figure)
            assert f"{name}[{row}, {column}] = {weight:g}" in words
    for number in (*values.out_h[:, 0], values.out_y[0, 0], loss(EXAMPLE, x, y)):
        assert f"{number:.3f}" not in " ".join([*texts_of(figure), words])


@pytest.mark.parametrize(
    "draw", ["forward_values", "network_to_fill", "backward_values", "multiplication_tables"]
)
def test_a_drawing_made_for_one_example_refuses_four(draw):
    with pytest.raises(ValueError, match="2-2-1 and one example"):
        getattr(figures, draw)(EXAMPLE, X, Y)


def test_the_saturated_picture_names_the_height_of_the_hump_and_the_three_errors(shown):
    figures.saturated_output()
    ((figure, words),) = shown
    net = np.linspace(-8, 8, 20_001)
    out = sigmoid(net)
    error = derivative(lambda z: sigmoid(z) ** 2 / 2, net)
    assert out[np.argmax(error)] == pytest.approx(2 / 3, abs=1e-3)
    assert f"only to {np.max(error):.3f}, where out_y is two thirds" in words
    for activation in (0.5, 0.7, 0.999):
        at = pre_activation(activation)
        expected = f"{derivative(lambda z: sigmoid(z) ** 2 / 2, at):.3f}"
        assert expected in words and expected in texts_of(figure)


def test_the_paths_back_add_up_to_the_error_of_the_hidden_unit(shown):
    figures.paths_back((1.0, -2.0), (-0.15, -0.10), 0.622)
    ((figure, words),) = shown
    weights, deltas = np.array([1.0, -2.0]), np.array([-0.15, -0.10])
    (error,) = gradient(
        lambda net: np.sum(deltas * weights * sigmoid(net), axis=-1),
        np.full(1, pre_activation(0.622)),
    )
    assert f"{error[0]:.4f}" in words and f"{error[0]:.4f}" in texts_of(figure)
    assert "arrive as -0.15 and 0.20" in words
    with pytest.raises(ValueError, match="two weights and two errors"):
        figures.paths_back((1.0, 2.0, 3.0), (1.0, 2.0, 3.0), 0.5)


def test_the_multiplication_tables_hold_the_gradients(shown):
    figures.multiplication_tables(EXAMPLE, x, y)
    ((figure, words),) = shown
    slopes = true_gradient(EXAMPLE, x, y)
    for slope in (*slopes.W1.ravel(), *slopes.W2.ravel()):
        assert minus(f"{slope:.3f}") in texts_of(figure)
        assert f"{slope:.3f}" in words
    assert forward(EXAMPLE, x).out_h[1, 0] * slopes.b2[0, 0] == pytest.approx(slopes.W2[0, 1])


def test_the_tables_of_the_examples_add_up_and_example_0_gives_its_weights_nothing(shown):
    figures.sum_over_examples(EXAMPLE, X, Y)
    ((figure, words),) = shown
    parts = [true_gradient(EXAMPLE, X[:, [e]], Y[:, [e]]) for e in range(4)]
    total = true_gradient(EXAMPLE, X, Y)
    assert sum(part.W1 for part in parts) == pytest.approx(total.W1)
    assert np.all(parts[0].W1 == 0) and np.all(parts[0].b1 != 0)
    assert np.all(parts[1].W1[:, 0] == 0) and np.all(parts[2].W1[:, 1] == 0)
    for value in (*total.W1.ravel(), *total.b1.ravel()):
        assert f"{value:.3f}" in words
        assert minus(f"{value:.3f}") in texts_of(figure)
    with pytest.raises(ValueError, match="four examples"):
        figures.sum_over_examples(EXAMPLE, x, y)


def test_the_step_picture_holds_both_curves(shown):
    figures.error_against_step(EXAMPLE, x, y)
    ((figure, words),) = shown
    one_sided, central, _ = (line.get_ydata() for line in figure.axes[0].lines)
    steps, first, second = figures.step_errors(EXAMPLE, x, y)
    assert np.array_equal(one_sided, first) and np.array_equal(central, second)
    assert second[np.isclose(steps, 1e-5, atol=0)] < 1e-8  # one part in a hundred million
    assert "hundred million" in words
    marks = figure.axes[0].get_xticks()
    assert marks[1:] / marks[:-1] == pytest.approx(10)  # as the prose says
    assert min(marks) <= min(steps) and max(steps) <= max(marks)


def test_the_overview_names_every_array_of_both_sweeps(shown):
    figures.two_sweeps()
    ((figure, words),) = shown
    for name in ("X", "net_h", "out_h", "net_y", "out_y", "C", "delta_y", "delta_h"):
        assert name in texts_of(figure) and name in words
    for names in ("dW1, db1", "dW2, db2"):
        assert names in texts_of(figure)
