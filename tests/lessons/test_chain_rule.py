"""Lesson 1: its formulas agree with derivatives, its numbers are computed, its pictures say so."""

import re
from itertools import combinations

import nbformat
import numpy as np
import pytest
from course import REPOSITORY

from backprop.datasets import digits, trained_digits
from backprop.differentiate import derivative, gradient
from backprop.figures import chain_rule as pictures
from backprop.network import Parameters, forward, layer, sigmoid

START = {"x": 1.5, "y": 1.0, "w1": 0.8, "b1": -0.2, "w2": -2.0, "b2": 0.5}
A = np.array([[1.0, 2.0], [0.0, 3.0], [4.0, -1.0]])
W = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]])
B = np.array([[0.5], [-1.0]])
D = np.array([[0.5, -1.0], [2.0, 0.5]])


def run(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)
    return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "C": (a2 - y) ** 2 / 2}


def loss_with(**changes):
    return run(**{**START, **changes})["C"]


def gradients(**changes):
    """The derivative of the loss by each parameter, by the complex step."""
    point = {**START, **changes}
    return {
        name: float(
            derivative(lambda value, name=name: run(**{**point, name: value})["C"], point[name])
        )
        for name in ("w1", "b1", "w2", "b2")
    }


def local_rates():
    """The local derivatives of the chain, each by the complex step."""
    now = run(**START)
    x, y, w1, b1, w2, b2 = START.values()
    return {
        "dz1_dw1": derivative(lambda w: w * x + b1, w1),
        "dz1_db1": derivative(lambda b: w1 * x + b, b1),
        "da1_dz1": derivative(sigmoid, now["z1"]),
        "dz2_dw2": derivative(lambda w: w * now["a1"] + b2, w2),
        "dz2_db2": derivative(lambda b: w2 * now["a1"] + b, b2),
        "dz2_da1": derivative(lambda a: w2 * a + b2, now["a1"]),
        "da2_dz2": derivative(sigmoid, now["z2"]),
        "dC_da2": derivative(lambda a: (a - y) ** 2 / 2, now["a2"]),
    }


def backward_rates():
    now, by = run(**START), gradients()
    return {
        **{f"dC_d{name}": number for name, number in by.items()},
        "dC_da2": float(derivative(lambda a: (a - 1) ** 2 / 2, now["a2"])),
        "dC_dz2": float(derivative(lambda z: (sigmoid(z) - 1) ** 2 / 2, now["z2"])),
        "dC_da1": float(derivative(lambda a: (sigmoid(-2 * a + 0.5) - 1) ** 2 / 2, now["a1"])),
        "dC_dz1": float(
            derivative(lambda z: (sigmoid(-2 * sigmoid(z) + 0.5) - 1) ** 2 / 2, now["z1"])
        ),
    }


@pytest.fixture(scope="module")
def prose():
    """What the lesson says between its code cells, in its source."""
    notebook = nbformat.read(
        REPOSITORY / "solutions" / "01_chain_rule" / "chain_rule.ipynb", as_version=4
    )
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def words_on(figure):
    """Everything that is written on a figure, minus signs as hyphens."""
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    legends = [axes.get_legend() for axes in figure.axes if axes.get_legend()]
    texts += [text.get_text() for legend in legends for text in legend.get_texts()]
    return "\n".join(texts).replace("−", "-")


def numbers(text):
    return set(re.findall(r"-?\d+\.\d+", text))


# Formulas


def test_the_slope_of_the_sigmoid_is_the_activation_times_one_minus_it():
    z = np.linspace(-6, 6, 25)
    a = sigmoid(z)
    assert np.allclose(a * (1 - a), derivative(sigmoid, z))
    assert np.allclose(1 / (1 + np.exp(-z)) * np.exp(-z) / (1 + np.exp(-z)), derivative(sigmoid, z))
    assert derivative(sigmoid, z).max() == derivative(sigmoid, 0.0) == 0.25


@pytest.mark.parametrize("seed", range(3))
def test_equations_A_and_B_are_the_derivatives_without_biases(seed):
    x, y, w1, w2 = np.random.default_rng(seed).standard_normal(4)
    point = {"x": x, "y": y, "w1": w1, "b1": 0.0, "w2": w2, "b2": 0.0}
    now, by = run(**point), gradients(**point)
    slope_1, slope_2 = derivative(sigmoid, now["z1"]), derivative(sigmoid, now["z2"])
    assert np.isclose(now["a1"] * slope_2 * (now["a2"] - y), by["w2"])
    assert np.isclose(x * slope_1 * (now["a2"] - y) * slope_2 * w2, by["w1"])


