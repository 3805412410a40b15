"""Lesson 2: what its prose and its pictures say is true."""

import math
import re
from collections import Counter
from itertools import product
from pathlib import Path

import nbformat
import numpy as np
import pytest

from backprop.datasets import xor
from backprop.differentiate import derivative
from backprop.figures import forward_pass as figures
from backprop.network import (
    Parameters,
    draw_parameters,
    forward,
    half_squared_error,
    layer,
    sigmoid,
)  # fmt: skip

NOTEBOOK = Path(__file__).parents[2] / "solutions" / "02_forward_pass" / "forward_pass.ipynb"

X, Y = xor()
HAND = Parameters(
    W1=np.array([[10.0, 10.0], [10.0, 10.0]]),
    b1=np.array([[-5.0], [-15.0]]),
    W2=np.array([[10.0, -10.0]]),
    b2=np.array([[-5.0]]),
)
W1 = np.array([[2.0, -1.0], [1.0, -4.0], [-1.0, 2.0]])
B1 = np.array([[-0.5], [0.5], [-1.0]])
X_FIVE = np.array([[1.0, 0.0, 2.0, -1.0, 0.5], [0.5, 1.0, 0.0, 1.0, 2.0]])
SMALL = Parameters(W1, B1, np.array([[2.0, -2.0, 1.0]]), np.array([[-0.5]]))


@pytest.fixture(scope="module")
def cells():
    return nbformat.read(NOTEBOOK, as_version=4).cells


