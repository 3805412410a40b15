"""Lesson 4: its formulas agree with derivatives, its numbers are computed, its pictures say so."""

import json
import re

import answers
import nbformat
import numpy as np
import pytest
from course import REPOSITORY

from backprop import evaluate, many_starts
from backprop.datasets import xor
from backprop.differentiate import derivative, gradient
from backprop.exercises import find
from backprop.figures import training as pictures
from backprop.figures.wording import short
from backprop.network import Parameters, draw_parameters, forward, half_squared_error
from backprop_judge.lessons.training import exercises

X, Y = xor()


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(REPOSITORY / "solutions" / "04_training" / "training.ipynb", as_version=4)


@pytest.fixture(scope="module")
def prose(notebook):
    """What the lesson says between its code cells, on one line."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return re.sub(r"\s+", " ", " ".join(cells))


def loss_of(*parameters):
    return half_squared_error(forward(Parameters(*parameters), X).out_y, Y)


def length(parameters):
    return float(np.sqrt(sum(np.sum(slopes**2) for slopes in gradient(loss_of, *parameters))))


def trained(parameters, rate, steps):
    *parameters, losses = answers.train(X, Y, *parameters, rate, steps)
    return parameters, losses


START = exercises.rate_start()


# The ball


def test_the_slope_in_the_prose_is_the_derivative_of_the_loss_of_one_weight():
    for w in (-1.0, 0.5, 1.4, 2.0):
        slope = derivative(lambda w: (2 * w - 1) ** 2 / 2, w)
        assert slope == pytest.approx((2 * w - 1) * 2) == pytest.approx(4 * (w - 0.5))


def test_one_step_of_the_ball_gives_the_numbers_of_the_prose(prose):
    w = 2 - 0.1 * derivative(lambda w: (2 * w - 1) ** 2 / 2, 2.0)
    assert w == pytest.approx(1.4)
    assert (2 * w - 1) ** 2 / 2 == pytest.approx(1.62)
    assert "from 4.50 to 1.62" in prose


@pytest.mark.parametrize("rate, factor", [(0.02, 0.92), (0.1, 0.6), (0.25, 0.0), (0.55, -1.2)])
def test_every_step_multiplies_the_distance_by_the_factor_in_the_prose(rate, factor):
    w = 2 - rate * derivative(lambda w: (2 * w - 1) ** 2 / 2, 2.0)
    assert w - 0.5 == pytest.approx(factor * 1.5)


# One step of the network


def test_the_lesson_trains_from_the_start_on_which_the_rates_are_judged(notebook):
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert f"draw_parameters(np.random.default_rng({exercises.RATE_SEED}), 2, 2, 1)" in code


def test_one_weight_moves_and_the_loss_falls_as_the_prose_says(prose):
    slope = gradient(loss_of, *START)[2][0, 1]
    moved = START.W2.copy()
    moved[0, 1] -= slope
    fall = loss_of(*START) - loss_of(*START._replace(W2=moved))
    assert f"Its value is $-{-START.W2[0, 1]:.3f}$ and its slope $-{-slope:.3f}$" in prose
    assert f"the loss fell by {fall:.4f}, as the formula says" in prose
    assert f"{slope**2:.4f}" == f"{fall:.4f}"


def test_the_bias_of_the_output_has_the_largest_slope(prose):
    slopes = gradient(loss_of, *START)
    largest = max(np.abs(slope).max() for slope in slopes)
    assert abs(slopes[3][0, 0]) == largest
    assert f"the largest absolute value, $-{largest:.3f}$" in prose


def test_the_fall_of_the_loss_is_as_quoted_for_small_and_large_rates(prose):
    slopes = gradient(loss_of, *START)
    squared = length(START) ** 2
    fall = {
        rate: loss_of(*START) - loss_of(*(p - rate * d for p, d in zip(START, slopes)))
        for rate in (0.01, 0.1, 1, 10, 20)
    }
    assert f"here it is {squared:.4f}." in prose
    assert f"{squared:.4f} predicted, {fall[1]:.4f} measured" in prose
    assert fall[10] == pytest.approx(10 * squared / 2, rel=0.15)
    assert f"it **rises** by {-fall[20]:.4f}" in prose
    for rate in (0.01, 0.1, 1):
        assert fall[rate] == pytest.approx(rate * squared, rel=0.01)


def test_a_gradient_taken_after_the_update_of_W2_is_wrong_in_the_hidden_layer_only(prose):
    out_h, out_y = answers.forward_propagation(X, *START)
    right = find("backward_propagation")(X, Y, out_h, out_y, START.W2)
    W2_new = START.W2 - 10 * right[2]
    late = find("backward_propagation")(X, Y, out_h, out_y, W2_new)
    assert f"${START.W2[0, 1]:.3f}$ to $+{W2_new[0, 1]:.3f}$" in prose
    np.testing.assert_allclose(late[2], right[2], rtol=1e-9)
    np.testing.assert_allclose(late[3], right[3], rtol=1e-9)
    assert np.all(np.sign(late[0][1]) == -np.sign(right[0][1]))
    assert np.sign(late[1][1, 0]) == -np.sign(right[1][1, 0])
    assert np.all(np.sign(late[0][0]) == np.sign(right[0][0]))


# Training


def test_the_parts_of_the_loss_curve_have_the_numbers_of_the_prose(prose):
    _, losses = trained(START, 1, 1_000)
    assert f"In 20 steps the loss falls from {losses[0]:.3f} to {losses[20]:.3f}" in prose
    assert f"between steps 100 and 200: from {losses[100]:.3f} to {losses[200]:.3f}" in prose
    assert f"step 30 to step 70 the loss falls from {losses[30]:.3f} to {losses[70]:.3f}" in prose
    falls = -np.diff(losses)
    assert falls[40:60].max() < falls[:10].min() and falls[40:60].max() < falls[100:150].min()


def test_a_numerical_gradient_takes_two_forward_passes_for_each_parameter(prose):
    calls = 0

    def counted(*parameters):
        nonlocal calls
        calls += len(parameters[0])  # one forward pass for each leading index
        return loss_of(*parameters)

    gradient(counted, *START)
    assert 2 * calls == 18
    assert "two forward passes for every single parameter" in prose


def test_the_highest_loss_and_the_loss_of_undecided_outputs_are_those_of_the_prose(prose):
    assert half_squared_error(1 - Y, Y) == 2 and "$\\tfrac12 \\cdot 4 = 2$" in prose
    assert half_squared_error(np.full_like(Y, 0.5), Y) == 0.5
    assert half_squared_error(np.zeros_like(Y), Y) == half_squared_error(np.ones_like(Y), Y) == 1


def test_labels_and_boundaries_are_as_the_prose_says(shown):
    moments = {steps: trained(START, 1, steps)[0] for steps in (0, 40, 150, 1_000)}
    outputs = {
        f"after {steps} steps": answers.forward_propagation(pictures.grid(), *moment)[1]
        for steps, moment in moments.items()
    }
    pictures.decisions(outputs, X, Y)
    assert np.all(answers.predict(X, *moments[0]) == 0)
    assert np.all(answers.predict(X, *moments[1_000]) == Y)
    assert np.sum(answers.predict(X, *moments[40])) == 1
    assert np.all(np.abs(answers.forward_propagation(X, *moments[40])[1] - 0.5) < 0.15)
    assert np.all(answers.predict(X, *moments[150]) == Y)
    figure, description = shown[0]
    assert "after 0 steps: outputs from 0.05 to 0.28, all below one half" in description
    assert len(figure.axes) == 5  # four moments and the colour bar


def test_each_hidden_unit_of_the_trained_network_draws_a_line_at_45_degrees():
    (W1, b1, _, _), _ = trained(START, 1, 1_000)
    slopes, heights = -W1[:, 0] / W1[:, 1], -b1[:, 0] / W1[:, 1]
    np.testing.assert_allclose(slopes, 1, atol=0.05)
    np.testing.assert_allclose(sorted(heights), (-0.5, 0.5), atol=0.05)


# Learning rates


def rates(*numbers):
    return evaluate("learning_rate", lambda: numbers)


def test_rates_that_do_what_their_names_say_are_right():
    assert rates(0.01, 2.0, 100.0).passed
    assert rates(0.1, 0.5, 50).passed


def test_a_wrong_rate_is_told_what_was_seen():
    report = rates(2.0, 0.01, 2)
    assert report.earned == 0
    messages = {finding.where: finding.message for finding in report.findings}
    assert "with 2 the loss went from 0.736 to 0.002 in 1,000 steps" in messages["crawls"]
    assert messages["crawls"].endswith("so this rate works")
    assert messages["works"].endswith("so this rate crawls")
    assert messages["diverges"].startswith("this should be a rate with which the loss ends")


def test_a_loss_that_leaps_about_does_not_count_as_crawling():
    assert exercises._kind_of_rate([0.7, 0.6, 0.5]) == "crawls"
    assert exercises._kind_of_rate([0.7, 0.9, 0.5]) == ""


@pytest.mark.parametrize("rate", [0.0, -1.0, np.nan, np.inf, -np.inf])
def test_a_rate_that_is_no_positive_number_gets_a_clear_message(rate):
    (finding,) = rates(rate, rate, rate).findings
    assert finding.where == "crawls, works, diverges"
    assert "positive finite number" in finding.message


def test_beside_a_rate_that_is_no_positive_number_the_others_are_judged():
    (finding,) = rates(0.01, np.nan, 100.0).findings
    assert finding.where == "works" and "positive finite number" in finding.message


def test_a_rate_so_large_that_the_weights_overflow_diverges():
    assert rates(0.01, 2.0, 1e308).passed


def test_the_rates_to_explore_do_what_the_prose_says(prose):
    _, slow = trained(START, 0.2, 201)
    _, fast = trained(START, 2.0, 21)
    np.testing.assert_allclose(slow[::10], fast, atol=0.06)
    assert "the same curve, ten times faster" in prose
    _, wild = trained(START, 20.0, 200)
    assert np.sum(np.diff(wild) > 0.1) >= 5
    thrown, losses = trained(START, 40.0, 200)
    out_y = answers.forward_propagation(X, *thrown)[1]
    assert np.ptp(out_y) < 0.01 and np.all(np.minimum(out_y, 1 - out_y) < 0.01)
    np.testing.assert_allclose(losses[20:], 1, atol=1e-3)


def test_the_rate_that_the_lesson_explores_first_is_no_answer():
    assert {finding.where for finding in rates(0.2, 0.2, 0.2).findings} == {
        "crawls", "works", "diverges",
    }  # fmt: skip


def test_the_table_of_the_prose_has_the_limit_that_the_check_uses(prose):
    assert f"`losses[-1]` is below {exercises.SMALL_LOSS:g}" in prose
    assert f"for {exercises.RATE_STEPS:,} steps and looks at the losses" in prose


# A thousand starts


def test_networks_side_by_side_learn_as_they_do_alone():
    group = many_starts.draw_group(np.random.default_rng(5), 3)
    together = many_starts.train_group(answers.train, X, Y, group, rate=3, steps=50)
    W1, b1, W2, b2 = group
    for n in range(3):
        own = slice(2 * n, 2 * n + 2)
        alone, _ = trained((W1[own], b1[own], W2[[n], own], b2[[n]]), 3, 50)
        for one, many in zip(alone, (together.W1[own], together.b1[own], together.W2[[n], own])):
            np.testing.assert_allclose(one, many, rtol=1e-9)


@pytest.fixture(scope="module")
def several():
    """The first of the thousand networks that the lesson trains."""
    many = many_starts.train_many(answers.train, X, Y, networks=200, rate=3, steps=1_500)
    return many.before, many.after, many.outputs, many.losses


def test_with_a_stand_in_fewer_networks_are_trained():
    stand_in = find("backward_propagation")
    many = many_starts.train_many(
        answers.train, X, Y, networks=1_000, rate=3, steps=2, uses=[stand_in]
    )
    assert many.before.shape == many.after.shape == (20, 2)
    assert many.outputs.shape == (20, 4) and many.losses.shape == (20,)


def test_the_counts_of_a_thousand_starts_are_those_of_the_prose(notebook, prose):
    (told,) = re.findall(
        r'"text/plain": "(The final loss of 1,000 starts[^"]*)"', json.dumps(notebook)
    )
    counts = dict(re.findall(r"(solved|near 1/[34]): (\d+) \(", told))
    assert sum(map(int, counts.values())) == 1_000
    assert (
        f"{counts['solved']} solve XOR, {counts['near 1/4']} end with a loss near $\\tfrac14$, "
        f"and {counts['near 1/3']} near" in prose
    )


def test_every_network_ends_in_one_of_three_ways(several):
    assert {pictures.outcome(loss) for loss in several[3]} == {"solved", "near 1/4", "near 1/3"}


def test_before_training_the_outcomes_are_mixed_and_after_it_they_lie_apart(several):
    before, after, _, losses = several
    solved = np.array([pictures.outcome(loss) == "solved" for loss in losses])
    quarter = np.array([pictures.outcome(loss) == "near 1/4" for loss in losses])

    def ratio(weights):
        return np.divide(*np.sort(np.abs(weights), axis=1).T)

    assert abs(np.median(ratio(before)[solved]) - np.median(ratio(before)[quarter])) < 0.15
    assert np.median(ratio(after)[solved]) > 0.95
    assert np.median(ratio(after)[quarter]) == pytest.approx(0.5, abs=0.1)


def test_a_network_near_one_quarter_has_two_outputs_right_and_two_at_one_half(several):
    _, _, outputs, losses = several
    stuck = np.array([pictures.outcome(loss) == "near 1/4" for loss in losses])
    off = np.sort(np.abs(outputs[stuck] - Y), axis=1)
    assert np.all(off[:, :2] < 0.1) and np.all(np.abs(off[:, 2:] - 0.5) < 0.1)


def test_a_network_near_one_third_has_one_output_right_and_three_in_common(several, prose):
    _, _, outputs, losses = several
    third = np.array([pictures.outcome(loss) == "near 1/3" for loss in losses])
    for out_y in outputs[third]:
        alone = np.argmin(np.abs(out_y - Y[0]))
        others = np.delete(out_y, alone)
        assert abs(out_y[alone] - Y[0, alone]) < 0.1
        np.testing.assert_allclose(others, np.mean(np.delete(Y[0], alone)), atol=0.1)
    assert "One output is right, and the other three are equal." in prose


def test_the_start_is_the_random_network_of_lesson_2(prose):
    other = nbformat.read(
        REPOSITORY / "solutions" / "02_forward_pass" / "forward_pass.ipynb", as_version=4
    )
    code = "\n".join(cell.source for cell in other.cells if cell.cell_type == "code")
    assert f"default_rng({exercises.RATE_SEED}), n_x=2, n_h=2, n_y=1)" in code
    assert "the random network of lesson 2" in prose


# The published network


@pytest.fixture(scope="module")
def published():
    rng = np.random.RandomState(42)
    W1, W2 = rng.randn(2, 2).T, rng.randn(2, 1).T
    parameters, losses = trained((W1, np.zeros((2, 1)), W2, np.zeros((1, 1))), 0.2, 10_000)
    moments, histories = {10_000: parameters}, [losses]
    for steps, more in ((100_000, 3_600), (300_000, 8_000)):
        parameters, losses = trained(parameters, 5, more)
        moments[steps] = parameters
        histories.append(losses)
    return moments, np.concatenate(histories)


def test_the_published_outputs_come_out_to_every_digit(published, prose):
    out_y = answers.forward_propagation(X, *published[0][10_000])[1]
    assert out_y[0].round(3).tolist() == [0.03, 0.498, 0.971, 0.501]
    assert ".03, .498, .971, .501" in prose


def test_25_of_its_steps_lead_where_one_long_step_leads(published):
    moments, _ = published
    slow, _ = trained(moments[10_000], 0.2, 2_500)
    fast, _ = trained(moments[10_000], 5, 100)
    assert loss_of(*fast) - 0.25 == pytest.approx(loss_of(*slow) - 0.25, rel=2e-3)
    for one, two in zip(slow, fast):
        np.testing.assert_allclose(one, two, rtol=2e-3)


def test_it_is_not_at_a_minimum_and_the_model_answer_has_the_numbers(published, prose):
    moments, history = published
    losses = [loss_of(*moment) for moment in moments.values()]
    lengths = [length(moment) for moment in moments.values()]
    largest = [max(np.abs(array).max() for array in moment) for moment in moments.values()]
    assert "from {:.6f} to {:.6f}, and to {:.6f} at step 300,000".format(*losses) in prose
    assert "its length is {:.4f}, then {:.6f}, then {:.6f}".format(*lengths) in prose
    assert "from {:.1f} to {:.1f} to {:.1f}".format(*largest) in prose
    assert np.all(np.diff(history) < 0) and np.all(history > 0.25)
    assert lengths[1] / lengths[2] == pytest.approx(3, rel=0.1)
    assert largest[1] - largest[0] == pytest.approx(3, abs=0.1)
    assert (largest[2] - largest[1]) / np.log10(3) == pytest.approx(3, abs=0.4)


def test_a_rate_of_ten_throws_it_out_of_the_valley_and_it_ends_higher(published):
    for start in published[0].values():
        for rate in (10, 20):
            assert loss_of(*trained(start, rate, 2_000)[0]) > 0.26


# Pictures


def test_the_loop_names_all_four_functions(shown):
    pictures.training_loop()
    for name in ("forward_propagation", "loss", "backward_propagation", "update_parameters"):
        assert name in shown[0][1]


def test_the_walks_are_told_from_start_to_end(shown):
    pictures.walks_on_a_slope(lambda w: (2 * w - 1) ** 2 / 2, {0.1: [2.0, 1.4], 0.25: [2.0, 0.5]})
    figure, description = shown[0]
    assert "with the rate 0.1 the weight goes from 2.00 to 1.40" in description
    assert "the loss from 4.50 to 0.00" in description
    assert [axes.get_title() for axes in figure.axes] == ["learning rate 0.1", "learning rate 0.25"]


def test_the_network_carries_every_value_and_every_slope(shown):
    slopes = gradient(loss_of, *START)
    pictures.gradients_on_the_network(START, slopes)
    figure, description = shown[0]
    words = [text.get_text() for text in figure.axes[0].texts]
    for values, slope in zip(START, slopes):
        for value, by in zip(values.flat, slope.flat):
            assert short(value, ".2f") in words and short(by, "+.3f") in words
    assert "W2[0, 1] is −0.23 with slope −0.057" in description


def test_a_network_of_another_size_is_refused_with_its_shapes():
    parameters = draw_parameters(np.random.default_rng(0), 3, 2, 1)
    with pytest.raises(ValueError, match=r"these are \[\(2, 3\), "):
        pictures.gradients_on_the_network(parameters, parameters)


def test_the_loss_curves_are_told_with_their_ends(shown):
    pictures.loss_curves({"rate 1": [0.7, 0.5, 0.25], "rate 2": [0.7, 0.1]})
    figure, description = shown[0]
    assert "rate 1: from 0.700 to 0.250 in 3 steps" in description
    assert len({line.get_linestyle() for line in figure.axes[0].lines}) == 2


def test_no_history_is_refused():
    with pytest.raises(ValueError, match="give at least one"):
        pictures.loss_curves({})


def test_no_two_loss_curves_look_alike(shown):
    pictures.loss_curves({f"rate {rate}": [0.7, 0.5] for rate in range(150)})
    looks = {
        (line.get_color(), str(line._unscaled_dash_pattern), line.get_marker())
        for line in shown[0][0].axes[0].lines
    }
    assert len(looks) == 150


def test_the_plane_is_coloured_by_its_outputs_without_steps_and_has_no_line_without_boundary(shown):
    below = np.linspace(0.1, 0.45, 3721)[None]
    pictures.decisions({"one": below, "two": below + 0.3}, X, Y)
    one, two = shown[0][0].axes[:2]
    np.testing.assert_array_equal(one.images[0].get_array().ravel(), below[0])
    assert len(one.collections) == 0 and len(two.collections) == 1
    colours = one.images[0].cmap(np.linspace(0, 1, 500))
    assert np.abs(np.diff(colours, axis=0)).max() < 0.01


def test_networks_side_by_side_are_counted(shown):
    pictures.side_by_side(np.repeat(np.eye(4), 2, axis=1))
    assert "8 of the 32 entries of W2 are weights" in shown[0][1]


@pytest.mark.parametrize(
    "loss, kind", [(0.001, "solved"), (0.26, "near 1/4"), (0.335, "near 1/3"), (0.45, "elsewhere")]
)
def test_an_outcome_is_named_by_its_loss(loss, kind):
    assert pictures.outcome(loss) == kind


def test_outcomes_are_counted_and_marked_by_more_than_colour(shown):
    losses = [0.001, 0.002, 0.003, 0.25, 0.251, 0.333, 0.5]
    pictures.final_losses_in_order(losses)
    figure, description = shown[0]
    assert "solved: 3 (a filled circle); near 1/4: 2 (a cross)" in description
    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert labels == ["solved: 3", "near 1/4: 2", "near 1/3: 1", "elsewhere: 1"]
    markers = {points.get_paths()[0].vertices.tobytes() for points in figure.axes[0].collections}
    assert len(markers) == 4


def test_the_weights_of_the_hidden_unit_are_told_apart_by_their_ratio(shown):
    before = np.array([[1.0, 0.2], [-0.5, 0.4]])
    after = np.array([[5.0, -4.9], [8.0, 4.0]])
    pictures.hidden_weights(before, after, [0.001, 0.25])
    description = shown[0][1]
    assert "that solve XOR the median is 0.98" in description
    assert "near 1/4 the median is 0.50" in description


def test_the_close_look_gives_the_distance_from_the_level(shown):
    pictures.close_look([0, 10, 100, 1_000], [0.5, 0.3, 0.26, 0.251], 100, 0.25)
    description = shown[0][1]
    assert "seems to stop at 0.260" in description
    assert "after 100 steps it is 1.0e-02, after 1,000 steps 1.0e-03" in description


def test_a_loss_below_the_level_is_refused():
    with pytest.raises(ValueError, match="the lowest is 0.2"):
        pictures.close_look([0, 1], [0.5, 0.2], 1, 0.25)
