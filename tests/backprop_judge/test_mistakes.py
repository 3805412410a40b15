"""The catalogue as a whole: properties that hold whatever is drawn, and slips in pairs."""

import dataclasses
import itertools
import string
from unittest import mock

import answers
import numpy as np
import pytest
from bank import right_answer
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import evaluate
from backprop.network import draw_parameters, forward
from backprop_judge import EXERCISES
from backprop_judge.lessons.forward_pass.exercises import draw_examples
from backprop_judge.mistakes import CATALOGUE, mistake, mistake_in, own_words
from backprop_judge.mistakes.registry import OWN_WORDS

SEEDS = st.integers(0, 2**32 - 1)


def drawn(**strategies):
    """Call a test with values drawn by hypothesis: 4 times in the short run, 40 in the long run."""

    def decorated(check):
        @pytest.mark.parametrize("draws", [4, pytest.param(40, marks=pytest.mark.long)])
        def test(draws):
            limited = settings(max_examples=draws, deadline=None, derandomize=True)
            limited(given(**strategies)(check))()

        return test

    return decorated


# --- slips, each on its own part of the backward pass -------------------------------------------


def activation(z):
    return 1 / (1 + np.exp(-z))


OUTPUT_SLOPE = {
    "missing-output-slope": np.ones_like,
    "slope-of-activation": lambda out: activation(out) * (1 - activation(out)),
    "tanh-slope": lambda out: 1 - out**2,
}
HIDDEN_SLOPE = OUTPUT_SLOPE | {"missing-hidden-slope": np.ones_like}
del HIDDEN_SLOPE["missing-output-slope"]
BACK = {
    "missing-W2": lambda W2, dW2: np.ones_like(W2),
    "updated-W2": lambda W2, dW2: W2 - 0.3 * dW2,
}
SIZE = {
    "sign-flipped": lambda gradient, m: -gradient,
    "averaged": lambda gradient, m: gradient / m,
    "doubled": lambda gradient, m: 2 * gradient,
    "scaled": lambda gradient, m: 0.37 * gradient,
}
BIAS = {
    "bias-flat": lambda delta: delta.sum(axis=1),
    "bias-not-summed": lambda delta: delta,
    "bias-wrong-axis": lambda delta: delta.sum(axis=0, keepdims=True),
}
WEIGHTS = {"transposed": lambda delta, inputs: inputs @ delta.T}
SLIPS = {
    "output slope": OUTPUT_SLOPE, "hidden slope": HIDDEN_SLOPE, "back": BACK, "size": SIZE,
    "bias": BIAS, "weights": WEIGHTS,
}  # fmt: skip


def slope(out):
    return out * (1 - out)


def backward(**slips):
    """A backward pass with the given slips, by the part in which each is made."""

    def part(name, right):
        return SLIPS[name][slips[name]] if name in slips else right

    def backward_propagation(X, Y, out_h, out_y, W2):
        delta_y = (out_y - Y) * part("output slope", slope)(out_y)
        weights = part("weights", lambda delta, inputs: delta @ inputs.T)
        bias = part("bias", lambda delta: delta.sum(axis=1, keepdims=True))
        back = part("back", lambda W2, dW2: W2)(W2, delta_y @ out_h.T)
        delta_h = (back.T @ delta_y) * part("hidden slope", slope)(out_h)
        size = part("size", lambda gradient, m: gradient)
        gradients = weights(delta_h, X), bias(delta_h), weights(delta_y, out_h), bias(delta_y)
        return tuple(size(gradient, X.shape[1]) for gradient in gradients)

    return backward_propagation


ALONE = [(part, code) for part, codes in SLIPS.items() for code in codes]
PAIRS = [
    pair for pair in itertools.combinations(ALONE, 2) if pair[0][0] != pair[1][0]
]  # two slips in different parts


def codes_of(report):
    return {finding.code for finding in report.findings}


