"""Lesson 3: what its prose, its cells and its pictures say is true."""

import contextlib
import io
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.text import Text

from backprop.datasets import three_inputs, xor
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


def test_the_nudges_change_the_loss_as_the_prose_says(prose):
    slope = true_gradient(EXAMPLE, x, y).W1[1, 0]
    assert f"{slope:.3f}" == "0.044"
    for nudge, text in ((0.1, "What came is {:.4f}"), (3, "rises by only {:.4f}")):
        W1 = EXAMPLE.W1 + np.array([[0, 0], [nudge, 0]])
        assert text.format(loss(EXAMPLE._replace(W1=W1), x, y) - loss(EXAMPLE, x, y)) in prose
    assert f"0.044 \\cdot 3 = {3 * slope:.3f}" in prose


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


def test_the_worst_of_the_three_outputs_has_the_smallest_error(lesson):
    half, more, worst = (a**2 * (1 - a) for a in (0.5, 0.7, 0.999))
    assert worst < half < more
    assert f"delta_y:  [[{half:.3f} {more:.3f} {worst:.3f}]]" in lesson.printed


def test_products_fit_once_if_sizes_differ_and_twice_if_four_meets_four(lesson, prose):
    ones = np.ones
    assert len(lesson["products"](ones((5, 7)), ones((3, 7)), (5, 3))) == 1
    found = lesson["products"](lesson["delta_h"], lesson["X3"], (4, 3))
    slopes = true_gradient(lesson["network"], lesson["X3"], lesson["Y3"]).W1
    errors = sorted(lesson["difference"](product, slopes) for product in found)
    assert len(errors) == 2 and errors[0] < 1e-12
    assert f"wrong by {100 * errors[1]:.0f} %" in prose


def test_the_commented_out_line_of_the_chapter_fits_only_where_four_meets_four():
    W2 = np.ones((1, 4))
    assert three_inputs()[0].shape == (3, 4)
    assert np.broadcast_shapes(W2.shape, (1, 4)) == (1, 4)  # errors of four examples
    with pytest.raises(ValueError):
        np.broadcast_shapes(W2.shape, (1, 5))


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


def test_the_large_network_needs_159020_losses_and_the_backward_pass_about_one(lesson, prose):
    entries = 784 * 100 + 100 + 100 * 10 + 10
    assert f"takes {2 * entries:,} forward passes" in prose
    assert re.search(rf"784-100-10 +{entries:,} +{2 * entries:,} +1\.01 forward", lesson.printed)


def test_the_own_check_finds_agreement_in_all_nine_entries(lesson):
    rows = re.findall(r"backward pass (\S+)   measured (\S+)", lesson.printed)
    assert len(rows) == 9 and all(mine == theirs for mine, theirs in rows)
    assert "largest relative difference below 1e-7: True" in lesson.printed


# ---- the published program -----------------------------------------------------------


@pytest.fixture(scope="module")
def xor_values():
    return forward(EXAMPLE, X)


def test_three_of_the_four_posted_arrays_have_a_wrong_shape_and_one_is_refused(lesson):
    shapes = {name: array.shape for name, array in lesson["posted"].items()}
    assert shapes == {"dW2": (2, 4), "db2": (1, 4), "dW1": (2, 2), "db1": (2, 4)}
    refused = re.findall(r"(\w+): .* is refused", lesson.printed)
    assert refused == ["dW2"]
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


@pytest.mark.parametrize(
    "rule, share", [(REPAIR, "0%"), (FIRST, "94%"), (SECOND, "74%"), (LAST, "0%")]
)
def test_the_matrix_of_slopes_differs_from_its_transpose_as_the_model_answer_says(
    rule, share, prose
):
    found = figures.asymmetry(figures.second_slopes(rule, X, Y, EXAMPLE))
    assert f"{found:.0%}" == share
    if rule in (FIRST, SECOND):
        told = re.findall(r"transpose by (\d+) %|\((\d+) %", prose)
        assert sum(share == f"{model or scheme}%" for model, scheme in told) == 2
        assert len(told) == 4  # twice in the model answer, twice in the mark scheme


def test_the_second_version_as_posted_stops_at_a_name_that_no_line_computes():
    lines = "db2 = np.sum((distance * slope_y), axis=1, keepdims=True)"
    with pytest.raises(NameError, match="slope_y"):
        exec(lines, {"np": np, "distance": np.ones((1, 4))})


def test_the_pair_in_two_variables_has_unequal_cross_derivatives():
    u, v = 0.7, -1.3
    assert derivative(lambda u: u**2 * v, u) == pytest.approx(2 * u * v)
    assert derivative(lambda v: 2 * u * v, v) == pytest.approx(2 * u)
    assert derivative(lambda u: u**2, u) == pytest.approx(2 * u)
    assert derivative(lambda u: 2 * u**2, u) == pytest.approx(4 * u)