def test_each_number_of_the_lower_row_is_its_right_neighbour_times_the_rate_between_them():
    local, backward = local_rates(), backward_rates()
    for nearer, farther in (("a2", "z2"), ("z2", "a1"), ("a1", "z1"), ("z1", "w1"), ("z2", "w2")):
        product = backward[f"dC_d{nearer}"] * local[f"d{nearer}_d{farther}"]
        assert np.isclose(product, backward[f"dC_d{farther}"])
    assert np.isclose(backward["dC_dz2"], backward["dC_db2"])
    assert np.isclose(backward["dC_dz1"], backward["dC_db1"])


def test_the_layer_of_the_last_section_has_the_derivatives_that_its_formulas_say(prose):
    dW, db, dA = gradient(lambda W, b, A: np.sum(D * layer(W, b, A), axis=(-2, -1)), W, B, A)
    for formula, spelled, arrays, right in (
        (
            "\\text{net}[j, e] = \\sum_i W[j, i]\\, A[i, e] + b[j]",
            "ji,ie->je",
            (W, A),
            layer(W, 0 * B, A),
        ),
        ("dW[j, i] = \\sum_e D[j, e]\\, A[i, e]", "je,ie->ji", (D, A), dW),
        ("db[j] = \\sum_e D[j, e]", "je->j", (D,), db[:, 0]),
        ("dA[i, e] = \\sum_j W[j, i]\\, D[j, e]", "ji,je->ie", (W, D), dA),
    ):
        assert formula in prose
        assert np.allclose(np.einsum(spelled, *arrays), right)
    assert (dW[0, 0], db[0, 0], dA[1, 0]) == (-1.5, -0.5, 5.0)
    assert layer(W, B, A)[0, 0] == 3.5
    other = np.array([[0.5, -1.0], [1.0, -2.0]])  # of the rehearsal
    dW, db, dA = gradient(lambda W, b, A: np.sum(other * layer(W, b, A), axis=(-2, -1)), W, B, A)
    assert (dW[1, 1], dW[1, 2], db[1, 0], dA[2, 1]) == (-6, 6, -1, 1.5)


def test_the_opening_says_how_many_digits_are_read_right_and_by_how_many_numbers(prose):
    X, labels, held_out = digits()
    start, end, _ = trained_digits()
    assert f"{sum(array.size for array in end):,} numbers" in prose
    assert [array.shape for array in start] == [array.shape for array in end]
    first, second = np.flatnonzero(held_out & (labels == 5))[:2]
    read = {
        place: forward(Parameters(*end), X[:, [place]]).out_y.argmax() for place in (first, second)
    }
    assert read == {first: 9, second: 5} and "takes the first 5 for a 9" in prose
    assert "reads 19 of the 20 pictures right" in prose  # test_interactive_figures.py counts


# Numbers in the prose


def quoted(value, digits=4):
    """How the prose writes a number."""
    return f"{float(value):.{digits}f}"


def test_the_numbers_of_the_first_unit_are_quoted_as_computed(prose):
    def loss(w):
        return (sigmoid(1.5 * w - 0.2) - 1) ** 2 / 2

    a = sigmoid(1.0)
    assert f"activation | $a = \\sigma(z)$ | {quoted(a)}" in prose
    assert f"(a - y)^2$ | {quoted(loss(0.8))}" in prose
    assert f"The ratio was ${quoted((loss(0.9) - loss(0.8)) / 0.1)}$ for a nudge of 0.1" in prose
    assert f"ratio settles at ${quoted(derivative(loss, 0.8))}$" in prose
    assert f"the loss changes ${quoted(a - 1)}$ times as fast as $a$" in prose
    assert (
        f"the activation changes {quoted(derivative(sigmoid, 1.0))} times as fast as $z$" in prose
    )
    assert f"1.5 = {quoted(1.5 * derivative(sigmoid, 1.0))}$ times as fast as $w$" in prose


def test_the_trap_of_the_slope_is_quoted_as_computed(prose):
    assert f"you get $2 \\cdot (1 - 2) = {2 * (1 - 2)}$" in prose
    assert derivative(sigmoid, np.linspace(-6, 6, 25)).min() > 0  # the curve never falls


