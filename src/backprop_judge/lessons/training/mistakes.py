"""Mistakes of lesson 4 in a training of several steps."""

from collections.abc import Callable, Container, Iterable
from typing import Any

import numpy as np

from backprop.network import Parameters, forward

from ...mistakes import Instead, Named, Part, WrongValues, mistake, own_words, wrong_values
from ..forward_pass.loss_mistakes import other_losses
from . import exercises
from .trainings import (
    Stale,
    Step,
    down_cross_entropy,
    example_by_example,
    layer_by_layer,
    layer_by_layer_from_above,
    side_by_side,
    through_new_W2,
    trained_otherwise,
    walk,
)

mistake(
    "updated-from-new",
    "One layer is updated before the gradient of the other is computed.",
    "one layer is updated with gradients of a network in which the other layer is already updated",
    "With which parameters are the four gradients of one step computed?",
)
mistake(
    "loss-after-step",
    "The loss is computed after the step.",
    "each loss is computed after the step; the exercise asks for the loss before the step",
    "With which parameters do you compute the loss: those before or those after the update?",
)
mistake(
    "only-last-loss",
    "Only the last loss is returned.",
    "only one loss is returned; the exercise asks for the loss before each step",
    "Where do you store the losses of the earlier steps?",
)
mistake(
    "one-step-only",
    "The training ends after the first step.",
    "the training ends after the first step",
    "How far is the line with `return` indented? Is it inside the loop?",
)
mistake(
    "stale-gradient",
    "All steps use the gradient of the first step.",
    "every step uses the gradient of the first step; the gradient changes with the parameters",
    "Which lines must be computed again in every step?",
)
mistake(
    "one-step-less",
    "There is one step too few.",
    "there is one step too few",
    "How often does your loop run when `steps` is 1?",
)
mistake(
    "one-step-more",
    "There is one step too many.",
    "there is one step too many",
    "How often does your loop run when `steps` is 1?",
    "How many losses does your list have when `steps` is 1?",
)