def test_a_slip_by_itself_is_named_and_nothing_else_is():
    named = {
        (part, code): codes_of(evaluate("backward_propagation", backward(**{part: code})))
        for part, code in ALONE
    }
    assert named == {(part, code): {code} for part, code in ALONE}


def untrue_of(pairs):
    """Return the reports on pairs of slips that name neither of them or something untrue."""
    found = {}
    for first, second in pairs:
        report = evaluate("backward_propagation", backward(**dict([first, second])))
        made, named = {first[1], second[1]}, codes_of(report)
        if report.passed or not named & made or named - made - {"wrong-value", "wrong-shape"}:
            found[first, second] = str(report)
    return found


# Each part of the backward pass meets each other one in a pair of the short run.
FIRST = {(one[0], two[0]): (one, two) for one, two in reversed(PAIRS)}.values()


@pytest.mark.parametrize(
    "pairs",
    [pytest.param(FIRST, id="first"), pytest.param(PAIRS, id="all", marks=pytest.mark.long)],
)
def test_of_two_slips_at_once_one_is_named_and_nothing_untrue_is_said(pairs):
    assert len(pairs) > 10
    assert untrue_of(pairs) == {}


# --- properties ---------------------------------------------------------------------------------


@drawn(seed=SEEDS)
def test_right_answers_pass_whatever_is_drawn(seed):
    for entry in EXERCISES.values():
        if not (entry.manual or entry.trial or entry.properties):
            report = evaluate(entry.id, right_answer(entry.id), seed=seed)
            assert report.passed, report


@drawn(seed=SEEDS, slip=st.sampled_from(ALONE))
def test_the_name_of_a_slip_does_not_depend_on_what_is_drawn(seed, slip):
    report = evaluate("backward_propagation", backward(**dict([slip])), seed=seed)
    assert codes_of(report) == {slip[1]}, report


def perturbed(size, place, entry):
    """A right backward pass with one entry of one gradient moved."""

    def answer(*given):
        gradients = [array.copy() for array in answers.backward_propagation(*given)]
        gradients[place].flat[entry % gradients[place].size] += size
        return gradients

    return answer


@drawn(seed=SEEDS, place=st.integers(0, 3), entry=st.integers(0, 20))
def test_an_error_of_1e_4_in_one_entry_is_refused_and_rounding_is_not(seed, place, entry):
    report = evaluate("backward_propagation", perturbed(1e-4, place, entry), seed=seed)
    assert codes_of(report) == {"wrong-value"}, report
    assert evaluate("backward_propagation", perturbed(1e-12, place, entry), seed=seed).passed


@drawn(seed=SEEDS)
def test_the_same_seed_gives_the_same_report(seed):
    wrong = backward(**{"hidden slope": "tanh-slope"})
    once, twice = (evaluate("backward_propagation", wrong, seed=seed) for _ in range(2))
    assert once == twice


# Sizes n_x, n_h, n_y, m: the first network has four different ones, the second any.
DIFFERENT = st.permutations(range(2, 9)).map(lambda order: tuple(order[:4]))
ANY = st.tuples(*[st.integers(1, 6)] * 4)


def on_networks_of(first, second):
    """Let backward_propagation be tried on networks of these sizes, and on the fixed ones."""
    entry = EXERCISES["backward_propagation"]

    def cases(rng):
        for n_x, n_h, n_y, m in (first, second, (2, 2, 1, 4), (3, 4, 2, 1), (3, 3, 3, 3)):
            X, Y = draw_examples(rng, n_x, n_y, m)
            parameters = draw_parameters(rng, n_x, n_h, n_y)
            values = forward(parameters, X)
            yield X, Y, values.out_h, values.out_y, parameters.W2

    return mock.patch.dict(EXERCISES, {entry.id: dataclasses.replace(entry, cases=cases)})


