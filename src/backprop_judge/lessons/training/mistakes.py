"""Mistakes of lesson 4, on training."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from backprop.differentiate import gradient
from backprop.network import (
    Parameters,
    cross_entropy,
    forward,
    half_squared_error,
    layer,
    pre_activation,
    sigmoid,
)

from ...mistakes import (
    WrongValues,
    error_pattern,
    explained_gradient,
    mistake,
    own_words,
    wrong_values,
)
from ...mistakes.explaining import LEAST_EXACT
from ...mistakes.forms import cut_off_at, factor_between, meaning_of_factors, shortened_to
from ...mistakes.networks import RIGHT, BackwardPath, Part
from ..forward_pass.mistakes import UNITS, other_losses
from . import exercises

# --- one step -------------------------------------------------------------------------------------

mistake(
    "uphill",
    "The step goes up the gradient.",
    "the step goes up the gradient; the loss falls in the other direction",
    "In which direction does the gradient point: where the loss grows or where it falls?",
)
mistake(
    "step-twice",
    "The step is taken twice.",
    "the step is taken twice",
    "How often does your function subtract?",
)
mistake(
    "missing-rate",
    "The learning rate is left out.",
    "the learning rate is left out",
    "How long is your step, and who decides that?",
)
mistake(
    "divided-by-rate",
    "The step is divided by the learning rate.",
    "the step is divided by the learning rate",
    "Should a larger rate make the step longer or shorter?",
)
mistake(
    "only-the-step",
    "Only the step is returned.",
    "this is the step alone; asked for is where the step leads",
    "From where does the step start?",
)


mistake(
    "step-scaled",
    "The step has another length.",
    "the step is {how}",
    "How long is your step, and who decides that?",
)
mistake(
    "other-step",
    "The step is computed in another way.",
    "{which}",
    "Which three numbers does the new value of a parameter come from, and how?",
)
own_words(
    exercises.update_parameters,
    "one-bias",
    "every entry of an array moves by the same amount, by {which}; each has a derivative of its own",
    "How many numbers does the gradient of this array hold?",
)
own_words(
    exercises.update_parameters,
    "clipped",
    "entries {of}larger than {limit} are cut off at {limit}",
    "Which operation limits the numbers? A gradient can be of any size.",
)
own_words(
    exercises.update_parameters,
    "bias-from-weights",
    "the biases move along the sums of the gradients of the weights; they have gradients of their "
    "own",
    "Which of the arguments belongs to this array?",
)


@wrong_values(exercises.update_parameters)
def instead_of_update_parameters(compute: Callable, *arguments: np.ndarray | float) -> WrongValues:
    *arrays, rate = arguments
    slopes = dict(zip(exercises.PARAMETERS, arrays[4:]))
    found: dict[str, list] = {}
    for name, old, new in zip(exercises.PARAMETERS, arrays, compute(*arguments)):
        way, slope = new - old, slopes[name]
        found[name] = [
            ("uphill", old - way),
            ("missing-rate", old + way / rate),
            (("missing-rate", "uphill"), old - way / rate),
            ("step-twice", old + 2 * way),
            ("not-updated", old),
            ("only-the-step", way),
            ("only-the-step", -way),
            ("only-the-step", slope),
            ("divided-by-rate", old + way / rate**2),
        ]
        for which, number in (
            ("the sum of the gradients of all of them", np.sum(way)),
            ("the mean of the gradients of all of them", np.mean(way)),
            ("the first of their gradients", way[0, 0]),
            ("the learning rate alone", -rate),
        ):
            found[name].append((Part(("one-bias",), {"which": which}), old + number))
        for which, value in (
            ("the learning rate multiplies the old parameters as well", rate * (old - slope)),
            ("the learning rate multiplies the old parameters, not the gradient", rate * old - slope),
            ("the old parameters are multiplied with the step, entry by entry", old * way),
            ("the old parameters are multiplied with the gradient, entry by entry", old * slope),
            ("the signs of the gradient give the step, not its entries", old - rate * np.sign(slope)),
            ("the squares of the gradient give the step", old - rate * slope**2),
            ("the sizes of the gradient give the step, without their signs", old - np.abs(way)),
            ("the old parameters stand where the gradient belongs", old - rate * old),
            ("the old parameters and the gradient are exchanged", slope - rate * old),
            ("the step is subtracted from the gradient, not from the parameters", slope + way),
            ("the step is multiplied by the old parameters, entry by entry", old + way * old),
        ):
            found[name].append((Part(("other-step",), {"which": which}), value))
        if name.startswith("b"):
            sums = rate * slopes["W" + name[1]].sum(axis=1, keepdims=True)
            found[name].append(("bias-from-weights", old - sums))
    return found


@error_pattern(exercises.update_parameters)
def find_the_length_of_the_step(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    place = list(exercises.PARAMETERS).index(name)
    olds = [case[place] for case in cases]
    steps = [value - old for value, old in zip(values, olds)]
    ways = [new - old for new, old in zip(right, olds)]
    # A step is a small difference of large numbers, so it has fewer digits.
    rates = [case[-1] for case in cases]
    factors = [factor_between(step, way, LEAST_EXACT) for step, way in zip(steps, ways)]
    if all(np.allclose(np.abs(step), rate, rtol=1e-3) for step, rate in zip(steps, rates)):
        which = "the signs of the gradient give the step, not its entries"
        return Part(("other-step",), {"which": which})
    if None not in factors:
        if all(_near(np.linalg.norm(step), rate) for step, rate in zip(steps, rates)):
            how = "divided by the length of the gradient: its own length is the learning rate"
        else:
            how = _length_of_step(factors, rates, cases)
        return Part(("step-scaled",), {"how": how})
    shrunk = [
        factor_between(value - new, old, LEAST_EXACT) for value, new, old in zip(values, right, olds)
    ]
    if None not in shrunk and max(shrunk) < 0:
        which = "the old parameters are made smaller besides (weight decay)"
        return Part(("other-step",), {"which": which})
    limit = cut_off_at(
        [np.round(-step / rate, 9) for step, rate in zip(steps, rates)],
        [np.round(-way / rate, 9) for way, rate in zip(ways, rates)],
    )
    return Part(("clipped",), {"limit": f"{limit:.4g}", "of": "of the gradient "}) if limit else None


def _near(one, other):
    return abs(one - other) <= LEAST_EXACT * abs(other)


def _length_of_step(factors, rates, cases):
    sizes = [
        {"n_x": case[0].shape[1], "n_h": case[0].shape[0], "n_y": case[2].shape[0]}
        for case in cases
    ]
    meaning = meaning_of_factors(np.array(factors, dtype=float), sizes, LEAST_EXACT)
    if meaning is None:
        lengths = [factor * rate for factor, rate in zip(factors, rates)]
        if all(_near(length, lengths[0]) for length in lengths):
            return f"{lengths[0]:.4g} times the gradient in each call, whatever the learning rate"
        return "a multiple of the right one, by another factor in each call"
    codes, details = meaning
    words = ["turned round"] if "sign-flipped" in codes else []
    if "divisor" in details:
        up = "times-count" in codes
        words.append(f"{'multiplied' if up else 'divided'} by {details['divisor']}")
    factor = "2" if "doubled" in codes else details.get("factor")
    if factor:
        words.append(f"{factor} times as long as the right one")
    return " and ".join(words)


# --- many steps -----------------------------------------------------------------------------------

mistake(
    "updated-from-new",
    "One layer is updated from the network in which the other has moved.",
    "one layer is updated from gradients of a network in which the other has already moved",
    "At which parameters are the four gradients of one step computed?",
)
mistake(
    "loss-after-step",
    "The loss is taken after the step.",
    "each loss is taken after the step; asked for is the loss before it",
    "At which parameters do you compute the loss: those before or those after the update?",
)
mistake(
    "only-last-loss",
    "Only the last loss is returned.",
    "only one loss is returned; asked for is the loss before each step",
    "Where do you keep the losses of the earlier steps?",
)
mistake(
    "one-step-only",
    "It ends after the first step.",
    "it ends after the first step",
    "How far is the line with `return` moved in? Does it belong to the loop?",
)
mistake(
    "stale-gradient",
    "All steps use the gradient of the start.",
    "every step uses the gradient of the start; the gradient changes as the parameters move",
    "Which lines must be computed anew in every step?",
)
mistake(
    "one-step-less",
    "It makes one step too few.",
    "one step too few",
    "How often does your loop run when `steps` is 1?",
)
mistake(
    "one-step-more",
    "It makes one step too many.",
    "one step too many",
    "How often does your loop run when `steps` is 1?",
    "How many losses has your list when `steps` is 1?",
)


mistake(
    "one-loss-more",
    "There is one loss too many.",
    "one loss too many: {which}",
    "How many losses has your list when `steps` is 1?",
)
mistake(
    "some-losses",
    "Losses are missing.",
    "{which} returned; asked for is the loss before each step",
    "How many losses has your list when `steps` is 1, and how many when it is 2?",
    "Is there a condition on the line that notes the loss?",
)
mistake(
    "losses-added-up",
    "The losses are added up.",
    "the losses are added up from step to step; asked for is the loss of each step alone",
    "What does your sum hold at the beginning of a step?",
)
mistake(
    "losses-reversed",
    "The losses come in the reverse order.",
    "the losses come in the reverse order",
    "Where in the list do you put the newest loss?",
)
mistake(
    "example-by-example",
    "The parameters move after each example.",
    "the parameters move after each single example; a step of this course moves them once, along "
    "the gradient of all examples together",
    "At which parameters are the gradients of the second example computed?",
)
mistake(
    "others-stay",
    "Other parameters never move.",
    "right for a training without any step of {which}; all parameters move in each step",
    "Which of the arrays does your loop change?",
)
mistake(
    "mean-of-steps",
    "The mean over the steps is returned.",
    "this is the mean of the parameters over the steps; asked for are those after the last step",
    "Which parameters does your function return?",
)
mistake(
    "fewer-steps",
    "It takes fewer steps than asked for in some calls.",
    "fewer steps are taken than asked for in some calls, such as {taken} of {asked}",
    "On what does it depend when your loop ends?",
)
mistake(
    "momentum",
    "Every step carries on a part of the one before.",
    "every step goes on with {share} of the step before (momentum); asked for is plain gradient "
    "descent",
    "Which arrays of your function outlive a turn of the loop?",
)
mistake(
    "sums-not-reset",
    "The gradients are added up over the steps.",
    "each step goes along the sum of the gradients of all steps so far",
    "What do the arrays that you add to hold at the beginning of a step?",
)
mistake(
    "rate-changes",
    "The learning rate changes from step to step.",
    "the learning rate changes from step to step: in the second step it is {share} times the "
    "first one",
    "Which numbers does your loop change?",
)
mistake(
    "first-step-right",
    "Only the first step is right.",
    "right where one step is taken, wrong after more of them",
    "What does your function carry from one step to the next: only the parameters?",
    "The second step starts from all parameters of the first. If one of the others is wrong, "
    "mend that first.",
)
own_words(
    exercises.train, "scaled", "{of}multiplied by {factor}", "Where does your factor come from?"
)
own_words(
    exercises.train,
    "doubled",
    "{of}multiplied by 2",
    "The loss is half of a sum. Where is that half in your function?",
)
own_words(
    exercises.train,
    "averaged",
    "{of}divided by {divisor}: the loss of this course is a sum, and no average",
    "Is the loss of this course a sum or a mean over the examples?",
    "Nothing is divided by a count: what is summed in the loss is summed in its gradient.",
)
own_words(
    exercises.train,
    "other-multiples",
    "{of}a multiple of the right one, by another factor in each call, such as {factors}",
    "Which number in your function multiplies or divides everything, and from what is it computed?",
)
own_words(
    exercises.train,
    "normalized",
    "the gradient is divided by its own length, so that the squares of its entries add up to 1",
    "What is the length of a gradient good for? It says how steep the loss is.",
)
own_words(
    exercises.train,
    "clipped",
    "entries {of}larger than {limit} are cut off at {limit}",
    "Which operation limits the numbers? A gradient can be of any size.",
)
own_words(
    exercises.train,
    "empty",
    "nothing stands in it: no loss was noted",
    "Where is a loss put into the list, and does your loop come past that line?",
)
own_words(
    exercises.train,
    "not-summed",
    "one number for each loss: it sums over all output units and all examples",
    "How many numbers is the loss of a network?",
)

# What becomes of the learning rates of W1, b1, W2 and b2. One divided by the number of examples, and
# one that is 1 whatever was asked for, come with it.
LAYERS = {"`W1`": [0], "`b1`": [1], "`W2`": [2], "`b2`": [3], "`b1` and `b2`": [1, 3],
          "the hidden layer": [0, 1], "the output layer": [2, 3]}  # fmt: skip
SEVERAL = {2: "second", 3: "third", 4: "fourth"}


def _some(which: str) -> Part:
    return Part(("some-losses",), {"which": which})


def _instead_of_losses(losses: np.ndarray, after: np.ndarray) -> list:
    """Return what stands for the losses; `after` is the loss after the last step."""
    longer = np.append(losses, after)

    def more(which, value):
        return Part(("one-loss-more",), {"which": which}), np.array(value)

    found = [
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
        more("the last one stands there twice", [*losses, losses[-1]]),
        more("the first one stands there twice", [losses[0], *losses]),
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
    start = X, Y, W1, b1, W2, b2
    names = (*exercises.PARAMETERS, "losses")
    found: dict[str, list] = {name: [] for name in names}
    path, losses = _walk(Parameters(W1, b1, W2, b2), X, Y, learning_rate, steps + 1)

    def enter(part, values, only=names):
        for name, value in zip(names, values):
            if name in only:
                found[name].append((part, np.asarray(value)))

    mean = {"of": "the step is ", "divisor": "the number of examples"}
    rates: list[tuple[str | Part, list[float]]] = [
        ("uphill", [-1.0] * 4),
        (Part(("averaged",), mean), [1 / X.shape[1]] * 4),
        (Part(("doubled",), {"of": "the step is "}), [2.0] * 4),
        ("missing-rate", [1 / learning_rate] * 4),
        ("not-updated", [0.0] * 4),
    ]
    rates += [
        (
            Part(("others-stay",), {"which": which}),
            [float(place not in still) for place in range(4)],
        )
        for which, still in LAYERS.items()
    ]
    several = learning_rate * np.array([factors for _, factors in rates])[:, :, None, None]
    trained = _side_by_side(start, several, steps)
    for place, (part, _) in enumerate(rates):
        enter(part, [value[place] for value in trained])
    for code, count in (("one-step-less", steps - 1), ("one-step-more", steps + 1)):
        enter(code, path[count], exercises.PARAMETERS)
    enter("one-step-only", path[1], exercises.PARAMETERS)
    for first in (0, 1):
        means = [np.mean(arrays, axis=0) for arrays in zip(*path[first : first + steps])]
        enter("mean-of-steps", means, exercises.PARAMETERS)
    for code, way in (
        ("missing-output-slope", _down_cross_entropy),
        ("updated-from-new", _layer_by_layer),
        ("updated-from-new", _layer_by_layer_from_above),
        ("updated-W2", _through_new_W2),
        ("stale-gradient", _Stale()),
    ):
        enter(code, _trained_otherwise(way, *start, learning_rate, steps))
    *single, before, between = _example_by_example(start, learning_rate, steps)
    enter("example-by-example", [*single, before])
    enter("example-by-example", [*single, between], ["losses"])
    found["losses"] += _instead_of_losses(losses[:-1], losses[-1])
    others = [other_losses(forward(arrays, X).out_y, Y) for arrays in path[:steps]]
    for place, (part, _) in enumerate(others[0]):
        found["losses"].append((part, np.array([table[place][1] for table in others])))
    return found


def _walk(parameters, X, Y, learning_rate, steps):
    """Return the parameters before each step and after the last, and the losses before each."""
    path, losses = [parameters], []
    for _ in range(steps):
        loss, slopes = exercises.loss_and_gradient(path[-1], X, Y)
        losses.append(loss)
        path.append(exercises.moved(path[-1], slopes, -learning_rate))
    return path, np.array(losses)


def _side_by_side(start, rates, steps):
    """Train networks of which each has four rates of its own, (K, 4, 1, 1); return arrays (K, ...)."""
    X, Y, *arrays = start
    parameters = Parameters(*(np.broadcast_to(p, (len(rates), *p.shape)) for p in arrays))
    losses = []
    for _ in range(steps):
        loss, slopes = exercises.loss_and_gradient(parameters, X, Y)
        losses.append(loss)
        parameters = Parameters(
            *(p - rates[:, place] * d for place, (p, d) in enumerate(zip(parameters, slopes)))
        )
    return *parameters, np.transpose(losses)


def _example_by_example(start, learning_rate, steps):
    """Return the parameters, the losses before each step and those summed on the way."""
    X, Y, *arrays = start
    parameters, before, between = Parameters(*arrays), [], []
    for _ in range(steps):
        before.append(half_squared_error(forward(parameters, X).out_y, Y))
        total = 0.0
        for e in range(X.shape[1]):
            one = slice(e, e + 1)
            loss, slopes = exercises.loss_and_gradient(parameters, X[:, one], Y[:, one])
            total += loss
            parameters = exercises.moved(parameters, slopes, -learning_rate)
        between.append(total)
    return *parameters, np.array(before), np.array(between)


def _trained_otherwise(way, X, Y, W1, b1, W2, b2, learning_rate, steps):
    """What training gives if each step goes another way than down the gradient."""
    arrays, losses = (W1, b1, W2, b2), []
    for _ in range(steps):
        losses.append(half_squared_error(forward(arrays, X).out_y, Y))
        arrays = way(arrays, X, Y, -learning_rate)
    return *arrays, np.array(losses)


def _slopes(arrays, X, Y, loss):
    return gradient(lambda *moved: loss(forward(moved, X).out_y, Y), *arrays)


def _down_cross_entropy(arrays, X, Y, distance):
    inside = np.clip(Y, 0, 1)
    slopes = _slopes(arrays, X, inside, cross_entropy)
    return tuple(array + distance * slope for array, slope in zip(arrays, slopes))


def _layer_by_layer(arrays, X, Y, distance, order=((0, 1), (2, 3))):
    arrays = list(arrays)
    for places in order:
        slopes = _slopes(arrays, X, Y, half_squared_error)
        for place in places:
            arrays[place] = arrays[place] + distance * slopes[place]
    return tuple(arrays)


def _layer_by_layer_from_above(arrays, X, Y, distance):
    return _layer_by_layer(arrays, X, Y, distance, order=((2, 3), (0, 1)))


def _through_new_W2(arrays, X, Y, distance):
    """Move the second layer, and send the old error back through its new weights."""
    activations = forward(arrays, X)
    slopes = _slopes(arrays, X, Y, half_squared_error)
    W2, b2 = (array + distance * slope for array, slope in zip(arrays[2:], slopes[2:]))
    path = BackwardPath(X, Y, activations.out_h, activations.out_y, W2)
    way = (RIGHT, "W2", "sigmoid")
    dW1 = path.weights("X", way).sum(axis=0)
    db1 = path.error(way).sum(axis=1, keepdims=True)
    return arrays[0] + distance * dW1, arrays[1] + distance * db1, W2, b2


mistake(
    "first-loss-right",
    "The losses are other ones after the first step.",
    "the first loss is right, the later ones are not",
    "Are the parameters right that come back? If not, mend the step first: the losses follow them.",
)


mistake(
    "fewer-losses",
    "Later losses are missing in some calls.",
    "there are fewer losses than asked for in some calls, such as {taken} of {asked}",
    "On what does it depend when your loop ends?",
)


@error_pattern(exercises.train, any_shape=True)
def find_fewer_losses(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Whether losses are missing at the end, or their number is the same in each call."""
    if name != "losses" or any(np.ndim(came) != 1 for came in values):
        return None
    if len(set(map(len, values))) == 1 < len(values[0]) and all(
        np.allclose(one, two, rtol=1e-9) for came, wanted in zip(values, right)
        for one, two in zip(came, wanted)
    ):
        return Part(("fixed-steps",), {"which": f"there are {len(values[0])} of them"})
    if not all(
        len(came) <= len(wanted) and np.allclose(came, wanted[: len(came)], rtol=1e-9)
        for came, wanted in zip(values, right)
    ):
        return None
    few = [(len(came), len(wanted)) for came, wanted in zip(values, right)]
    taken, asked = next(pair for pair in few if pair[0] < pair[1])
    return Part(("fewer-losses",), {"taken": taken, "asked": asked})