mistake(
    "one-loss-more",
    "There is one loss too many.",
    "there is one loss too many: {which}",
    "How many losses does your list have when `steps` is 1?",
)
mistake(
    "some-losses",
    "Losses are missing.",
    "{which} returned; the exercise asks for the loss before each step",
    "How many losses does your list have when `steps` is 1, and how many when it is 2?",
    "Is the line that appends the loss inside an `if`?",
)
mistake(
    "losses-added-up",
    "The losses are added up.",
    "the losses are added up from step to step; the exercise asks for the single loss of each step",
    "What is the value of your sum at the beginning of a step?",
)
mistake(
    "losses-reversed",
    "The losses are in reverse order.",
    "the losses are in reverse order",
    "Where in the list do you put the newest loss?",
)
mistake(
    "example-by-example",
    "The parameters are updated after each example.",
    "the parameters are updated after each single example; a step of this exercise updates them "
    "once, with the gradient of all examples together",
    "With which parameters are the gradients of the second example computed?",
)
mistake(
    "others-stay",
    "Some parameters never change.",
    "right for a training in which {which} never changed; each step should change all parameters",
    "Which of the arrays does your loop change?",
)
mistake(
    "mean-of-steps",
    "The mean over the steps is returned.",
    "this is the mean of the parameters over the steps; the exercise asks for those after the "
    "last step",
    "Which parameters does your function return?",
)
mistake(
    "fewer-steps",
    "Some calls take too few steps.",
    "some calls take too few steps, such as {taken} instead of {asked}",
    "Which condition ends your loop?",
)
mistake(
    "momentum",
    "Every step contains a part of the previous one.",
    "every step also contains {share} times the previous step (momentum); the exercise asks for "
    "plain gradient descent",
    "Which arrays keep their values from one iteration of the loop to the next?",
)
mistake(
    "sums-not-reset",
    "The gradients are added up over the steps.",
    "each step uses the sum of the gradients of all steps so far",
    "Which values do the arrays that you add to have at the beginning of a step?",
)
mistake(
    "rate-changes",
    "The learning rate changes from step to step.",
    "the learning rate changes from step to step: the second one is {share} times the first",
    "Which numbers does your loop change?",
)
mistake(
    "first-step-right",
    "Only the first step is right.",
    "right after one step, wrong after several steps",
    "What does your function keep from one step to the next: only the parameters?",
    "The second step depends on all parameters after the first step. If another of them is wrong, "
    "correct that one first.",
)
own_words(
    exercises.train, "scaled", "{of}multiplied by {factor}", "Where does this factor come from?"
)
own_words(
    exercises.train,
    "doubled",
    "{of}multiplied by 2",
    "The loss is half of a sum. Where does the factor 1/2 appear in your function?",
)
own_words(
    exercises.train,
    "averaged",
    "{of}divided by {divisor}: the loss of this course is a sum, not a mean",
    "Is the loss of this course a sum or a mean over the examples?",
    "The loss is a sum over the examples, so its gradient is also a sum. Neither is divided by a "
    "count.",
)
own_words(
    exercises.train,
    "other-multiples",
    "{of}a multiple of the right one, with a different factor in each call, such as {factors}",
    "Which number in your function multiplies or divides everything, and from what is it computed?",
)
own_words(
    exercises.train,
    "normalized",
    "the gradient is divided by its own length, so that the squares of its entries add up to 1",
    "The length of the gradient says how steep the loss is. Does your step still depend on it?",
)
own_words(
    exercises.train,
    "clipped",
    "entries {of}larger than {limit} are clipped at {limit}",
    "Which operation limits the numbers? A gradient can have any size.",
)
own_words(
    exercises.train,
    "empty",
    "the list is empty: no loss was appended",
    "Which line appends a loss to the list, and is it inside the loop?",
)
own_words(
    exercises.train,
    "not-summed",
    "each loss should be one number: a sum over all output units and all examples",
    "How many numbers is the loss of a network?",
)
own_words(
    exercises.train,
    "weight-decay",
    "the parameters times {share} are added to the gradient; this belongs to a penalty on large "
    "weights, which this loss does not have",
    "Does the loss that you differentiate contain the weights themselves?",
)
own_words(
    exercises.train,
    "one-bias",
    "every entry of an array changes by the same amount, {which}; each entry has its own "
    "derivative",
    "How many numbers does the gradient of this array contain?",
)
mistake(
    "first-loss-right",
    "The losses are wrong after the first step.",
    "the first loss is right, the later ones are not",
    "Are the returned parameters right? If not, correct the step first: the losses depend on them.",
)


mistake(
    "fewer-losses",
    "Later losses are missing in some calls.",
    "some calls return too few losses, such as {taken} instead of {asked}",
    "Which condition ends your loop?",
)

# The indices of the arrays among W1, b1, W2 and b2 that are not updated.
LAYERS = {"`W1`": [0], "`b1`": [1], "`W2`": [2], "`b2`": [3], "`b1` and `b2`": [1, 3],
          "the hidden layer": [0, 1], "the output layer": [2, 3]}  # fmt: skip
SEVERAL = {2: "second", 3: "third", 4: "fourth"}


def _some(which: str) -> Part:
    return Part(("some-losses",), {"which": which})