@pytest.fixture(scope="module")
def prose(cells):
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def code(cells):
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def texts_of(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def number(value):
    return f"{value:g}".replace("-", "−")


# ---- the numbers of the prose ----------------------------------------------------------


def test_the_first_unit_has_the_numbers_of_section_1(prose):
    net = 2.0 * 1 - 1.0 * 0.5 - 0.5
    assert net == 1
    assert f"{sigmoid(net):.4f}" == "0.7311"
    assert f"{sigmoid(2.0 * 1 - 1.0 * 2.5 - 0.5):.4f}" == "0.2689"
    assert "out is 0.2689. The old out was 0.7311" in prose


def test_the_sigmoid_of_minus_z_is_one_minus_the_sigmoid_of_z(prose):
    z = np.linspace(-30, 30, 61)
    assert np.allclose(sigmoid(-z), 1 - sigmoid(z), rtol=0, atol=1e-15)
    assert "sigmoid(−z) = 1 − sigmoid(z)" in prose


def test_the_sigmoid_is_almost_flat_beyond_five_as_the_prose_says(prose):
    assert "Below −5 and above 5 it is almost flat" in prose
    assert np.all(derivative(sigmoid, np.array([-5.0, 5.0])) < 0.01)


def test_the_two_forms_of_the_sigmoid_fail_where_the_table_says():
    with np.errstate(all="raise", under="ignore"):
        assert 1 / (1 + np.exp(-np.float64(1000))) == 1
        assert np.exp(np.float64(-1000)) / (np.exp(np.float64(-1000)) + 1) == 0
    with np.errstate(all="ignore"):
        assert 1 / (1 + np.exp(np.float64(1000))) == 0
        assert np.isnan(np.exp(np.float64(1000)) / (np.exp(np.float64(1000)) + 1))


def test_the_sizes_of_large_powers_are_as_quoted(prose):
    assert "$e^{710}$" in prose and "$1.8 \\cdot 10^{308}$" in prose
    assert 710 > math.log(np.finfo(float).max) > 709
    assert f"{np.finfo(float).max:.1e}" == "1.8e+308"


def test_the_second_unit_has_the_numbers_of_section_3(prose):
    assert "1 · 1 − 4 · 0.5 + 0.5 = −0.5" in prose
    assert layer(W1, B1, X_FIVE)[1, 0] == -0.5


def test_the_marked_entry_of_the_product_is_what_the_picture_says():
    assert W1[1] @ X_FIVE[:, 2] + B1[1, 0] == 2.5 == layer(W1, B1, X_FIVE)[1, 2]


def test_examples_do_not_mix():
    moved = X_FIVE.copy()
    moved[:, 3] = [3.0, -2.0]
    differs = forward(SMALL, moved).out_y != forward(SMALL, X_FIVE).out_y
    assert differs.tolist() == [[False, False, False, True, False]]


def test_a_flat_bias_fits_silently_only_where_there_are_as_many_examples_as_units():
    flat = B1[:, 0]
    with pytest.raises(ValueError):
        np.zeros((3, 5)) + flat
    assert np.array_equal(np.zeros((3, 3)) + flat, np.array([flat, flat, flat]))
    assert not np.array_equal(np.zeros((3, 3)) + flat, np.zeros((3, 3)) + B1)


def test_the_output_of_the_first_example_is_what_section_6_says(prose):
    activations = forward(SMALL, X_FIVE)
    assert [f"{a:.4f}" for a in activations.out_h[:, 0]] == ["0.7311", "0.3775", "0.2689"]
    assert f"{activations.net_y[0, 0]:.3f}" == "0.476"
    assert f"{activations.out_y[0, 0]:.4f}" == "0.6168"
    assert "2 · 0.7311 − 2 · 0.3775 + 1 · 0.2689 − 0.5 = 0.476" in prose
    assert prose.count("0.6168") == 2


def test_the_network_for_digits_has_as_many_parameters_as_quoted(prose):
    parameters = draw_parameters(np.random.default_rng(0), 64, 30, 10)
    assert sum(array.size for array in parameters) == 2260
    assert "= 2,260 weights and biases" in prose


def test_the_weights_picked_by_hand_solve_xor_with_the_quoted_numbers(code, prose):
    for text in ("[[10.0, 10.0], [10.0, 10.0]]", "[[-5.0], [-15.0]]", "[[10.0, -10.0]]"):
        assert text in code
    activations = forward(HAND, X)
    assert activations.net_h.tolist() == [[-5, 5, 5, 15], [-15, -5, -5, 5]]
    assert "net of `h[0]` is −5, 5, 5 and 15" in prose
    assert np.round(activations.out_y, 3).tolist() == [[0.007, 0.992, 0.992, 0.007]]


def test_without_not_both_the_network_answers_whether_at_least_one_input_is_one():
    changed = HAND._replace(b1=np.array([[-5.0], [-25.0]]))
    assert forward(changed, X).net_h[1, 3] == -5
    assert np.round(forward(changed, X).out_y).tolist() == [[0, 1, 1, 1]]
    change = np.abs(forward(changed, X).out_y - forward(HAND, X).out_y)
    assert change.argmax() == 3


def test_turning_the_signs_of_the_output_unit_gives_equality(prose):
    turned = HAND._replace(W2=-HAND.W2, b2=-HAND.b2)
    quoted = ", ".join(f"{value:.3f}" for value in forward(turned, X).out_y[0])
    assert quoted == "0.993, 0.008, 0.008, 0.993"
    assert quoted in prose


def test_both_triangles_land_near_one_zero_in_the_hidden_space():
    landed = forward(HAND, X).out_h[:, Y[0] == 1]
    assert np.allclose(landed, [[1, 1], [0, 0]], atol=0.01)


def test_the_loss_by_hand_and_of_the_undecided_network_are_as_quoted(prose):
    assert half_squared_error(np.array([[0.8, 0.3]]), np.array([[1.0, 0.0]])) == pytest.approx(
        0.065
    )
    assert "Half of their sum is 0.065" in prose
    assert half_squared_error(np.full((1, 4), 0.5), Y) == 0.5


def test_the_one_half_in_the_loss_cancels_the_two_of_the_square():
    out = np.array([[0.8, 0.3, 0.55]])
    target = np.array([[1.0, 0.0, 0.5]])
    assert np.allclose(derivative(lambda a: (a - target) ** 2 / 2, out), out - target)


def test_the_random_network_is_worse_than_undecided_and_gets_two_labels_right(code, prose):
    assert "np.random.default_rng(3)" in code and "**seed** 3" in prose
    out_y = forward(draw_parameters(np.random.default_rng(3), 2, 2, 1), X).out_y
    assert half_squared_error(out_y, Y) > 0.5
    assert np.all(out_y < 0.3)
    assert np.all(np.abs(out_y - Y)[Y == 1] > 0.7)
    assert np.sum((out_y > 0.5) == Y) == 2
    assert np.sum((forward(HAND, X).out_y > 0.5) == Y) == 4


def test_the_start_of_the_published_notebook_is_quoted_to_three_digits(code):
    stream = np.random.RandomState(42)
    W1_rows, W2_rows = stream.randn(2, 2).round(3), stream.randn(2, 1).round(3)
    assert f"W1_rows = np.array({W1_rows.tolist()})" in code
    assert f"W2_rows = np.array({W2_rows.tolist()})" in code


def test_a_forgotten_transpose_changes_three_outputs_by_a_hundredth_or_so():
    W1_rows = np.array([[0.497, -0.138], [0.648, 1.523]])
    W2_rows = np.array([[-0.234], [-0.234]])
    right = Parameters(W1_rows.T, np.zeros((2, 1)), W2_rows.T, np.zeros((1, 1)))
    error = np.abs(forward(right._replace(W1=W1_rows), X).out_y - forward(right, X).out_y)
    assert np.sum(error > 1e-12) == 3
    assert 0.003 < np.sort(error[0])[1] < error.max() < 0.02


def test_a_transposed_layer_gives_the_transposed_numbers():
    assert np.allclose(layer(W1, B1, X_FIVE).T, X_FIVE.T @ W1.T + B1.T)


def search():
    """Count, for every single unit with whole weights up to 10, the XOR labels it gets right."""
    units = np.array(list(product(range(-10, 11), repeat=3)), dtype=float)
    net = layer(units[:, None, :2], units[:, 2:, None], X)  # (units, 1, 4)
    return Counter(np.sum((net > 0) == Y, axis=(-2, -1)).tolist())


def test_no_single_unit_gets_four_labels_right_and_none_gets_none(cells, prose):
    counts = search()
    assert sum(counts.values()) == 9261 and "9,261 units" in prose
    assert max(counts) == 3 and min(counts) == 1
    printed = str({right: counts[right] for right in range(5)})
    outputs = [
        out
        for cell in cells
        if "itertools.product" in cell.source
        for out in cell.get("outputs", [])
    ]
    # A notebook that was never executed has nothing to compare yet.
    assert not outputs or printed in outputs[0]["text"]


def test_the_two_sums_of_the_proof_are_the_same_expression():
    rng = np.random.default_rng(0)
    for _ in range(20):
        net = layer(rng.standard_normal((1, 2)), rng.standard_normal((1, 1)), X)[0]
        assert net[1] + net[2] == pytest.approx(net[0] + net[3])


# ---- the notebook ------------------------------------------------------------------------


def test_every_table_row_has_as_many_cells_as_its_head(prose):
    for table in re.findall(r"(?:^\|.*\n?)+", prose, flags=re.MULTILINE):
        assert len({line.count("|") for line in table.strip().splitlines()}) == 1, table


def test_formulas_have_balanced_braces_and_dollars(cells):
    for cell in cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"`[^`]*`", "", cell.source)
            assert text.count("$") % 2 == 0, text
            for formula in re.findall(r"\$\$?(.+?)\$\$?", text):
                assert formula.count("{") == formula.count("}"), formula
                assert formula.count("\\left") == formula.count("\\right"), formula