# --- trainings of other networks ------------------------------------------------------------------


def _rectifier(z):
    return np.where(np.real(z) > 0, z, 0)


def _leaky(z):
    return np.where(np.real(z) > 0, z, 0.01 * z)


def _same_number(z):
    return z


UNITS_BELOW: dict[str, Callable] = {
    "": sigmoid,
    "tanh units in the hidden layer": np.tanh,
    "rectifiers in the hidden layer": _rectifier,
    "leaky rectifiers in the hidden layer": _leaky,
    "no sigmoid in the hidden layer": _same_number,
}
UNITS_ABOVE: dict[str, Callable] = {"": sigmoid, "no sigmoid in the output layer": _same_number}


def _other_trainings():
    """Yield (Part, network, loss, whether averaged) for trainings of networks that people take."""
    for (below, hidden), (above, output) in product(UNITS_BELOW.items(), UNITS_ABOVE.items()):
        for biased, entropy, averaged in product((True, False), (False, True), (False, True)):
            other = bool(below or above or not biased)
            if (other or (entropy and averaged)) and not (above and entropy):
                which = " and ".join(filter(None, (below, above, "" if biased else "no biases")))
                codes = ["other-network"] * other
                details = {"which": which, "of": "the step is ", "divisor": "the number of examples"}
                codes += ["missing-output-slope"] * entropy + ["averaged"] * averaged
                yield Part(tuple(codes), details), (hidden, output, biased), entropy, averaged


