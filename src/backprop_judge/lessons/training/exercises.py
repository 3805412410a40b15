"""Lesson 4: training with gradient descent."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from backprop.datasets import xor
from backprop.differentiate import gradient
from backprop.network import Parameters, draw_parameters, forward, half_squared_error

from ...exercise import Values, drawn_until, exercise, manual_exercise
from ..forward_pass.exercises import SIZES, XOR, draw_examples

LESSON = "04_training"

PARAMETERS = {"W1": "(n_h, n_x)", "b1": "(n_h, 1)", "W2": "(n_y, n_h)", "b2": "(n_y, 1)"}


def loss_and_gradient(
    parameters: Parameters, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, Parameters]:
    """Return the loss of a network and its gradient as `Parameters`, by the complex step.

    Parameters
    ----------
    parameters
        The network; its arrays may have a leading axis for several networks.
    X, Y
        Inputs (n_x, m) and targets (n_y, m).
    """

    def loss(*parameters: np.ndarray) -> np.ndarray:
        return half_squared_error(forward(Parameters(*parameters), X).out_y, Y)

    copies = parameters[0].ndim - 2
    return loss(*parameters), Parameters(*gradient(loss, *parameters, copies=copies))


def descend(
    parameters: Parameters,
    X: np.ndarray,
    Y: np.ndarray,
    learning_rate: float | np.ndarray,
    steps: int,
) -> tuple[Parameters, list[np.ndarray]]:
    """Return the parameters after gradient descent, and the loss before each step.

    Parameters
    ----------
    parameters, X, Y
        As for `loss_and_gradient`.
    learning_rate
        One number, or an array (networks, 1, 1) with one number for each network.
    steps
        The number of steps.
    """
    losses = []
    for _ in range(steps):
        loss, slopes = loss_and_gradient(parameters, X, Y)
        losses.append(loss)
        parameters = moved(parameters, slopes, -learning_rate)
    return parameters, losses


def moved(
    parameters: Iterable[np.ndarray],
    direction: Iterable[np.ndarray],
    distance: float | np.ndarray,
) -> Parameters:
    """Return `parameters + distance * direction` as `Parameters`."""
    return Parameters(*(p + distance * d for p, d in zip(parameters, direction)))


def _steps(rng: np.random.Generator) -> Iterator[tuple]:
    for n_x, n_h, n_y, _ in SIZES:
        parameters = draw_parameters(rng, n_x, n_h, n_y)
        slopes = draw_parameters(rng, n_x, n_h, n_y)
        yield (*parameters, *slopes, float(rng.uniform(0.1, 0.9)))


@exercise(LESSON, points=1, returns=PARAMETERS, cases=_steps, xor=XOR)
def update_parameters(
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    dW1: np.ndarray,
    db1: np.ndarray,
    dW2: np.ndarray,
    db2: np.ndarray,
    learning_rate: float,
) -> tuple[np.ndarray, ...]:
    """Return the parameters after one step of gradient descent."""
    return tuple(moved((W1, b1, W2, b2), (dW1, db1, dW2, db2), -learning_rate))


# Sizes for trainings of a single step, which reveal the gradient that an answer uses.
ONE_STEP = ((3, 4, 2, 5), (4, 2, 3, 1))


# The loss of this training is tiny, so that a loop that stops at a small loss stops too early.
SETTLED = (3, 4, 2, 5)


# A training of one step whose gradients all have an entry of at least LARGE, to detect clipping.
STEEP = (3, 4, 2, 80)
LARGE = 6.0


def _draw_steep(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Parameters]:
    n_x, n_h, n_y, m = STEEP
    X, Y = rng.uniform(0, 4, size=(n_x, m)), rng.uniform(0.05, 0.2, size=(n_y, m))
    W1, b1, W2, b2 = draw_parameters(rng, n_x, n_h, n_y)
    return X, Y, Parameters(W1 / 4, b1, 2 * W2, b2)


def _is_steep(drawn: tuple[np.ndarray, np.ndarray, Parameters]) -> bool:
    X, Y, parameters = drawn
    _, slopes = loss_and_gradient(parameters, X, Y)
    return min(np.max(np.abs(slope)) for slope in slopes) >= LARGE


def _trainings(rng: np.random.Generator) -> Iterator[tuple]:
    several = zip((*SIZES, *ONE_STEP, SETTLED), (5, 3, 4, 2, *(1 for _ in ONE_STEP), 3))
    for (n_x, n_h, n_y, m), steps in several:
        X, Y = draw_examples(rng, n_x, n_y, m)
        parameters = draw_parameters(rng, n_x, n_h, n_y)
        if (n_x, n_h, n_y, m) == SETTLED and steps > 1:
            Y = forward(parameters, X).out_y + 1e-4 * rng.standard_normal(Y.shape)
        yield X, Y, *parameters, float(rng.uniform(0.2, 0.8)), steps
    X, Y, parameters = drawn_until(_is_steep, partial(_draw_steep, rng))
    yield X, Y, *parameters, float(rng.uniform(0.2, 0.8)), 1


@exercise(
    LESSON,
    points=3,
    returns={**PARAMETERS, "losses": "(steps,)"},
    order=(*PARAMETERS, "losses"),
    cases=_trainings,
    xor=XOR,
    may_use=frozenset({"forward_propagation", "loss", "backward_propagation", "update_parameters"}),
)
def train(
    X: np.ndarray,
    Y: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    learning_rate: float,
    steps: int,
) -> tuple[np.ndarray | list[np.ndarray], ...]:
    """Return the parameters after `steps` steps of gradient descent, and the loss before each."""
    parameters, losses = descend(Parameters(W1, b1, W2, b2), X, Y, learning_rate, steps)
    return *parameters, losses


def _predictions(rng: np.random.Generator) -> Iterator[tuple]:
    for n_x, n_h, n_y, _ in SIZES:
        # Many examples, some on each side of the threshold.
        X, _ = draw_examples(rng, n_x, n_y, 40)
        parameters = draw_parameters(rng, n_x, n_h, n_y)
        if n_y == 3:
            # All outputs are near one half, so that a slightly wrong threshold is detected.
            parameters = parameters._replace(W2=parameters.W2 / 20)
        middle = np.quantile(forward(parameters, X).net_y, 0.4, axis=1, keepdims=True)
        yield (X, *parameters._replace(b2=parameters.b2 - middle))


@exercise(
    LESSON,
    points=1,
    returns={"labels": "(n_y, m)"},
    cases=_predictions,
    may_use=frozenset({"forward_propagation"}),
)
def predict(
    X: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> np.ndarray:
    """Return 1 where an output is above one half, else 0."""
    out_y = forward(Parameters(W1, b1, W2, b2), X).out_y
    return np.argmin([abs(out_y - label) for label in (0, 1)], axis=0)


# `learning_rate` is judged on a fixed network: the initialization that the lesson uses, a fixed
# number of steps, and a threshold for the loss.
RATE_SEED = 3
RATE_STEPS = 1_000
SMALL_LOSS = 0.05


def rate_start() -> Parameters:
    """Return the initial `Parameters` for judging `learning_rate`: a 2-2-1 network, N(0, 1)."""
    return draw_parameters(np.random.default_rng(RATE_SEED), 2, 2, 1)


_RATES = {
    "crawls": "every step lowers the loss, but more than half of it is left at the end",
    "works": f"the loss ends below {SMALL_LOSS:g}",
    "diverges": "the loss ends higher than it began",
}


def _judge_rates(rates: Values) -> dict[str, str]:
    """Return for each wrong rate a message about the training on XOR with this rate."""
    messages: dict[str, str] = {}
    for name, rate in rates.items():
        if not (np.isfinite(rate) and rate > 0):
            messages[name] = (
                f"a learning rate must be a positive finite number; you return {rate:g}"
            )
    trained = [name for name in rates if name not in messages]
    if not trained:
        return messages
    for name, runs in zip(trained, _train_side_by_side([rates[name] for name in trained])):
        faults = [_fault_of_rate(name, rates[name], losses) for losses in runs]
        if all(faults):
            messages[name] = faults[0]
    return messages


# With very large rates, the result of the training depends on rounding errors, which differ
# between machines. Each rate is therefore tried several times with tiny changes, and is accepted if
# any of these runs behaves as required.
UNSEEN = 1e-12 * np.arange(16)


def _train_side_by_side(rates: Sequence[float]) -> np.ndarray:
    """Return the losses (rates, runs, steps) of networks trained from the same initialization."""
    several = np.multiply.outer(np.array(rates, dtype=float), 1 + UNSEEN)
    count = several.size
    start = Parameters(*(np.broadcast_to(p, (count, *p.shape)) for p in rate_start()))
    _, losses = descend(start, *xor(), several.reshape(count, 1, 1), RATE_STEPS)
    return np.transpose(losses).reshape(*several.shape, RATE_STEPS)


def _fault_of_rate(name: str, rate: float, losses: np.ndarray) -> str:
    """Return a message about a wrong rate, or "" if the rate fits its name."""
    first, last = losses[0], losses[-1]
    seen = _kind_of_rate(losses)
    if seen == name:
        return ""
    verdict = f"so this rate {seen}" if seen else "so this rate shows none of the three behaviours"
    return (
        f"this should be a rate with which {_RATES[name]}; with {rate:g} the loss went from "
        f"{first:.3f} to {last:.3f} in {RATE_STEPS:,} steps, {verdict}"
    )


def _kind_of_rate(losses: np.ndarray) -> str:
    """Return "crawls", "works" or "diverges", or "" if none of them applies."""
    first, last = losses[0], losses[-1]
    if last < SMALL_LOSS:
        return "works"
    if np.all(np.diff(losses) < 0) and last > first / 2:
        return "crawls"
    # A loss of nan counts as higher than the first loss.
    return "diverges" if last > first or np.isnan(last) else ""


def _once(rng: np.random.Generator) -> Iterator[tuple]:
    yield ()


@exercise(
    LESSON,
    points=2,
    returns={"crawls": "a number", "works": "a number", "diverges": "a number"},
    cases=_once,
    trial=_judge_rates,
)
def learning_rate() -> tuple[float, float, float]:
    """Return three rates: one that crawls, one that works, one that diverges."""
    raise NotImplementedError("many rates are right; they are judged by training with them")


stuck = manual_exercise("stuck", LESSON, points=2)
