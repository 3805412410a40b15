import functools
import importlib
import inspect
import pkgutil

import answers
import numpy as np
import pytest
from bank import RIGHT, right_answer
from forked import in_a_fork

import backprop
import backprop_classroom
import backprop_judge
from backprop import evaluate, network
from backprop.calling import Reply, call
from backprop.exercises import find, use_judge
from backprop_classroom import bounded
from backprop_judge import EXERCISES
from backprop_judge.comparing import all_right, truth_of
from backprop_judge.evaluating import examine
from backprop_judge.exercise import under_judgement
from backprop_judge.form import about_the_form, by_name

CHECKED = [entry for entry in EXERCISES.values() if not entry.manual]
WITH_TRUTH = [entry for entry in CHECKED if not (entry.trial or entry.properties)]


def test_an_unknown_exercise_lists_the_known_ones():
    with pytest.raises(KeyError, match="'backwards'; .*backward_propagation.*train"):
        find("backwards")


def agrees(entry, answer, case):
    """Whether an answer gives the truth, as nearly as a good difference quotient does."""
    truth, given = entry(*case), answer(*case)
    if entry.form == "dict":
        return truth == given
    if len(entry.returns) == 1:
        truth, given = (truth,), (given,)
    pairs = zip(truth, given, strict=True)
    return all(np.allclose(one, two, rtol=1e-8, atol=1e-8) for one, two in pairs)


def test_the_truth_agrees_with_an_answer_written_by_hand():
    contradicted = []
    for entry in WITH_TRUTH:
        written = [answer.fresh() for answer in RIGHT if answer.exercise == entry.id]
        cases = list(entry.cases(np.random.default_rng(11)))
        if not any(all(agrees(entry, answer, case) for case in cases) for answer in written):
            contradicted.append(entry.id)
    assert contradicted == []


def test_other_seeds_draw_other_cases():
    same = []
    for entry in WITH_TRUTH:
        one, two = (list(entry.cases(np.random.default_rng(seed))) for seed in (1, 2))
        if repr(one) == repr(two):
            same.append(entry.id)
    assert same == []


def test_a_case_of_the_backward_pass_has_four_different_sizes():
    X, Y, out_h, out_y, W2 = next(EXERCISES["backward_propagation"].cases(np.random.default_rng(0)))
    sizes = len(X), len(out_h), len(Y), X.shape[1]
    assert len(set(sizes)) == 4 and min(sizes) > 1


# They would replace the judge, end the process, and leave it next to no memory.
LEFT_OUT = (use_judge, bounded._end_with_who_asks, bounded._bind, bounded.bound_memory)


def callables_of(package):
    """Everything that can be called in any module of a package, and on its public objects."""
    found = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.endswith("__main__"):
            continue
        for name, thing in vars(importlib.import_module(module.name)).items():
            home = getattr(thing, "__module__", None) or ""
            is_left_out = any(thing is one for one in LEFT_OUT)
            if callable(thing) and home.startswith("backprop") and not is_left_out:
                found[f"{module.name}.{name}"] = thing
                if not inspect.isclass(thing) and not inspect.isfunction(thing):
                    for inner in ("specification", "cases", "trial", "properties"):
                        if callable(getattr(thing, inner, None)):
                            found[f"{module.name}.{name}.{inner}"] = getattr(thing, inner)
    return {path: thing for thing, path in {thing: path for path, thing in found.items()}.items()}


# What the course gives to everybody, so that it is no secret how it is computed.
GIVEN = {"sigmoid": network.sigmoid, "loss": network.half_squared_error}


# These start programs, import large libraries or fetch files, which takes seconds, and compute
# nothing.
STARTING = (
    "backprop_classroom.doctor.", "backprop_classroom.grading.cluster.",
    "backprop_classroom.grading.feedback.", "backprop_classroom.grading.pool.",
    "backprop_classroom.grading.sandbox.", "backprop_classroom.grading.worker.",
    "backprop_classroom.html.export.", "backprop_classroom.html.pages.",
    "backprop_classroom.lite.", "backprop_classroom.site.",
    "backprop_classroom.submissions.reading.",
)  # fmt: skip
DRAWING = "backprop.figures."


# The parts of the packages, each with a number of callables that it surely exceeds. Everything that
# computes is in the first one, which the short run tries.
PARTS = {"computing": 300, "drawing": 100, "classroom": 300}