# ---- what a test proves --------------------------------------------------------------


def test_the_five_tests_let_as_many_wrong_answers_pass_as_the_prose_says(lesson, prose):
    counts = [sum(judged.values()) for judged in lesson["verdicts"].values()]
    assert counts == [7, 7, 6, 3, 0]
    assert "Seven of eight pass" in prose
    wrong = lesson["verdicts"]
    assert wrong["loss falls, XOR"]["dW1 has the wrong sign"]
    caught = [name for name, passes in wrong["numbers, weights zero"].items() if not passes]
    assert caught == ["db1 is not summed", "first example only"]
    passes = [name for name, passed in wrong["numbers, one example"].items() if passed]
    assert passes == ["db1 is not summed", "db1 is an average", "first example only"]


def test_the_tests_of_the_lesson_let_the_right_answer_pass(lesson):
    values = forward(lesson["different"], lesson["X7"])
    answer = lesson["my_backward"](
        lesson["X7"], lesson["Y7"], values.out_h, values.out_y, lesson["different"].W2
    )
    truth = true_gradient(lesson["different"], lesson["X7"], lesson["Y7"])
    for test in ("same_shapes", "loss_falls", "right_numbers"):
        assert lesson[test](answer, truth, lesson["different"], lesson["X7"], lesson["Y7"])


def test_on_xor_with_all_weights_zero_the_right_gradient_is_zero():
    zero = Parameters(*(0 * array for array in EXAMPLE))
    assert all(np.allclose(array, 0) for array in true_gradient(zero, X, Y))


def test_the_loss_falls_with_the_first_version_whose_shapes_alone_are_mended(lesson, xor_values):
    answer = FIRST(X, Y, xor_values.out_h, xor_values.out_y, EXAMPLE.W2)
    truth = true_gradient(EXAMPLE, X, Y)
    assert lesson["loss_falls"](answer, truth, EXAMPLE, X, Y)


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
    assert len(lesson.pictures) == 10
    for figure, description in lesson.pictures:
        sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text().strip()]
        assert min(sizes) >= 10, description
        assert figure.get_facecolor() == (1, 1, 1, 1)


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


def test_the_backward_drawing_shows_every_gradient_and_what_the_weight_wants(shown):
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


@pytest.mark.parametrize("draw", ["forward_values", "backward_values", "multiplication_tables"])
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


def test_the_picture_of_slopes_says_how_asymmetric_a_rule_is(shown):
    figures.slopes_of_slopes(FIRST, X, Y, EXAMPLE)
    ((figure, words),) = shown
    matrix, difference = (axes.images[0].get_array() for axes in figure.axes[:2])
    assert matrix.shape == (9, 9)
    assert np.array_equal(difference, np.abs(matrix - matrix.T))
    assert "by 94%" in words
    assert "by 94%" in figure._supxlabel.get_text()


def test_the_picture_of_slopes_refuses_arrays_of_other_shapes(lesson):
    with pytest.raises(ValueError, match="not those of the parameters"):
        figures.slopes_of_slopes(lesson["posted_backward"], X, Y, EXAMPLE)


def test_the_slopes_of_a_true_gradient_are_the_second_derivatives():
    matrix = figures.second_slopes(REPAIR, X, Y, EXAMPLE)
    h = 1e-4
    raised = true_gradient(EXAMPLE._replace(b2=EXAMPLE.b2 + h), X, Y)
    lowered = true_gradient(EXAMPLE._replace(b2=EXAMPLE.b2 - h), X, Y)
    column = np.concatenate([((a - b) / (2 * h)).ravel() for a, b in zip(raised, lowered)])
    assert matrix[:, 8] == pytest.approx(column, abs=1e-7)


def test_the_table_of_verdicts_counts_what_passes(shown):
    verdicts = {"one": {"a": True, "b": False}, "two": {"a": True, "b": True}}
    figures.what_passes(verdicts)
    ((figure, words),) = shown
    assert texts_of(figure) == ["passes", "passes", "caught", "passes"]
    assert "one: 1; two: 2" in words
    with pytest.raises(ValueError, match="same answers"):
        figures.what_passes({"one": {"a": True}, "two": {"b": True}})


def test_the_overview_names_every_array_of_both_sweeps(shown):
    figures.two_sweeps()
    ((figure, words),) = shown
    for name in ("X", "net_h", "out_h", "net_y", "out_y", "C", "delta_y", "delta_h"):
        assert name in texts_of(figure) and name in words
    for names in ("dW1, db1", "dW2, db2"):
        assert names in texts_of(figure)
