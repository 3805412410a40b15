"""Lesson 6: its numbers are computed, its pictures say what they show, its data are what they were."""

import base64
import functools
import hashlib
import re

import answers
import nbformat
import numpy as np
import pytest
from course import REPOSITORY, released_of
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from required import require

from backprop import autodiff, evaluate
from backprop.datasets import digits, trained_digits
from backprop.differentiate import gradient
from backprop.figures import handwriting as pictures
from backprop.network import Parameters, draw_parameters, forward, half_squared_error, sigmoid
from backprop.sandbox.channel import InvalidMessage
from backprop.sandbox.messages import packed_arguments, unpacked_arguments
from backprop_classroom import make_data
from backprop_judge import EXERCISES
from backprop_judge.lessons.handwriting import exercises
from backprop_judge.mistakes import CATALOGUE

NOTEBOOK = REPOSITORY / "solutions" / "06_handwriting" / "handwriting.ipynb"
X, LABELS, HELD_OUT = digits()
SEEN, UNSEEN = X[:, ~HELD_OUT], X[:, HELD_OUT]
Y = answers.one_hot(LABELS[~HELD_OUT])


@pytest.fixture(scope="module")
def prose():
    """What the lesson says between its code cells, on one line."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    text = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def code():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def outputs(parameters, pictures):
    return forward(Parameters(*parameters), pictures).out_y


@functools.cache
def trained(seed, n_h=30, epochs=20, rate=0.2, size=16):
    """Train as the model answer does; return the parameters and the shares right, in per cent."""
    parameters = draw_parameters(np.random.default_rng(seed), 64, n_h, 10, scale=0.3)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for batch in answers.minibatches(SEEN.shape[1], size, rng):
            out_h, out_y = answers.forward_propagation(SEEN[:, batch], *parameters)
            slopes = answers.backward_propagation(
                SEEN[:, batch], Y[:, batch], out_h, out_y, parameters[2]
            )
            parameters = answers.update_parameters(*parameters, *slopes, rate)
    seen = answers.accuracy(outputs(parameters, SEEN[:, :599]), LABELS[~HELD_OUT][:599])
    unseen = answers.accuracy(outputs(parameters, UNSEEN), LABELS[HELD_OUT])
    return parameters, 100 * seen, 100 * unseen


@pytest.fixture(scope="module")
def model():
    return trained(0)


# The data


def test_the_digits_are_1797_pictures_of_which_every_third_is_held_out():
    assert X.shape == (64, 1797) and LABELS.shape == HELD_OUT.shape == (1797,)
    assert X.min() == 0 and X.max() == 1
    assert np.array_equal(np.unique(LABELS), np.arange(10))
    assert list(HELD_OUT[:6]) == [False, False, True] * 2 and HELD_OUT.sum() == 599
    for digit in range(10):
        assert 54 <= np.sum(LABELS[HELD_OUT] == digit) <= 63


def test_the_digits_are_those_that_were_shipped():
    pixels = np.round(16 * X.T).astype(np.uint8)
    digest = hashlib.sha256(pixels.tobytes() + LABELS.astype(np.uint8).tobytes()).hexdigest()
    assert digest == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


def test_who_changes_the_arrays_changes_them_for_nobody_else():
    first, labels, held_out = digits()
    first += 1
    labels += 1
    held_out[:] = True
    again = digits()
    assert again[0].max() == 1 and again[1].max() == 9 and not again[2].all()


def test_source_and_licence_stand_beside_the_data_and_in_the_lesson(prose):
    readme = (REPOSITORY / "src" / "backprop" / "data" / "README.md").read_text(encoding="utf-8")
    for text in (readme, prose):
        assert "Optical Recognition of Handwritten Digits" in text and "CC BY 4.0" in text


def test_what_was_trained_beforehand_is_what_its_command_makes():
    begin, end, histories = trained_digits()
    train_digits = make_data.model_answers(NOTEBOOK)["train_digits"]
    first, last, history = make_data.trained(train_digits, 0)
    for stored, made in zip((*begin, *end), (*first, *last)):
        np.testing.assert_allclose(stored, made, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(histories[0], history, rtol=1e-4, atol=2e-3)
    assert sorted(histories) == [0, 1, 2]
    assert all(one.shape == (3, exercises.EPOCHS + 1) for one in histories.values())


# The numbers of the prose


def test_the_first_picture_costs_what_the_prose_says(prose):
    begin = draw_parameters(np.random.default_rng(0), 64, 30, 10, scale=0.3)
    out_y = outputs(begin, SEEN[:, :1])
    assert LABELS[~HELD_OUT][0] == 0 and out_y.argmax() == 2
    assert "the network reads it as a 2." in prose
    C = half_squared_error(out_y, Y[:, :1])
    assert f"is {C:.2f}: the output for 0 is {out_y[0, 0]:.2f} and should be 1" in prose
    assert f"are between {out_y.min():.2f} and {out_y.max():.2f}, because" in prose
    assert sum(array.size for array in begin) == 2260 and "= 2{,}260" in prose
    assert f"{2 * 2260:,} forward passes" in prose


def test_the_lesson_measures_by_the_rules_of_the_check(prose, code):
    assert f"for {exercises.EPOCHS} epochs, from three starts" in prose
    assert f"At least **{100 * exercises.ENOUGH:g} %** must be right" in prose
    assert f"64, {exercises.HIDDEN}, 10, scale={exercises.SCALE:g})" in code
    sizes = [(len(case[2]), case[-2]) for case in EXERCISES["train_digits"].cases(RNG())]
    assert sizes == [(30, 20), (20, 20), (7, 0)]
    assert "with 30 and with 20 hidden units" in prose


def RNG():
    return np.random.default_rng(0)


def test_an_epoch_has_as_many_steps_as_the_prose_says(prose):
    batches = answers.minibatches(1198, 16, RNG())
    assert len(batches) == 75 and "1{,}198 / 16 \\approx 75$ steps" in prose


def test_the_three_starts_end_where_the_prose_says(prose):
    ends = [trained(seed)[2] for seed in range(3)]
    assert "end at {:.1f}, {:.1f} and {:.1f} %".format(*ends) in prose


def test_the_training_goes_as_the_prose_says(prose):
    _, _, histories = trained_digits()
    shares = np.round(100 * histories[0][1:])
    assert shares[1, [0, 1, 5, 20]].tolist() == [11, 61, 93, 97] and shares[0, 20] == 99
    assert (
        "from 11 % to 61 % in the first epoch, and to 93 % in the first five. At the end 97 %"
        in prose
    )


def test_weights_from_pixels_without_ink_do_not_move(model, prose):
    begin = draw_parameters(np.random.default_rng(0), 64, 30, 10, scale=0.3)
    paper = np.flatnonzero(SEEN.max(axis=1) == 0)
    assert paper.tolist() == [0, 32, 39] and "(numbers 0, 32 and 39)" in prose
    moved = np.abs(model[0][0] - begin.W1).max(axis=0)
    assert np.all(moved[paper] == 0) and np.sum(moved == 0) == len(paper)


def test_the_most_frequent_mistake_is_an_8_read_as_a_1(model, shown):
    read = outputs(model[0], UNSEEN).argmax(axis=0)
    pictures.confusions(LABELS[HELD_OUT], read)
    assert "The most frequent of them: 8 read as 1 (4)" in shown[0][1]


def test_the_table_of_the_model_answer_is_computed(prose):
    for n_h in (5, 100):
        row = [f"{trained(seed, n_h)[2]:.1f} %" for seed in range(3)]
        assert f"| {n_h} | {' | '.join(row)} |" in prose
    shares = [f"{trained(seed, 5)[1]:.1f}" for seed in range(3)]
    assert "({}, {} and {} %)".format(*shares) in prose
    slower = [f"{trained(seed, 100, rate=0.1)[2]:.1f}" for seed in range(3)]
    assert "end at {}, {} and {} %".format(*slower) in prose


def test_in_the_two_bad_networks_no_picture_is_read_as_a_0(prose):
    for seed, missing in ((0, True), (1, True), (2, False)):
        read = outputs(trained(seed, 100)[0], UNSEEN).argmax(axis=0)
        assert (0 not in read) == missing
    assert "(88.6 % from start 0)" in prose and f"{trained(0, 100)[1]:.1f}" == "88.6"


def test_the_mark_scheme_says_what_batches_and_rates_do(prose):
    collapsed = trained(0, rate=0.2, size=64)[2]
    slower = trained(0, rate=0.05, size=64)[2]
    whole = trained(0, rate=0.005, size=1198)[2]
    assert collapsed == pytest.approx(30, abs=3) and round(slower) == 94 and whole < 30
    assert "collapse to about 30 %, with the rate 0.05 they reach 94 %" in prose
    assert round(trained(0, 10)[2]) in (95, 96) and "10 about 95 %" in prose


def gradient_of_batch(count):
    """Return the gradient for some examples as a vector, by the model answers."""
    begin = draw_parameters(np.random.default_rng(0), 64, 30, 10, scale=0.3)
    out_h, out_y = answers.forward_propagation(SEEN[:, count], *begin)
    slopes = answers.backward_propagation(SEEN[:, count], Y[:, count], out_h, out_y, begin.W2)
    return np.concatenate([array.ravel() for array in slopes])


def test_the_model_answers_give_the_gradient_of_the_loss():
    def loss(*parameters):
        return half_squared_error(forward(Parameters(*parameters), SEEN[:, :4]).out_y, Y[:, :4])

    begin = draw_parameters(np.random.default_rng(0), 64, 30, 10, scale=0.3)
    slopes = np.concatenate([array.ravel() for array in gradient(loss, *begin)])
    np.testing.assert_allclose(gradient_of_batch(slice(0, 4)), slopes, rtol=1e-9, atol=1e-12)


def test_the_gradient_of_a_batch_is_the_sum_over_its_examples():
    whole = gradient_of_batch(slice(0, 4))
    single = sum(gradient_of_batch(slice(e, e + 1)) for e in range(4))
    np.testing.assert_allclose(whole, single, rtol=1e-9, atol=1e-12)


def test_a_batch_four_times_as_large_has_a_gradient_about_four_times_as_long(prose):
    ratio = np.linalg.norm(gradient_of_batch(slice(0, 64)))
    ratio /= np.linalg.norm(gradient_of_batch(slice(0, 16)))
    assert abs(ratio - 4) < 0.25 and "About four times as long" in prose
    assert abs(10 * ratio - np.floor(10 * ratio) - 0.5) > 0.05  # its first digit is certain


def test_the_8_is_read_wrongly_most_often_whatever_the_last_digits_are(model):
    for change in (0, 1e-12, -1e-12):
        parameters = draw_parameters(np.random.default_rng(0), 64, 30, 10, scale=0.3)
        parameters = [array * (1 + change) for array in parameters]
        rng = np.random.default_rng(0)
        for _ in range(20):
            parameters = answers.train_digits(SEEN, Y, *parameters, 1, rng)
        read = outputs(parameters, UNSEEN).argmax(axis=0)
        wrong = LABELS[HELD_OUT][read != LABELS[HELD_OUT]]
        counts = np.sort(np.bincount(wrong))
        assert len(wrong) == 15 and np.bincount(wrong).argmax() == 8 and counts[-1] > counts[-2]


# Judging


def train_with(rate, size=16):
    def train_digits(X, Y, W1, b1, W2, b2, epochs, rng):
        for _ in range(epochs):
            for batch in answers.minibatches(X.shape[1], size, rng):
                out_h, out_y = answers.forward_propagation(X[:, batch], W1, b1, W2, b2)
                slopes = answers.backward_propagation(X[:, batch], Y[:, batch], out_h, out_y, W2)
                W1, b1, W2, b2 = answers.update_parameters(W1, b1, W2, b2, *slopes, rate)
        return W1, b1, W2, b2

    return train_digits


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 6))]
)
def test_the_model_answer_passes_whatever_is_drawn(seed):
    assert evaluate("train_digits", answers.train_digits, seed=seed).passed


def test_the_report_has_the_shares_of_all_starts():
    report = evaluate("train_digits", train_with(0.001))
    (row,) = report.rows
    assert len(re.findall(r"\d+\.\d %", row.received)) == 3 and not row.right
    assert report.earned == 0
    (finding,) = report.findings
    assert finding.code == "too-few-right" and "asks for 93 %" in finding.message


def test_weights_that_were_trained_elsewhere_read_nothing():
    # On the pictures of the lesson, whose pixels stand in another order than those of the check.
    def train_digits(X, Y, W1, b1, W2, b2, epochs, rng):
        pictures, labels, held_out = digits()
        X, Y = pictures[:, ~held_out], answers.one_hot(labels[~held_out])
        return answers.train_digits(X, Y, W1, b1, W2, b2, epochs, rng)

    report = evaluate("train_digits", train_digits)
    assert not report.passed
    codes = {finding.code for finding in report.findings}
    assert codes <= {"too-few-right", "dead-output", "loss-rose"}


def test_a_stand_in_for_the_backward_pass_is_refused_at_once():
    from backprop.exercises import find

    def train_digits(X, Y, W1, b1, W2, b2, epochs, rng):
        out_h, out_y = answers.forward_propagation(X, W1, b1, W2, b2)
        find("backward_propagation")(X, Y, out_h, out_y, W2)
        return W1, b1, W2, b2

    report = evaluate("train_digits", train_digits)
    assert report.to_do and "stand-in for backward_propagation" in report.findings[0].message


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_right_minibatches_pass_whatever_is_drawn(seed):
    assert evaluate("minibatches", answers.minibatches, seed=seed).passed


@settings(max_examples=60, deadline=None, derandomize=True)
@given(m=st.integers(1, 60), size=st.integers(1, 70), seed=st.integers(0, 99))
def test_the_stand_in_deals_every_example_once(m, size, seed):
    batches = EXERCISES["minibatches"](m, size, np.random.default_rng(seed))
    assert sorted(np.concatenate(batches)) == list(range(m))
    assert sorted(map(len, batches), reverse=True) == [size] * (m // size) + [m % size] * (
        m % size > 0
    )


def test_a_generator_that_moves_on_gives_another_order_each_epoch():
    rng = np.random.default_rng(0)
    one, two = (np.concatenate(EXERCISES["minibatches"](50, 8, rng)) for _ in range(2))
    assert not np.array_equal(one, two)


def test_every_property_that_can_fail_has_its_words():
    for code in ("no-such-example", "not-each-once", "dead-output", "epochs-ignored"):
        assert CATALOGUE[code].hints


def test_a_random_generator_reaches_the_sandbox_in_its_state():
    generator = np.random.default_rng(5)
    generator.integers(9, size=3, dtype=np.int32)  # leaves half a number over
    (there,) = unpacked_arguments(packed_arguments([generator]))
    assert np.array_equal(generator.integers(1000, size=9), there.integers(1000, size=9))


@pytest.mark.parametrize("state", [None, [1, 2], [1, 2, 3, 4], [-1, 1, 0, 0], [1.5, 1, 0, 0]])
def test_a_generator_without_a_possible_state_is_refused(state):
    with pytest.raises(InvalidMessage, match="a generator"):
        unpacked_arguments([{"generator": state}])


def test_a_generator_of_another_kind_is_not_sent():
    with pytest.raises(TypeError, match="MT19937"):
        packed_arguments([np.random.Generator(np.random.MT19937(1))])


# What students get


def test_an_unfinished_lesson_says_so_and_shows_what_was_trained_beforehand(code):
    text = "\n".join(cell.source for cell in released_of("06_handwriting").cells)
    assert "If lesson 3 is not finished, you can still run and read this lesson" in text
    assert "Your train_digits does not pass its check yet." in text
    assert "else stored_histories[seed]" in text and "weights, history = stored_end" in text


def test_the_rate_and_batch_size_that_the_model_answer_chose_are_not_given_away():
    text = "\n".join(cell.source for cell in released_of("06_handwriting").cells)
    assert "train_digits" in text and not re.search(r"rate[^.\n]{0,20} 0\.\d", text)


# Pictures


def test_what_is_drawn_is_what_was_given(shown):
    pictures.digits(SEEN[:, 3:5], LABELS[~HELD_OUT][3:5])
    for axes, picture in zip(shown[-1][0].axes, SEEN[:, 3:5].T):
        assert np.array_equal(axes.images[0].get_array(), picture.reshape(8, 8))
    out_y = np.linspace(0.5, 0.05, 10)[:, None]
    pictures.one_digit_through(SEEN[:, :1], out_y, 30)
    picture, _, bars = shown[-1][0].axes
    assert np.array_equal(picture.images[0].get_array().ravel(), SEEN[:, 0])
    assert [int(text.get_text()) for text in picture.texts] == list(np.round(16 * SEEN[:, 0]))
    assert [bar.get_width() for bar in bars.patches] == list(out_y[:, 0])
    assert (
        bars.yaxis_inverted() and [bool(bar.get_hatch()) for bar in bars.patches].index(True) == 0
    )
    pictures.epochs_in_batches([[[7, 0], [2]], [[1], [0, 2]]])
    (axes,) = shown[-1][0].axes
    assert [text.get_text() for text in axes.texts] == [
        "7", "0", "2", "epoch 1", "1", "0", "2", "epoch 2",
    ]  # fmt: skip
    W1 = np.arange(128.0).reshape(2, 64)
    pictures.what_units_see(W1)
    for axes, weights in zip(shown[-1][0].axes, W1):
        assert np.array_equal(axes.images[0].get_array().ravel(), weights)
    history = np.array([[1600.0, 400.0, 22.4], [0.1, 0.6, 0.99], [0.11, 0.6, 0.975]])
    pictures.curves({"one": history})
    left, right = shown[-1][0].axes
    assert np.array_equal(left.lines[0].get_xydata(), np.transpose([[0, 1, 2], history[0]]))
    drawn = {line.get_label(): line.get_ydata() for line in right.lines}
    assert np.array_equal(drawn["trained on"], 100 * history[1])
    assert np.array_equal(drawn["held out"], 100 * history[2])
    pictures.curves({"one": history, "two": history / 2})
    left, right = shown[-1][0].axes
    assert [list(line.get_ydata()) for line in left.lines] == [
        list(history[0]),
        list(history[0] / 2),
    ]
    drawn = {line.get_label(): line.get_ydata() for line in right.lines}
    assert np.array_equal(drawn["one"], 100 * history[2])
    assert np.array_equal(drawn["two"], 50 * history[2])


def test_pictures_of_digits_are_told_with_their_labels_and_mistakes(shown):
    pictures.digits(SEEN[:, :12], LABELS[~HELD_OUT][:12])
    pictures.digits(SEEN[:, :3], [0, 1, 3], [0, 7, 3])
    assert "12 handwritten digits" in shown[0][1]
    assert "reads 1 of them wrongly, marked by a cross: 1 as 7." in shown[1][1]
    titles = [axes.get_title() for axes in shown[1][0].axes]
    assert [("✗" in title) for title in titles] == [False, True, False]


@pytest.mark.parametrize("count", [0, 61])
def test_no_pictures_and_too_many_are_refused(count):
    with pytest.raises(ValueError, match=f"not {count}"):
        pictures.digits(X[:, :count], LABELS[:count])


def test_a_picture_is_read_as_the_digit_with_the_largest_output():
    assert pictures.read([[0.1, 0.4], [0.9, 0.3], [0.2, 0.35]]).tolist() == [1, 0]


def test_one_digit_is_told_with_its_ten_outputs(shown):
    out_y = np.linspace(0.05, 0.5, 10)[:, None]
    pictures.one_digit_through(SEEN[:, :1], out_y, 30)
    figure, words = shown[0]
    assert "0: 0.05" in words and "the largest belongs to the digit 9" in words
    assert min(text.get_fontsize() for axes in figure.axes for text in axes.texts) >= 10


def test_the_batches_of_the_picture_are_told(shown, code):
    pictures.epochs_in_batches([[[7, 0], [2]], [[1], [0, 2]]])
    assert "epoch 1: 7, 0 | 2; epoch 2: 1 | 0, 2." in shown[0][1]


def test_the_pictured_epochs_hold_every_example_once(code):
    (call,) = re.findall(r"epochs_in_batches\((.*?)\)\n", code, re.DOTALL)
    for epoch in eval(call):
        assert sorted(sum(epoch, [])) == list(range(12)) and list(map(len, epoch)) == [5, 5, 2]


def test_the_units_are_drawn_one_by_one_and_told_with_their_largest_weight(shown):
    W1 = np.zeros((12, 64))
    W1[3, 27] = -1.5
    pictures.what_units_see(W1)
    figure, words = shown[0]
    assert "12 hidden units" in words and "from −1.5 to 1.5" in words
    assert sum(len(axes.images) for axes in figure.axes) >= 12


def test_the_confusion_table_counts(shown):
    pictures.confusions([8, 8, 8, 1, 2], [1, 1, 8, 1, 3])
    figure, words = shown[0]
    assert "2 on the diagonal are right, 3 beside it are wrong" in words
    assert "8 read as 1 (2), 2 read as 3 (1)." in words
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["1", "1", "1", "2"]


def test_a_network_without_mistakes_has_no_most_frequent_one(shown):
    pictures.confusions([1, 2], [1, 2])
    assert shown[0][1].endswith("0 beside it are wrong.")


def test_the_curves_are_told_with_their_ends(shown):
    history = np.array([[1600.0, 400.0, 22.4], [0.1, 0.6, 0.99], [0.11, 0.6, 0.975]])
    pictures.curves({"one": history, "two": history[:, :2]})
    figure, words = shown[0]
    assert "one: after 2 epochs the loss is 22, 99.0 %" in words and "97.5 % of those held" in words
    assert len({line.get_linestyle() for line in figure.axes[0].lines}) == 2


def test_no_two_curves_look_alike(shown):
    history = np.array([[1600.0, 400.0], [0.1, 0.6], [0.11, 0.6]])
    pictures.curves({f"run {number}": history for number in range(30)})
    for axes in shown[0][0].axes:
        drawn = [line for line in axes.lines if line.get_label().startswith("run")]
        looks = {
            (line.get_color(), str(line._unscaled_dash_pattern), line.get_marker())
            for line in drawn
        }
        assert len(looks) == len(drawn) == 30


def test_curves_of_different_lengths_say_how_long_each_is(shown):
    history = np.array([[1600.0, 400.0, 22.4], [0.1, 0.6, 0.99], [0.11, 0.6, 0.975]])
    pictures.curves({"one": history, "two": history[:, :2]})
    pictures.curves({"one": history, "two": history})
    (different, told), (alike, plain) = shown
    names = [text.get_text() for text in different.legends[0].texts]
    assert names == ["one, 2 epochs", "two, 1 epoch"] and "not equally long" in told
    assert [text.get_text() for text in alike.legends[0].texts] == ["one", "two"]
    assert "not equally long" not in plain


def test_a_training_that_was_stopped_is_compared_with_runs_of_the_same_length(code):
    assert "run(seed, epochs=done)" in code and "one[:, : done + 1]" in code


def test_the_numbers_on_grey_pixels_can_be_read():
    for value in np.linspace(0, 1, 101):
        behind, ink = (
            luminance(to_rgb(one)) for one in (pictures.PIXELS(value), pictures._readable_on(value))
        )
        assert (max(behind, ink) + 0.05) / (min(behind, ink) + 0.05) >= 4.5, value


def luminance(rgb):
    parts = np.array(rgb)
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_no_history_is_refused():
    with pytest.raises(ValueError, match="give at least one"):
        pictures.curves({})


# Watching a training


@pytest.fixture
def quick(monkeypatch):
    """Let a watched training show a picture at every change, and a small one without curves."""
    monkeypatch.setattr(pictures.LiveTraining, "SECONDS", 0.0)
    monkeypatch.setattr(pictures, "_figure_of_curves", lambda *_: Figure((1, 1)))
    InteractiveShell.instance()


def watched(epochs, stop_after=None):
    """What a watched training displays, and its history."""
    live = pictures.LiveTraining(epochs)
    with capture_output() as captured:
        with live:
            live.add(100, 0.1, 0.1)
            for epoch in live.epochs():
                live.add(100 / (1 + epoch), 0.5, 0.4)
                if epoch == stop_after:
                    raise KeyboardInterrupt
    return captured, live.history


def test_a_watched_training_shows_pictures_and_leaves_its_curves_and_no_progress_bar(quick):
    captured, history = watched(2)
    assert history.shape == (3, 3)
    texts = [str(output.data.get("text/plain")) for output in captured.outputs]
    assert "after 2 epochs" in texts[-1]
    assert captured.stdout == "" and captured.stderr == ""
    assert "Training, 2 epochs:" in texts and any("2/2" in text for text in texts)
    htmls = [str(output.data.get("text/html", "")) for output in captured.outputs]
    found = [re.search(r"data:image/png;base64,([^\"]+)", html) for html in htmls]
    assert any(base64.b64decode(one[1]).startswith(b"\x89PNG") for one in found if one)


def test_an_interrupted_training_keeps_what_was_computed(quick):
    captured, history = watched(50, stop_after=2)
    assert history.shape == (3, 3) and history[0, -1] == pytest.approx(100 / 3)
    texts = [str(output.data.get("text/plain")) for output in captured.outputs]
    assert "Stopped after 2 of 50 epochs; what was computed is kept." in texts


def test_another_error_in_a_watched_training_is_not_swallowed(quick):
    with capture_output(), pytest.raises(ZeroDivisionError):
        with pictures.LiveTraining(2) as live:
            for _ in live.epochs():
                raise ZeroDivisionError


# Another way to the gradient


def test_without_autograd_the_lesson_says_so(code):
    assert code.count("is_installed()") >= 3
    assert 'print("autograd is not installed here.")' in code


def test_only_a_function_can_be_traced():
    with pytest.raises(TypeError, match="defined with `def`"):
        autodiff.traced(np.exp)


def by_library(run_forward, parameters, X, Y):
    from autograd import grad

    loss = autodiff.traced(half_squared_error)
    return grad(lambda parameters: loss(run_forward(X, *parameters)[1], Y))(tuple(parameters))


def own_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def own_forward(X, W1, b1, W2, b2):
    out_h = own_sigmoid(W1 @ X + b1)
    return out_h, sigmoid(W2 @ out_h + b2)


def courses_forward(X, W1, b1, W2, b2):
    values = forward(Parameters(W1, b1, W2, b2), X)
    return values.out_h, values.out_y


@pytest.mark.parametrize("function", [own_forward, courses_forward])
def test_the_gradient_of_autograd_is_that_of_the_backward_pass(function):
    require(autodiff.is_installed(), "autograd is not installed: pip install autograd")
    parameters = draw_parameters(RNG(), 64, 30, 10, scale=0.3)
    theirs = by_library(autodiff.traced(function), parameters, SEEN[:, :8], Y[:, :8])
    out_h, out_y = answers.forward_propagation(SEEN[:, :8], *parameters)
    ours = answers.backward_propagation(SEEN[:, :8], Y[:, :8], out_h, out_y, parameters.W2)
    for one, other in zip(ours, theirs):
        assert one.shape == other.shape and np.max(np.abs(one - other)) < 1e-10
    assert own_sigmoid.__globals__["np"] is np  # the function itself is as it was