@functools.cache
def callables_of_part(part):
    """Return by name what can be called in a part, each with its signature, or None without one."""
    packages = [backprop_classroom] if part == "classroom" else [backprop, backprop_judge]
    elsewhere = callables_of_part("computing") if part == "classroom" else {}
    known = {thing for thing, _ in elsewhere.values()}
    found = {}
    for package in packages:
        for path, thing in callables_of(package).items():
            draws = path.startswith(DRAWING)
            if (
                draws == (part == "drawing")
                and not path.startswith(STARTING)
                and thing not in known
            ):
                known.add(thing)
                found[path] = thing, signature_of(thing)
    return found


def signature_of(thing):
    """Return the signature of something, or None if it has none."""
    try:
        return inspect.signature(thing)
    except ValueError:
        return None


@functools.cache
def callables_that_take(part, count):
    """Return by name what in a part can be called with so many arguments, as far as is known."""
    return {
        path: thing
        for path, (thing, signature) in callables_of_part(part).items()
        if takes(signature, count)
    }


def takes(signature, count):
    """Return whether something can be called with so many arguments, as far as it is known."""
    try:
        return signature is None or bool(signature.bind(*range(count)))
    except TypeError:
        return False


def may_be_right(entry, thing):
    """Return whether the judge may accept something, after one call of it.

    The judge accepts only what returns right values in every case. Looking at the first case is
    much cheaper than all calls and the search for the names of mistakes.
    """
    case = first_case(entry)
    under_judgement.append(entry)
    reply = call(thing, entry.parameters, case, entry.seconds)
    under_judgement.pop()
    if reply.values is None:
        return False
    received = by_name(entry, reply)
    if about_the_form(entry, reply, received):
        return False
    if entry in WITH_TRUTH:
        return all_right(entry, received, truth_of(entry, case))
    # Others compare cases, so that one case alone does not show whether an answer is right.
    return entry.form != "members" or not entry.properties([case], [received])[0]


@functools.cache
def first_case(entry):
    """Return the first case of the ones that `evaluate` draws."""
    drawn = []

    def noted(cases):
        drawn.extend(cases)
        return [Reply(stub="not called")] * len(cases)

    examine(entry, noted, lambda case: None)
    return drawn[0]


def those_that_pass(part, entry):
    """Return the names of what can be called in a part and is a right answer to an exercise."""
    passing = {
        path
        for path, thing in callables_that_take(part, len(entry.parameters)).items()
        if may_be_right(entry, thing) and evaluate(entry.id, thing).passed
    }
    # None of the calls has made the judge refuse everything.
    assert may_be_right(entry, right_answer(entry.id)), entry.id
    return passing


@pytest.mark.parametrize(
    "part, entries",
    [pytest.param("computing", CHECKED, id="computing")]
    + [
        pytest.param(part, [entry], id=f"{part}-{entry.id}", marks=pytest.mark.long)
        for part in ("drawing", "classroom")
        for entry in CHECKED
    ],
)
def test_nothing_in_the_package_answers_an_exercise(part, entries):
    things = callables_of_part(part)
    assert len(things) > PARTS[part]
    passing = in_a_fork(lambda: {entry.id: those_that_pass(part, entry) for entry in entries})
    given = {
        entry.id: {path for path, (thing, _) in things.items() if thing is GIVEN.get(entry.id)}
        for entry in entries
    }
    assert passing == given
    assert part != "computing" or {name for name in given if given[name]} == set(GIVEN)


def test_a_stand_in_does_not_answer_its_own_exercise():
    report = evaluate("backward_propagation", EXERCISES["backward_propagation"])
    wrapped = evaluate("backward_propagation", lambda *a: EXERCISES["backward_propagation"](*a))
    for one in (report, wrapped):
        assert not one.passed and one.score == 0
        assert one.findings[0].code == "not-implemented"
        assert "stand-in" in one.findings[0].message


def test_training_may_use_the_stand_ins_of_earlier_exercises():
    forward, backward = EXERCISES["forward_propagation"], EXERCISES["backward_propagation"]

    def train(X, Y, W1, b1, W2, b2, learning_rate, steps):
        losses = []
        for _ in range(steps):
            out_h, out_y = forward(X, W1, b1, W2, b2)
            losses.append(answers.loss(out_y, Y))
            slopes = backward(X, Y, out_h, out_y, W2)
            W1, b1, W2, b2 = answers.update_parameters(W1, b1, W2, b2, *slopes, learning_rate)
        return W1, b1, W2, b2, losses

    assert evaluate("train", train).passed


def test_numerical_gradient_is_tried_on_functions_of_real_numbers():
    for f, x in EXERCISES["numerical_gradient"].cases(np.random.default_rng(0)):
        assert isinstance(f(x), float)
        with pytest.raises(TypeError, match="real numbers only"):
            f(x + 0j)