own_words(
    exercises.train,
    "other-network",
    "right for a training of a network with {which}",
    "Which function does each unit of this network apply, and which does yours?",
)


def _outputs(network, arrays, X):
    hidden, output, biased = network
    W1, b1, W2, b2 = arrays
    factor = 1.0 if biased else 0.0
    return output(layer(W2, factor * b2, hidden(layer(W1, factor * b1, X))))


@lru_cache(maxsize=512)
def _trained_as(case, network, entropy, averaged):
    """Return the parameters, and the losses before each step, of a training of another network."""
    X, Y, *arrays, rate, steps = case
    rate = rate / X.shape[1] if averaged else rate
    loss = cross_entropy if entropy else half_squared_error
    losses = []
    for _ in range(steps):
        losses.append(half_squared_error(_outputs(network, arrays, X), Y))
        slopes = gradient(lambda *moved: loss(_outputs(network, moved, X), Y), *arrays)
        arrays = [array - rate * slope for array, slope in zip(arrays, slopes)]
    return *arrays, np.array(losses)


@error_pattern(exercises.train)
def find_another_network(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Compare with trainings of networks with other units, or without biases."""
    place = list(exercises.train.returns).index(name)
    # The smallest first, which rules most of them out.
    numbers = sorted(range(len(cases)), key=lambda number: cases[number][0].size * cases[number][-1])
    for part, *training in _other_trainings():
        if all(
            _same(values[number], _trained_as(cases[number], *training)[place])
            for number in numbers
        ):
            return part
    return None


@error_pattern(exercises.train)
def find_another_training(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Compare with shorter trainings, then with what a first and a second step show."""
    if name == "losses":
        first = all(
            np.isclose(came[0], wanted[0], rtol=1e-9) for came, wanted in zip(values, right)
        )
        return Part(("first-loss-right",)) if first else _of_first_losses(cases, values)
    if any(not np.all(np.isfinite(value)) for value in values):
        return None
    place = list(exercises.PARAMETERS).index(name)
    walks = _walks(tuple(cases))
    short = (
        _shorter(cases, place, values, walks)
        or _of_fixed_count(cases, place, values)
        or _of_two_steps(cases, place, values, walks)
    )
    if short:
        return short
    single = [number for number, case in enumerate(cases) if case[-1] == 1]
    if all(_same(values[number], right[number]) for number in single):
        return Part(("first-step-right",))
    slopes = [(cases[n][2 + place] - values[n]) / cases[n][-2] for n in single]
    wanted = [(cases[n][2 + place] - right[n]) / cases[n][-2] for n in single]
    limit = cut_off_at([np.round(one, 9) for one in slopes], [np.round(one, 9) for one in wanted])
    if limit:
        return Part(("clipped",), {"limit": f"{limit:.4g}", "of": "of the gradient "})
    if all(np.allclose(np.abs(one), 1, atol=1e-3) for one in slopes):
        return Part(("signs-of-gradient",))
    factors = [factor_between(one, two, LEAST_EXACT) for one, two in zip(slopes, wanted)]
    found = _of_lengths(cases, place, values, [cases[n] for n in single], factors, wanted)
    if found:
        return found
    for which, total in (("sum", np.sum), ("mean", np.mean)):
        if all(_same(one, np.full_like(two, total(two))) for one, two in zip(slopes, wanted)):
            words = f"the {which} of the gradients of all of them"
            return Part(("one-bias",), {"which": words})
    shares = [
        factor_between(one - two, cases[n][2 + place], LEAST_EXACT)
        for one, two, n in zip(slopes, wanted, single)
    ]
    if None not in shares and all(_near(share, shares[0]) for share in shares):
        return Part(("weight-decay",), {"share": f"{shares[0]:.4g}"})
    if None not in shares:
        shares = [share * cases[n][0].shape[1] for share, n in zip(shares, single)]
        if all(_near(share, shares[0]) for share in shares):
            words = f"{shares[0]:.4g} / m (m is the number of examples)"
            return Part(("weight-decay",), {"share": words})
    paths = _paths(tuple(cases[number] for number in single))
    part = explained_gradient(paths, f"d{name}", slopes)
    return Part(part.codes, {**part.details, "of": "the first step is "}) if part else None


mistake(
    "signs-of-gradient",
    "Only the signs of the gradient count.",
    "in the first step every entry moves by the learning rate, whether its derivative is large or "
    "small: only the signs of the gradient count (optimizers such as Adam do so)",
    "From which numbers does the length of a step of plain gradient descent follow?",
)
mistake(
    "rate-ignored",
    "The learning rate is not the one that is given.",
    "the learning rate is {factor} in each call, whatever was asked for",
    "From where does your function take the learning rate?",
)
mistake(
    "mean-of-gradients",
    "Every step follows an average of the gradients so far.",
    "every step goes along an average: {share} of the present gradient and the rest from the step "
    "before (momentum); asked for is plain gradient descent",
    "Which arrays of your function outlive a turn of the loop?",
)


def _of_lengths(cases, place, values, single, factors, wanted):
    """Say what makes steps longer or shorter, from the factors where one step is taken."""
    if None in factors:
        return None
    rates = [factor * case[-2] for factor, case in zip(factors, single)]
    if all(_near(rate, rates[0]) for rate in rates) and not _near(max(factors), min(factors)):
        trained = [_walk(Parameters(*case[2:6]), *case[:2], rates[0], case[-1])[0] for case in cases]
        if all(_same(one, walk[-1][place]) for one, walk in zip(values, trained)):
            return Part(("rate-ignored",), {"factor": f"{rates[0]:.4g}"})
    share = round(factors[0], 6)
    if 0 < share < 1 and all(abs(factor - share) < LEAST_EXACT for factor in factors):
        for kind, part in (
            ("mean", Part(("mean-of-gradients",), {"share": f"{share:.4g}"})),
            ("plain", Part(("scaled",), {"of": "the step is ", "factor": f"{share:.4g}"})),
        ):
            for sharing in SHARING:
                if place in sharing and all(
                    _same(value, trained[place])
                    for value, trained in zip(
                        values, _otherwise(tuple(cases), kind, share, "", sharing)
                    )
                ):
                    return part
    whole = [
        np.sqrt(sum(np.sum(slope**2) for slope in _slopes(case[2:6], *case[:2], half_squared_error)))
        for case in single
    ]
    own = list(map(np.linalg.norm, wanted))
    for which, lengths in (("all four gradients together", whole), ("this gradient", own)):
        limit = shortened_to(factors, lengths)
        if limit:
            return Part(("shortened",), {"which": which, "limit": f"{limit:.4g}"})
    return None


def _of_first_losses(cases, values):
    """Say which other loss stands first: it is that of the given parameters."""
    tables = [other_losses(forward(case[2:6], case[0]).out_y, case[1]) for case in cases]
    sizes = [{"m": case[1].shape[1], "n_y": len(case[1])} for case in cases]
    for column in zip(*tables):
        part, _ = column[0]
        factors = np.array([came[0] / value for came, (_, value) in zip(values, column)])
        meaning = meaning_of_factors(factors, sizes) if np.all(np.isfinite(factors)) else None
        if meaning and "scaled" not in meaning[0] and "which" in part.details:
            codes, details = meaning
            which = f"{part.details['which']}, at least in the first step"
            return Part((*part.codes, *codes), {**details, "which": which})
    return None


mistake(
    "fixed-steps",
    "The number of steps is not the one that is given.",
    "{which} in each call, whatever `steps` is",
    "How often does your loop run, and what decides it?",
)
MOST_STEPS = 20


def _of_fixed_count(cases, place, values):
    """Whether the same number of steps is taken in each call."""
    number = min(range(len(cases)), key=lambda number: cases[number][0].size)
    for count, arrays in enumerate(_long_walk(cases[number])):
        if count and np.allclose(values[number], arrays[place], rtol=1e-10):
            if all(
                np.allclose(value, _long_walk(case, count)[-1][place], rtol=1e-9)
                for value, case in zip(values, cases)
            ):
                words = f"the steps are {count}" if count > 1 else "one step is taken"
                return Part(("fixed-steps",), {"which": words})
            return None
    return None


@lru_cache(maxsize=32)
def _long_walk(case, steps=MOST_STEPS):
    return _walk(Parameters(*case[2:6]), *case[:2], case[6], steps)[0]


def _same(one, other):
    return bool(np.allclose(one, other, rtol=0, atol=LEAST_EXACT * np.max(np.abs(other))))


@lru_cache(maxsize=8)
def _walks(cases):
    """Return the right parameters on the way, for each case."""
    return [_walk(Parameters(*case[2:6]), *case[:2], *case[6:])[0] for case in cases]


def _shorter(cases, place, values, walks):
    """Whether each training ends at some step, not always the last."""
    taken = []
    for value, walk in zip(values, walks):
        fits = [n for n, arrays in enumerate(walk) if np.allclose(value, arrays[place], rtol=1e-10)]
        if not fits:
            return None
        taken.append(fits[-1])
    few = [(count, case[-1]) for count, case in zip(taken, cases) if count < case[-1]]
    return Part(("fewer-steps",), {"taken": few[0][0], "asked": few[0][1]}) if few else None


# Which parameters may share what only some of them do: W1, b1, W2 and b2 by their places.
SHARING = ((0, 1, 2, 3), (0, 2), (1, 3), (0, 1), (2, 3), (0,), (1,), (2,), (3,))


def _of_two_steps(cases, place, values, walks):
    """Read off the second step what is kept of the first, or how the learning rate changes."""
    number = next(n for n, case in enumerate(cases) if case[-1] == 2)
    before, middle, after = walks[number]
    step = values[number] - middle[place]
    first, second = middle[place] - before[place], after[place] - middle[place]
    kept = factor_between(step - second, first, LEAST_EXACT)
    share = factor_between(step, second, LEAST_EXACT)
    for kind, number in (("momentum", kept), ("rate", share)):
        plain = 1 if kind == "rate" else 0
        if number is None or not np.isfinite(number) or abs(number - plain) < LEAST_EXACT:
            continue
        number = round(number, 6)
        for rule in _rules(kind, number):
            for sharing in SHARING:
                if place in sharing and all(
                    _same(value, trained[place])
                    for value, trained in zip(
                        values, _otherwise(tuple(cases), kind, number, rule, sharing)
                    )
                ):
                    if kind == "rate":
                        return Part(("rate-changes",), {"share": f"{number:.4g}"})
                    if number == 1:
                        return Part(("sums-not-reset",))
                    return Part(("momentum",), {"share": f"{number:.4g}"})
    return None


def _rules(kind, share):
    if kind == "momentum":
        return ("",)
    if share <= 0:
        return ()
    return [rule for rule in RULES if share < 1 or rule not in SHRINKING]


# How a learning rate goes on if the second step has `share` of the first: step t of `steps`. Those of
# SHRINKING are no rules for a rate that grows.
RULES: dict[str, Callable[[float, int, int], float]] = {
    "power": lambda share, t, steps: share**t,
    "reciprocal": lambda share, t, steps: 1 / (1 + (1 / share - 1) * t),
    "root": lambda share, t, steps: 1 / np.sqrt(1 + (1 / share**2 - 1) * t),
    "down to 0": lambda share, t, steps: 1 - (1 - share) * 2 * t / steps,
    "line": lambda share, t, steps: 1 + (share - 1) * t,
}
SHRINKING = {"reciprocal", "root", "down to 0"}


@lru_cache(maxsize=64)
def _otherwise(cases, kind, number, rule, sharing):
    return [_train_otherwise(case, kind, number, rule, sharing) for case in cases]


def _train_otherwise(case, kind, number, rule, sharing):
    X, Y, *arrays, learning_rate, steps = case
    arrays, kept = list(arrays), [0.0] * 4
    for t in range(steps):
        slopes = _slopes(arrays, X, Y, half_squared_error)
        for place in range(4):
            rate = learning_rate
            if place in sharing and kind == "momentum":
                kept[place] = number * kept[place] + slopes[place]
            elif place in sharing and kind == "mean":
                kept[place] = (1 - number) * kept[place] + number * slopes[place]
            elif place in sharing and kind == "plain":
                kept[place] = number * slopes[place]
            else:
                kept[place] = slopes[place]
            if place in sharing and kind == "rate":
                rate = learning_rate * RULES[rule](number, t, steps)
            arrays[place] = arrays[place] - rate * kept[place]
    return arrays


@lru_cache(maxsize=32)
def _paths(cases):
    return [_path(*case) for case in cases]


def _path(X, Y, W1, b1, W2, b2, *_):
    activations = forward((W1, b1, W2, b2), X)
    return BackwardPath(X, Y, activations.out_h, activations.out_y, W2)


class _Stale:
    """Go on along the gradient that was found at the start of each training."""

    def __init__(self):
        self.slopes = None

    def __call__(self, arrays, X, Y, distance):
        if self.slopes is None:
            self.slopes = _slopes(arrays, X, Y, half_squared_error)
        return tuple(array + distance * slope for array, slope in zip(arrays, self.slopes))


# --- predictions ----------------------------------------------------------------------------------

mistake(
    "not-thresholded",
    "The outputs are returned in place of labels.",
    "these are the outputs; a label is 0 or 1",
    "From which output on is the label 1?",
)
mistake(
    "wrong-threshold",
    "The threshold is wrong.",
    "the label is 1 where the output is above a threshold between {low} and {high}; asked for is "
    "one half",
    "Between which two numbers do the outputs lie, and what is half-way?",
    "What do you compare with the threshold: an activation or a pre-activation?",
)
mistake(
    "moving-threshold",
    "The threshold is made from the outputs.",
    "the threshold is the {which} of the outputs; asked for is one half",
    "Should the label of one example depend on which others are there?",
)
mistake(
    "largest-output",
    "The largest output is looked for.",
    "this tells which output of each example is the largest; asked for is a label for each output",
    "How many labels does one example have if the network has three outputs?",
)
own_words(
    exercises.predict,
    "all-ones",
    "every label is 1, though many outputs are below one half",
    "Between which two numbers do your outputs lie? Print a few of them.",
    "From which output on is the label 1?",
)
own_words(
    exercises.predict,
    "all-zero",
    "every label is 0, though many outputs are above one half",
    "From which output on is the label 1?",
    "Which of your operations could turn numbers into 0, such as one that cuts off digits?",
)
for _code, _message in (
    ("doubled", "2 stands in the place of 1"),
    ("scaled", "{factor} stands in the place of 1"),
    ("sign-flipped", "-1 stands in the place of 1"),
):
    own_words(exercises.predict, _code, _message, "Which two numbers stand in Y?")
own_words(
    exercises.predict,
    "one-output",
    "only the {which} output has labels; each output has a label of its own",
    "How many outputs does the network have for each example?",
)
own_words(
    exercises.train,
    "weight-decay",
    "the parameters times {share} are added to the gradient; this belongs to a penalty on large "
    "weights, which the loss of this course does not have",
    "Does the loss that you differentiate hold the weights themselves?",
)
own_words(
    exercises.train,
    "one-bias",
    "every entry of an array moves by the same amount, by {which}; each has a derivative of its own",
    "How many numbers does the gradient of this array hold?",
)
for _code, _message in (
    ("tanh-activation", "the labels of a network with tanh units; the units are sigmoids"),
    ("missing-sigmoid", "the labels of a network whose hidden layer has no sigmoid"),
    ("sign-of-exponent", "the labels of a network whose hidden units fall where a sigmoid rises"),
    ("sigmoid-twice", "the labels of a network in which the sigmoid is applied twice"),
    ("other-activation", "the labels of a network with {which} in the place of the sigmoid"),
    ("parentheses", "the labels of a network whose hidden units are one plus an exponential"),
):
    own_words(
        exercises.predict,
        _code,
        _message,
        "Are the outputs right from which your labels are made? Compare them with those of your "
        "forward propagation.",
    )


@wrong_values(exercises.predict)
def instead_of_predict(
    compute: Callable,
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
) -> WrongValues:
    labels = np.asarray(compute(X, W1, b1, W2, b2), dtype=float)
    out_y = forward((W1, b1, W2, b2), X).out_y
    net_h = layer(W1, b1, X)
    largest = np.argmax(out_y, axis=0)
    shares = np.exp(pre_activation(out_y))
    found: list = [
        ("not-thresholded", out_y),
        ("inverted", 1 - labels),
        ("plus-minus-one", 2 * labels - 1),
        (Part(("one-output",), {"which": "first"}), labels[:1]),
        (Part(("one-output",), {"which": "first"}), labels[0]),
        (Part(("one-output",), {"which": "last"}), labels[-1:]),
        ("largest-output", largest),
        ("largest-output", largest[None]),
        ("largest-output", np.eye(len(out_y))[:, largest]),
        (
            Part(("other-activation",), {"which": "a softmax over the outputs"}),
            shares / shares.sum(axis=0) > 0.5,
        ),
    ]
    for code, factor in (("missing-bias", 0), ("subtracted-bias", -1)):
        for first, second in ((factor, factor), (1, factor), (factor, 1)):
            found.append((code, compute(X, W1, first * b1, W2, second * b2)))
    for part, unit in UNITS:
        net_y = layer(W2, b2, unit(net_h))
        found.append((part, net_y > 0))
        if "sign-of-exponent" in part.codes:
            found.append((part, net_y < 0))  # in both layers
    for which, middle in (("mean", np.mean), ("median", np.median)):
        part = Part(("moving-threshold",), {"which": which})
        found += [(part, out_y > middle(out_y, axis=axis, keepdims=True)) for axis in (None, 0, 1)]
    return {"labels": [(part, np.asarray(value, dtype=float)) for part, value in found]}


@error_pattern(exercises.predict)
def find_the_threshold(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """All outputs above some number have the label 1, and all below it the label 0."""
    outputs = np.concatenate([forward(case[1:], case[0]).out_y.ravel() for case in cases])
    labels = np.concatenate([np.ravel(value) for value in values])
    if set(labels) != {0.0, 1.0}:
        return None
    low, high = np.max(outputs[labels == 0]), np.min(outputs[labels == 1])
    if low >= high:
        return None
    return Part(("wrong-threshold",), {"low": f"{low:.4g}", "high": f"{high:.4g}"})