def test_the_numbers_of_the_chain_are_quoted_as_computed(prose):
    now, local, back = run(**START), local_rates(), backward_rates()
    assert f"+ 0.5 = {quoted(now['z2'])}$" in prose
    assert f"$a_2 = \\sigma(z_2)$ | {quoted(now['a2'])} |" in prose
    assert f"({quoted(now['a2'])} - 1)^2 = {quoted(now['C'])}$" in prose
    factors = [quoted(local[name]) for name in ("dC_da2", "da2_dz2", "dz2_dw2")]
    product = f"({factors[0]}) \\cdot {factors[1]} \\cdot {factors[2]} = {quoted(back['dC_dw2'])}"
    assert product in prose
    assert f"({factors[0]}) \\cdot {factors[1]} = {quoted(back['dC_dz2'])}$" in prose
    assert f"(B) gives {quoted(back['dC_dw1'])}, as a nudge does" in prose


def test_whoever_follows_with_a_calculator_is_off_by_one_in_the_last_digit_at_most(prose):
    term = r"[-()\d.\\cdot +]*"
    pattern = rf"(?<=[$=]) ?({term}\\cdot{term}) = (-?\d+\.\d{{4}})(?! \\cdot)"
    products = re.findall(pattern, prose)
    assert len(products) >= 7
    for left, right in products:
        found = eval(left.replace("\\cdot", "*"), {})
        assert abs(round(found, 4) - float(right)) < 1.5e-4, left


def test_the_first_weight_lowers_the_loss_alone_and_raises_it_in_the_chain():
    alone = derivative(lambda w: (sigmoid(1.5 * w - 0.2) - 1) ** 2 / 2, 0.8)
    assert alone < 0 < gradients()["w1"]


def test_the_counts_of_multiplications_are_right(prose):
    paths = {"w2": 3, "b2": 2, "w1": 5, "b1": 4}  # edges to the loss, without those of rate 1
    one_by_one = [length - 1 for length in paths.values()]
    row = " + ".join(map(str, one_by_one))
    assert f"${row} = {sum(one_by_one)}$ multiplications" in prose
    # Shared: every stretch from the loss backwards is made once, beyond the first edge.
    stretches = {
        stretch
        for path in (("a2", "z2", "w2"), ("a2", "z2"), ("a2", "z2", "a1", "z1", "w1"),
                     ("a2", "z2", "a1", "z1"))
        for stretch in (path[:length] for length in range(2, len(path) + 1))
    }  # fmt: skip
    assert f"That is {len(stretches)} in all" in prose


def test_a_cut_edge_stops_the_first_unit_only():
    cut = gradients(w2=0.0)
    assert cut["w1"] == cut["b1"] == 0 and cut["w2"] != 0 != cut["b2"]


def test_the_table_of_one_step_is_computed_row_by_row(prose):
    for name, slope in gradients().items():
        start = f"| ${name[0]}_{name[1]}$ |"
        row = next(line for line in prose.splitlines() if line.startswith(start))
        cells = [float(cell.strip(" $")) for cell in row.split("|")[2:6]]
        exact = [START[name], slope, 0.5 * slope, START[name] - 0.5 * slope]
        assert cells == [round(number, 4) for number in exact]


def test_the_rates_predict_the_fall_of_the_loss_for_a_short_step_and_not_for_a_long_one(prose):
    squares = [slope**2 for slope in gradients().values()]
    terms = " + ".join(quoted(square, 5) for square in squares)
    assert f"-0.5 \\cdot ({terms})" in prose
    assert f"= -0.5 \\cdot {quoted(sum(squares), 5)} = {quoted(-0.5 * sum(squares))}.$$" in prose

    stepped = run(x=1.5, y=1.0, w1=0.7573, b1=-0.2285, w2=-1.9471, b2=0.5724)
    assert f"to {quoted(stepped['a2'])}, towards its target 1, and the loss fell to " in prose
    assert f"the loss fell to {quoted(stepped['C'])}." in prose
    assert f"With $\\eta = 0.5$ the loss fell by {quoted(loss_with() - stepped['C'])}" in prose

    leapt = {name: round(START[name] - 5 * slope, 4) for name, slope in gradients().items()}
    assert leapt == {"w1": 0.3732, "b1": -0.4846, "w2": -1.4710, "b2": 1.2236}
    real = loss_with() - loss_with(**leapt)
    assert f"with $\\eta = 5$, changes the loss by ${quoted(-5 * sum(squares))}$" in prose
    assert f"With $\\eta = 5$ it fell by {quoted(real)}, less than predicted" in prose
    assert real < 5 * sum(squares)


def test_the_saturated_unit_is_more_wrong_and_learns_more_slowly_by_the_quoted_factor(prose):
    far = run(**{**START, "b2": -5.0})
    assert f"- 5 = {quoted(far['z2'])}$" in prose
    assert f"to ${quoted(far['a2'] - 1)}$" in prose
    assert f"fell from 0.2000 to {quoted(derivative(sigmoid, far['z2']))}" in prose
    now, slow = gradients(), gradients(b2=-5.0)
    assert f"shrank about {now['b2'] / slow['b2']:.0f} times" in prose
    assert np.allclose([now[name] / slow[name] for name in now], now["b2"] / slow["b2"])