def test_every_exercise_has_three_hints_and_a_check(cells):
    heads = [cell.source for cell in cells if cell.source.startswith("## Exercise: ")]
    names = [head.split("\n")[0].removeprefix("## Exercise: ") for head in heads]
    assert names == ["sigmoid", "shapes", "forward_propagation", "loss", "rows_to_columns"]
    assert all(head.count("<details>") == head.count("</details>") == 3 for head in heads)
    assert all("minutes, difficulty ●" in head for head in heads)


def test_no_solution_stands_outside_its_cell(cells):
    shared = "\n".join(
        cell.source for cell in cells if not cell.metadata.get("nbgrader", {}).get("solution")
    )
    for answer in ("W1 @ X", "W2 @ out_h", "np.abs(z)", "np.sum((", "X.T, W1.T"):
        assert answer not in shared, answer


# ---- the pictures ------------------------------------------------------------------------


def test_the_overview_shows_the_examples_and_the_outputs(shown):
    figures.overview(HAND, X)
    ((figure, words),) = shown
    assert "0.01, 0.99, 0.99, 0.01" in words
    assert texts_of(figure).count("0.99") == 2


def test_the_picture_of_one_unit_has_its_products_net_and_out(shown):
    figures.one_unit((1.0, 0.5), (2.0, -1.0), -0.5)
    ((figure, words),) = shown
    assert "net 1" in words and "0.7311" in words
    assert "plus 2 minus 0.5 minus 0.5" in words
    assert "out\n0.7311" in texts_of(figure)