def _instead_of_losses(losses: np.ndarray, after: np.ndarray) -> Instead:
    """Return the values of known mistakes for the losses; `after` is the final loss."""
    longer = np.append(losses, after)

    def more(which: str, value: Any) -> tuple[Part, np.ndarray]:
        return Part(("one-loss-more",), {"which": which}), np.array(value)

    found: Instead = [
        ("loss-after-step", longer[1:]),
        ("only-last-loss", longer[-1]),
        ("only-last-loss", longer[-2]),
        ("only-last-loss", longer[-1:]),
        ("only-last-loss", longer[-2:-1]),
        (_some("the last loss is not"), losses[:-1]),
        (_some("the first loss is not"), losses[1:]),
        (_some("only the first loss is"), losses[:1]),
        (_some("only the first loss is"), losses[0]),
        (_some("only the first and the last loss are"), losses[np.unique([0, len(losses) - 1])]),
        more("the last one twice", [*losses, losses[-1]]),
        more("the first one twice", [losses[0], *losses]),
        more("that of the network after the last step", longer),
        more("a 0 at the beginning", [0.0, *losses]),
        more("a 0 at the end", [*losses, 0.0]),
        ("losses-added-up", np.cumsum(losses)),
        ("losses-added-up", np.sum(losses)),
        ("losses-reversed", losses[::-1]),
    ]
    for count, word in SEVERAL.items():
        last = np.unique([*range(0, len(losses), count), len(losses) - 1])
        found += [
            (_some(f"only every {word} loss is"), losses[::count]),
            (_some(f"only every {word} loss is"), losses[count - 1 :: count]),
            (_some(f"only every {word} loss and the last one are"), losses[last]),
        ]
    return found


def _other_rates(m: int, learning_rate: float) -> list[tuple[Named, list[float]]]:
    """Return mistakes that multiply the learning rates of W1, b1, W2 and b2 by factors."""
    step = "the step is "
    found: list[tuple[Named, list[float]]] = [
        ("uphill", [-1.0] * 4),
        (Part(("averaged",), {"of": step, "divisor": "the number of examples"}), [1 / m] * 4),
        (Part(("doubled",), {"of": step}), [2.0] * 4),
        ("missing-rate", [1 / learning_rate] * 4),
        ("not-updated", [0.0] * 4),
    ]
    for which, still in LAYERS.items():
        factors = [float(place not in still) for place in range(4)]
        found.append((Part(("others-stay",), {"which": which}), factors))
    return found


@wrong_values(exercises.train)
def instead_of_train(
    compute: Callable,
    X: np.ndarray,
    Y: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    learning_rate: float,
    steps: int,
) -> WrongValues:
    """Return the values of known mistakes for the trained parameters and the losses."""
    start = X, Y, Parameters(W1, b1, W2, b2)
    names = (*exercises.PARAMETERS, "losses")
    found: dict[str, Instead] = {name: [] for name in names}
    path, losses = walk(start[-1], X, Y, learning_rate, steps + 1)

    def enter(part: Named, values: Iterable[np.ndarray], only: Container[str] = names) -> None:
        for name, value in zip(names, values):
            if name in only:
                found[name].append((part, np.asarray(value)))

    rates = _other_rates(X.shape[1], learning_rate)
    several = learning_rate * np.array([factors for _, factors in rates])[:, :, None, None]
    trained = side_by_side(start, several, steps)
    for place, (part, _) in enumerate(rates):
        enter(part, [value[place] for value in trained])
    for code, count in (("one-step-less", steps - 1), ("one-step-more", steps + 1)):
        enter(code, path[count], exercises.PARAMETERS)
    enter("one-step-only", path[1], exercises.PARAMETERS)
    for first in (0, 1):
        means = [np.mean(arrays, axis=0) for arrays in zip(*path[first : first + steps])]
        enter("mean-of-steps", means, exercises.PARAMETERS)
    for code, step in _other_steps():
        enter(code, trained_otherwise(step, start, learning_rate, steps))
    *single, before, between = example_by_example(start, learning_rate, steps)
    enter("example-by-example", [*single, before])
    enter("example-by-example", [*single, between], ["losses"])
    found["losses"] += _instead_of_losses(losses[:-1], losses[-1])
    others = [other_losses(forward(parameters, X).out_y, Y) for parameters in path[:steps]]
    for place, (part, _) in enumerate(others[0]):
        found["losses"].append((part, np.array([table[place][1] for table in others])))
    return found


def _other_steps() -> list[tuple[str, Step]]:
    return [
        ("missing-output-slope", down_cross_entropy),
        ("updated-from-new", layer_by_layer),
        ("updated-from-new", layer_by_layer_from_above),
        ("updated-W2", through_new_W2),
        ("stale-gradient", Stale()),
    ]
