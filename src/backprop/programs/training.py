"""The backward passes of the programs, and their training."""

from collections.abc import Callable, Sequence

import numpy as np

from ..differentiate import derivative, gradient
from ..network import Parameters, forward, half_squared_error, layer, sigmoid
from .choices import Program, examples, start


def numerical(
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    network: Parameters,
    X: np.ndarray,
    Y: np.ndarray,
) -> Parameters:
    """Return the gradient of a loss, differentiated numerically.

    Parameters
    ----------
    loss
        Takes out_y and Y (..., n_y, m), returns one number for each network.
    network
        W1, b1, W2, b2.
    X, Y
        Examples (n_x, m) and targets (n_y, m).

    Returns
    -------
    slopes : Parameters
        In the shapes of the network.
    """
    return Parameters(
        *gradient(lambda *moved: loss(forward(Parameters(*moved), X).out_y, Y), *network)
    )


def carry_back(delta_y: np.ndarray, network: Parameters, X: np.ndarray) -> Parameters:
    """Return the gradients that belong to an error of the output units, numerically.

    By the chain rule they are the derivatives of the sum of `delta_y * net_y`, in which `delta_y`
    is constant.

    Parameters
    ----------
    delta_y
        The derivative of the loss with respect to each pre-activation `net_y`, (n_y, m).
    network
        W1, b1, W2, b2.
    X
        Examples (n_x, m).

    Returns
    -------
    slopes : Parameters
        In the shapes of the network.
    """

    def weighted(*moved: np.ndarray) -> np.ndarray:
        W1, b1, W2, b2 = moved
        net_y = layer(W2, b2, sigmoid(layer(W1, b1, X)))
        return np.sum(delta_y * net_y, axis=(-2, -1))

    return Parameters(*gradient(weighted, *network))