@drawn(seed=SEEDS, first=DIFFERENT, second=ANY, slip=st.sampled_from(ALONE))
def test_the_name_of_a_slip_does_not_depend_on_the_sizes(seed, first, second, slip):
    with on_networks_of(first, second):
        report = evaluate("backward_propagation", backward(**dict([slip])), seed=seed)
    assert codes_of(report) == {slip[1]}, report


@drawn(seed=SEEDS, first=DIFFERENT, second=ANY, place=st.integers(0, 3), entry=st.integers(0, 60))
def test_right_and_nearly_right_are_told_apart_on_all_sizes(seed, first, second, place, entry):
    with on_networks_of(first, second):
        assert evaluate("backward_propagation", answers.backward_propagation, seed=seed).passed
        assert evaluate("backward_propagation", perturbed(1e-12, place, entry), seed=seed).passed
        report = evaluate("backward_propagation", perturbed(1e-4, place, entry), seed=seed)
    assert codes_of(report) == {"wrong-value"}, report


# --- the catalogue ------------------------------------------------------------------------------


def fields_of(text):
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


FIELDS = {
    "wanted", "count", "said", "type", "line", "came", "variable", "seen", "order",
    "these", "seconds", "meaning", "except_", "input", "divisor", "factor", "bad", "rounding",
    "warning", "shape", "limit", "share", "which", "back", "factors", "instead", "inside", "also",
    "value", "right", "wrong", "how", "source", "taken", "asked", "of", "low", "high",
}  # fmt: skip
WORDED = [
    *CATALOGUE.values(),
    *(mistake_in(EXERCISES[exercise], code) for exercise, code in OWN_WORDS),
]


def faults_of_words(entry):
    """Return what is wrong with the words of an entry of the catalogue."""
    faults = []
    if not (entry.name.endswith(".") and entry.message):
        faults.append("no sentence or no message")
    if len(entry.hints) > 3:
        faults.append("more than three hints")
    for hint in entry.hints:
        if hint[-1] not in ".?":
            faults.append(f"an end of a hint: {hint}")
        if any(sign in hint for sign in ("@", "np.", "(1 -", ".T", " = ", "sum(")):
            faults.append(f"code in a hint: {hint}")
    if unknown := fields_of(entry.message) - FIELDS:
        faults.append(f"unknown fields: {unknown}")
    return faults


def test_an_entry_has_a_sentence_a_message_and_up_to_three_hints_without_code():
    assert len(WORDED) > 400
    assert {entry.code: faults for entry in WORDED if (faults := faults_of_words(entry))} == {}


def test_every_code_of_the_catalogue_is_in_the_bank():
    from bank import WRONG

    shown = {code for answer in WRONG for code in answer.codes}
    shown.add("no-end")  # takes its time, and is tried in test_judging.py
    shown.add("did-not-run")  # has no function to call; tried in test_check.py
    shown.add("ended-process")  # would end this one; tried in test_marking.py
    assert set(CATALOGUE) - shown == set()


def test_a_code_is_entered_once():
    for code in ("transposed", 3.0):
        with pytest.raises(ValueError, match="must be a new string"):
            mistake(code, "name", "message")


def test_an_exercise_says_a_mistake_in_its_own_words_and_others_do_not():
    loss, hidden = EXERCISES["loss"], EXERCISES["backward_propagation"]
    assert mistake_in(loss, "doubled").message != CATALOGUE["doubled"].message
    assert mistake_in(hidden, "doubled") is mistake_in(None, "doubled") is CATALOGUE["doubled"]
    report = evaluate("loss", lambda out_y, Y: np.sum((out_y - Y) ** 2))
    (said,) = report.findings
    assert said.code == "doubled" and "derivative" not in said.message
    assert not any("derivative" in hint for hint in said.hints)


def test_own_words_are_given_once():
    with pytest.raises(ValueError, match="overrides the message"):
        own_words(EXERCISES["loss"], "doubled", "message")