def test_the_curve_marks_the_points_it_names(shown):
    figures.sigmoid_curve((-1.0, 2.0))
    ((figure, words),) = shown
    assert "sigmoid(-1) = 0.2689" in words and "sigmoid(2) = 0.8808" in words
    marked = [line.get_xydata()[0] for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    assert np.allclose(marked, [[-1, 0.26894142], [2, 0.88079708]])


def test_the_picture_of_a_layer_has_every_weight_and_activation(shown):
    figures.one_layer(W1[:2], B1[:2], X_FIVE[:, :1])
    ((figure, words),) = shown
    texts = texts_of(figure)
    assert all(number(weight) in texts for weight in W1[:2].ravel())
    assert "out 0.7311" in texts and "out 0.3775" in texts
    assert "0.7311" in words and "0.3775" in words


def test_the_picture_of_a_network_has_a_number_for_each_example(shown):
    figures.network(HAND, X)
    figures.network(SMALL, X_FIVE[:, :1])
    (four, words), (one, other_words) = shown
    assert "out 0.007 0.992 0.992 0.007" in texts_of(four)
    assert "out of o[0]: 0.007, 0.992, 0.992, 0.007" in words
    assert "out 0.6168" in texts_of(one)
    assert "1 example." in other_words and "out of o[0]: 0.617" in other_words


def test_the_blocks_show_how_the_marked_entry_arises(shown):
    figures.product_blocks(W1, X_FIVE, B1, unit=1, example=2)
    ((figure, words),) = shown
    assert "(3, 2)" in words and "(2, 5)" in words and "2.5" in words
    assert "unit 1, example 2:   1·2 + (−4)·0 + 0.5 = 2.5" in texts_of(figure)


def test_the_picture_of_the_biases_shows_a_row_and_a_column(shown):
    figures.bias_shapes(B1[:, 0])
    ((figure, words),) = shown
    assert "-0.5 and 0.5 and -1" in words
    assert texts_of(figure).count("0.5") == 6


def test_the_plane_of_xor_names_every_point(shown):
    figures.xor_plane(X, Y)
    ((figure, words),) = shown
    assert all(f"({a:g}, {b:g}) → {y:g}" in texts_of(figure) for a, b, y in zip(*X, Y[0]))
    assert "(1, 0) has target 1" in words and "(1, 1) has target 0" in words


def test_the_regions_say_where_the_lines_are_and_the_examples_land(shown):
    figures.decision_regions(HAND, X, Y)
    ((figure, words),) = shown
    assert "10 x[0] + 10 x[1] = 5 and 10 x[0] + 10 x[1] = 15" in words
    assert "(0, 1) at (0.99, 0.01), (1, 0) at (0.99, 0.01)" in words
    assert "(0, 1) and (1, 0)" in texts_of(figure)
    assert len(figure.axes) == 4


def test_the_picture_of_the_errors_has_the_losses(shown):
    figures.errors([forward(HAND, X).out_y, np.full((1, 4), 0.5)], Y, ["hand-picked", "undecided"])
    ((figure, words),) = shown
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["hand-picked: C = 0.0001", "undecided: C = 0.5000"]
    assert "0.007, 0.992, 0.992, 0.007 and has the loss 0.0001" in words


def test_rows_and_columns_hold_the_same_numbers(shown):
    figures.rows_and_columns(W1, X_FIVE, B1, example=2)
    ((figure, words),) = shown
    assert "(5, 2)" in words and "(1, 3)" in words and "3.5, 2.5, -3" in words
    assert texts_of(figure).count("−7") == 2  # an entry that occurs in net_h only


def test_the_bars_have_the_counts(shown):
    counts = {right: search()[right] for right in range(5)}
    figures.single_units(counts)
    ((figure, words),) = shown
    assert "6,566 units get 2 right" in words and "0 units get 4 right" in words
    assert [bar.get_height() for bar in figure.axes[0].patches] == list(counts.values())


def test_the_figures_are_opaque_and_their_words_readable(shown):
    figures.network(HAND, X)
    figures.decision_regions(HAND, X, Y)
    figures.rows_and_columns(W1, X_FIVE, B1, example=2)
    for figure, _ in shown:
        assert figure.get_facecolor() == (1, 1, 1, 1)
        assert min(text.get_fontsize() for ax in figure.axes for text in ax.texts) >= 10


def test_what_cannot_be_drawn_is_refused_by_name(shown):
    with pytest.raises(ValueError, match="as many weights as inputs"):
        figures.one_unit((1, 2), (1, 2, 3), 0)
    with pytest.raises(ValueError, match="room for 3 units in a layer and for 4 examples"):
        figures.network(SMALL, X_FIVE)
    with pytest.raises(ValueError, match="made for a 2-2-1 network"):
        figures.decision_regions(SMALL, X, Y)
    with pytest.raises(IndexError):
        figures.product_blocks(W1, X_FIVE, B1, unit=3, example=0)
    with pytest.raises(IndexError):
        figures.rows_and_columns(W1, X_FIVE, B1, example=5)
    assert shown == []