def backward(program: Program, parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> Parameters:
    """Return the arrays that a program uses as its gradient, for networks of any size.

    Parameters
    ----------
    program
        The program; its `Backward` specifies where the slope is used, and the factor.
    parameters
        W1 (..., n_h, n_x), b1 (..., n_h, 1), W2 (..., n_y, n_h), b2 (..., n_y, 1).
    X, Y
        Examples (n_x, m) and targets (n_y, m).

    Returns
    -------
    slopes : Parameters
        The arrays that are subtracted (times the learning rate), in the shapes of the parameters.
        Those of the biases are 0 if the program has no biases.
    """
    values, way = forward(parameters, X), program.backward
    factor = way.factor / X.shape[-1] if way.mean else way.factor
    # The error of each output without and with the slope of the sigmoid.
    without = factor * derivative(lambda out: (out - Y) ** 2 / 2, values.out_y)
    sloped = without
    if way.slope_in:
        sloped = without * derivative(_with_slope_of_sigmoid, values.out_y)
    error = {place: sloped if place in way.slope_in else without for place in _PLACES}
    below = _rates_below(error=error["back"], W=parameters.W2, out=values.out_h)
    dW1, dW2 = (
        _rates_of_weights(error=one, inputs=seen)
        for one, seen in ((below, X), (error["dW2"], values.out_h))
    )
    if not program.biases:
        return Parameters(dW1, np.zeros_like(parameters.b1), dW2, np.zeros_like(parameters.b2))
    db1, db2 = (np.sum(one, axis=-1, keepdims=True) for one in (below, error["db2"]))
    return Parameters(dW1, db1, dW2, db2)


_PLACES = ("dW2", "db2", "back")
ONE = np.ones((1, 1))  # a step of 1 for one weight or one unit


def _with_slope_of_sigmoid(out: np.ndarray) -> np.ndarray:
    """Return a function of the activation whose derivative is the slope of the sigmoid."""
    return out * out * (0.5 - out / 3)


def _rates_below(*, error: np.ndarray, W: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Return the errors of the pre-activations (..., n, m) of the layer below.

    A pre-activation is linear in each activation below, so the difference after a step of 1 is
    exactly the derivative.
    """
    moved = layer(W[..., None], 0.0, ONE)  # (..., n_y, n_h, 1): the output units for each step
    pulls = np.add.reduce(error[..., None, :] * moved, axis=-3)
    return pulls * derivative(_with_slope_of_sigmoid, out)


def _rates_of_weights(*, error: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return the gradient of the weights (..., n, k) of a layer, also by steps of 1."""
    moved = layer(ONE, 0.0, inputs[..., None, :])  # (..., k, 1, m): a unit for each step
    slopes = np.add.reduce(error[..., None, :, :] * moved, axis=-1)
    return np.swapaxes(slopes, -2, -1)


def train(
    program: Program,
    parameters: Parameters | None = None,
    *,
    rate: float | None = None,
    steps: int | None = None,
    observe: Callable[[int, Parameters], None] | None = None,
) -> Parameters:
    """Return the parameters after training.

    Parameters
    ----------
    program
        The program.
    parameters
        The initial parameters, optionally with a leading axis; by default those of `start`.
    rate, steps
        The learning rate and the number of steps; by default those of the program.
    observe
        A function that is called with the number of steps so far and the parameters, before each
        step and after the last one.

    Returns
    -------
    last : Parameters
        The parameters after the last step, in the shapes of the initial ones.
    """
    X, Y = examples(program)
    parameters = start(program) if parameters is None else parameters
    if parameters.W1.ndim > 2:
        # Copies for each network: else numpy works on rows of four examples.
        several = parameters.W1.shape[:-2]
        X, Y = (_networks_last(np.broadcast_to(one, (*several, *one.shape))) for one in (X, Y))
    rate = program.rate if rate is None else rate
    steps = program.steps if steps is None else steps
    for step in range(steps):
        if observe:
            observe(step, parameters)
        slopes = backward(program, parameters, X, Y)
        parameters = Parameters(*(p - rate * d for p, d in zip(parameters, slopes)))
    if observe:
        observe(steps, parameters)
    return parameters


def path(
    program: Program,
    moments: Sequence[int],
    parameters: Parameters | None = None,
    *,
    rate: float | None = None,
) -> Parameters:
    """Return the parameters after certain numbers of steps.

    Parameters
    ----------
    program
        The program.
    moments
        The numbers of steps, in ascending order.
    parameters, rate
        As for `train`.

    Returns
    -------
    seen : Parameters
        Arrays with a leading axis, one entry for each number of steps.
    """
    wanted, seen = set(moments), []

    def observe(step: int, parameters: Parameters) -> None:
        if step in wanted:
            seen.append(parameters)

    train(program, parameters, rate=rate, steps=max(moments), observe=observe)
    return Parameters(*map(np.array, zip(*seen)))


def many(
    program: Program, networks: int, steps: int, rate: float | None = None, solved: float = 0.05
) -> np.ndarray:
    """Train many starts of a program at once.

    Parameters
    ----------
    program
        The program.
    networks
        The number of starts to draw.
    steps
        The maximum number of steps.
    rate
        The learning rate; by default that of the program.
    solved
        The loss below which a network is not trained any further.

    Returns
    -------
    ndarray
        The final half squared error of each network, (networks,).
    """
    # Once a large array has been freed, glibc keeps the freed memory of a step for the next one.
    np.empty(2_000_000)
    X, Y = examples(program)
    # In memory the axis of the networks is the last one, so that numpy works on long rows.
    parameters = Parameters(*map(_networks_last, start(program, networks)))
    ends, at_work = np.empty(networks), np.arange(networks)
    while True:
        losses = half_squared_error(forward(parameters, X).out_y, Y)
        ends[at_work] = losses
        going = losses > solved
        at_work = at_work[going]
        if steps <= 0 or not len(at_work):
            return ends
        parameters = Parameters(*(_networks_last(array[going]) for array in parameters))
        some = min(steps, 100)
        parameters = train(program, parameters, rate=rate, steps=some)
        steps -= some


def _networks_last(array: np.ndarray) -> np.ndarray:
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 0, -1)), -1, 0)