def two_parts(a_for_unit_0, a_for_unit_1):
    return (sigmoid(3.0 * a_for_unit_0) - 1) ** 2 / 2 + (sigmoid(-4.0 * a_for_unit_1) - 1) ** 2 / 2


def test_the_rates_of_two_paths_add_up_to_the_quoted_sum(prose):
    first = derivative(lambda a: two_parts(a, 0.5), 0.5)
    second = derivative(lambda a: two_parts(0.5, a), 0.5)
    both = derivative(lambda a: two_parts(a, a), 0.5)
    assert np.isclose(first + second, both)
    assert f"${quoted(first)} + {quoted(second)} = {quoted(both)}$" in prose
    assert f"= {quoted(two_parts(0.5, 0.5))}$." in prose
    assert (
        f"| {quoted((sigmoid(1.5) - 1) ** 2 / 2)} | {quoted((sigmoid(-2.0) - 1) ** 2 / 2)} |"
        in prose
    )


def test_every_number_of_four_digits_in_the_prose_is_one_that_can_be_computed(prose):
    now, far, by, slow = run(**START), run(**{**START, "b2": -5.0}), gradients(), gradients(b2=-5.0)
    stepped = run(x=1.5, y=1.0, w1=0.7573, b1=-0.2285, w2=-1.9471, b2=0.5724)
    squares = [slope**2 for slope in by.values()]
    leap = loss_with(**{name: START[name] - 5 * slope for name, slope in by.items()})
    alone = [(sigmoid(1.5 * w - 0.2) - 1) ** 2 / 2 for w in (0.8, 0.9)]
    computed = [*now.values(), *far.values(), *stepped.values(), *local_rates().values()]
    computed += [
        *backward_rates().values(),
        *(0.5 * slope for slope in (*by.values(), *slow.values())),
    ]
    computed += [START[name] - 0.5 * slope for name, slope in by.items()]
    computed += [0.5 * sum(squares), 5 * sum(squares), now["C"] - stepped["C"], now["C"] - leap]
    computed += [sigmoid(1.0) - 1, alone[0], (alone[1] - alone[0]) / 0.1, far["a2"] - 1]
    computed += [derivative(sigmoid, far["z2"]), 1.5 * derivative(sigmoid, 1.0)]
    computed += [(sigmoid(1.0) - 1) * derivative(sigmoid, 1.0) * 1.5]
    for u, z in ((3.0, 1.5), (-4.0, -2.0)):
        part = (sigmoid(z) - 1) ** 2 / 2
        computed += [sigmoid(z), part, (sigmoid(z) - 1) * derivative(sigmoid, z) * u]
    computed += [two_parts(0.5, 0.5), derivative(lambda a: two_parts(a, a), 0.5)]
    known = {quoted(abs(number)) for number in computed}
    known |= {quoted(number, 5) for number in (*squares, sum(squares))}
    assert set(re.findall(r"\d\.\d{4,}", prose)) <= known


def test_the_prose_keeps_its_calm_voice(prose):
    assert "!" not in re.sub(r"\$.*?\$", "", prose)
    assert not re.search(r"\b(just|simply|obviously|trivial(ly)?)\b", prose, re.IGNORECASE)


def test_every_formula_has_its_dollar_signs_and_braces_in_pairs(prose):
    for paragraph in re.sub(r"`[^`]*`", "", prose).split("\n\n"):
        assert paragraph.count("$") % 2 == 0, paragraph
        assert paragraph.count("{") == paragraph.count("}"), paragraph


# Pictures


def test_the_loss_curve_shows_the_loss_its_tangent_and_the_direction(shown):
    pictures.loss_curve(lambda w: (w - 3) ** 2, 1.0, -4.0)
    figure, description = shown[0]
    curve, tangent, point = figure.axes[0].lines
    assert np.allclose(curve.get_ydata(), (curve.get_xdata() - 3) ** 2)
    assert np.allclose(np.diff(tangent.get_ydata()) / np.diff(tangent.get_xdata()), -4.0)
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (1.0, 4.0)
    assert "slope -4.0000" in description and "the loss falls" in description
    assert "slope -4.0000" in words_on(figure)


def test_the_rates_in_a_row_are_multiplied(shown):
    pictures.rates_in_a_row({"w": 0.8, "z": 1.0, "a": 0.73}, [1.5, -0.2])
    figure, description = shown[0]
    assert "Their product is da/dw = -0.3000" in description
    assert "(-0.2000) × 1.5000 = -0.3000" in words_on(figure)


def test_rates_that_do_not_fit_the_values_are_refused():
    with pytest.raises(ValueError, match="3 quantities have 2 steps between them; 1 rates"):
        pictures.rates_in_a_row({"w": 0.8, "z": 1.0, "a": 0.73}, [1.5])


def test_the_empty_chain_asks_for_every_number(shown):
    pictures.chain()
    figure, description = shown[0]
    wanted = len(pictures.ROW) + len(pictures.PARAMETERS) + 1  # values, with the target
    wanted += len(pictures.LOCAL) + len(pictures.GRADIENTS)
    assert words_on(figure).count("?") == wanted
    assert description.count("still question marks") == 3


def test_the_full_chain_shows_and_tells_every_number(shown):
    now, local, backward = run(**START), local_rates(), backward_rates()
    pictures.chain({**START, **now}, local, backward)
    figure, description = shown[0]
    assert "?" not in words_on(figure) and "question" not in description
    for name, number in {**now, **local, **backward}.items():
        assert f"{name.replace('_', '/')} = {quoted(number)}" in description
        assert quoted(number) in numbers(words_on(figure))


def test_the_numbers_of_the_full_chain_stand_apart(shown):
    pictures.chain({**START, **run(**START)}, local_rates(), backward_rates())
    figure, _ = shown[0]
    figure.draw_without_rendering()
    boxes = {text: text.get_window_extent().padded(5) for text in figure.axes[0].texts}
    for one, other in combinations([text for text in boxes if text.get_text()], 2):
        assert not boxes[one].overlaps(boxes[other]), (one.get_text(), other.get_text())


def test_a_name_that_is_not_in_the_chain_is_refused():
    with pytest.raises(KeyError, match="'dz1_dx' is not in the drawing"):
        pictures.chain(local={"dz1_dx": 0.8})


def test_the_picture_of_saturation_marks_the_loss_and_its_derivative(shown):
    pictures.saturation(1.0, {"near": -0.9621, "far": -6.4621})
    figure, description = shown[0]
    for name, z in (("near", -0.9621), ("far", -6.4621)):
        C = quoted((sigmoid(z) - 1) ** 2 / 2)
        slope = quoted(derivative(lambda z: (sigmoid(z) - 1) ** 2 / 2, z))
        assert f"{name}, z = {z}: C = {C}, dC/dz = {slope}" in description
        assert {C, slope} <= numbers(words_on(figure))


def test_the_picture_of_two_paths_adds_the_products(shown):
    pictures.two_paths(
        {"a": 0.5, "p0": 0.8, "p1": 0.1, "C": 0.4},
        {"dp0_da": 0.5, "dC_dp0": -0.2, "dp1_da": -0.4, "dC_dp1": -0.9},
    )
    figure, description = shown[0]
    assert "the sum is 0.2600" in description
    assert "-0.1000 + 0.3600 = 0.2600" in words_on(figure)


@pytest.mark.parametrize(
    "left, right, entry, along, said",
    [
        (W, A, (0, 0), "row and column", "R[0, 0] = 1 · 1 + (-2) · 0 + 0.5 · 4 = 3"),
        (D, A, (0, 0), "rows", "R[0, 0] = 0.5 · 1 + (-1) · 2 = -1.5"),
        (W, D, (1, 0), "columns", "R[1, 0] = (-2) · 0.5 + 3 · 2 = 5"),
    ],
)
def test_the_picture_of_one_entry_writes_out_its_sum(shown, left, right, entry, along, said):
    spelled = {"row and column": "ji,ie->je", "rows": "je,ie->ji", "columns": "ji,je->ie"}[along]
    result = np.einsum(spelled, left, right)
    pictures.one_entry(
        ("L", left, "a", "b"), ("M", right, "c", "d"), ("R", result, "e", "f"), entry, along
    )
    figure, description = shown[0]
    assert said in description and said in words_on(figure)
    assert float(said.split(" = ")[-1]) == result[entry]
    marked = [patch for patch in figure.axes[0].patches if patch.get_linewidth() > 1]
    assert len(marked) == 2 * said.count("·") + 1


def test_lines_that_differ_in_length_are_refused():
    parts = ("D", D, "unit", "example"), ("A", A, "input", "example"), ("R", D, "unit", "example")
    with pytest.raises(ValueError, match="the lines of D and A have 2 and 3 numbers"):
        pictures.one_entry(*parts, entry=(0, 0), along="columns")
    with pytest.raises(ValueError, match="not 'diagonals'"):
        pictures.one_entry(*parts, entry=(0, 0), along="diagonals")
