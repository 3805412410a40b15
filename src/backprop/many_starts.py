"""Train many small networks at once, with a function that was written for one (lesson 4).

The networks are placed side by side and treated as one large network. The weights between two of
them are kept at 0, so that the networks do not affect each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np

from .exercises import no_stand_in
from .long_loops import stoppable
from .network import Parameters, draw_parameters, forward, half_squared_error

SECONDS = 60  # CPU seconds after which no new group is started
GROUP, SMALL_GROUP = 50, 4  # networks that are trained at once
FEW = 20  # networks that are trained if the functions are slow


@dataclass(frozen=True)
class ManyTrained:
    """Networks before and after training.

    Attributes
    ----------
    before, after
        The weights W1[0, 0] and W1[0, 1] of each network, (networks, 2): the weights to hidden unit
        0 from inputs 0 and 1.
    outputs
        The outputs of each network for the examples after training, (networks, m).
    losses
        The loss of each network after training, (networks,).
    """

    before: np.ndarray
    after: np.ndarray
    outputs: np.ndarray
    losses: np.ndarray


def draw_group(rng: np.random.Generator, count: int) -> Parameters:
    """Draw n 2-2-1 networks as one network: W1 (2n, 2), b1 (2n, 1), W2 (n, 2n), b2 (n, 1).

    Output k has the hidden units 2k and 2k + 1; all other entries of W2 are 0.
    """
    W1, b1, W2, b2 = draw_parameters(rng, 2, 2 * count, count)
    return Parameters(W1, b1, W2 * weights_of_group(count), b2)


def weights_of_group(count: int) -> np.ndarray:
    """Return an array (n, 2n) for n networks: 1 where W2 has a weight, else 0."""
    return np.repeat(np.eye(count), 2, axis=1)


def train_group(
    train: Callable[..., Sequence[Any]],
    X: np.ndarray,
    Y: np.ndarray,
    group: Sequence[np.ndarray],
    *,
    rate: float,
    steps: int,
) -> Parameters:
    """Train a group of networks from `draw_group`, each as if it were alone.

    Parameters
    ----------
    train
        The student's function.
    X, Y
        Inputs (2, m) and targets (1, m), the same for each network.
    group
        W1, b1, W2, b2 as `draw_group` returns them.
    rate, steps
        The learning rate and the number of steps.
    """
    count = len(group[2])
    belongs, targets = weights_of_group(count), np.repeat(Y, count, axis=0)
    for _ in range(steps):
        W1, b1, W2, b2, _losses = train(X, targets, *group, rate, 1)
        group = W1, b1, W2 * belongs, b2  # entries between two networks stay 0
    return Parameters(*group)


def train_many(
    train: Callable[..., Sequence[Any]],
    X: np.ndarray,
    Y: np.ndarray,
    *,
    networks: int,
    rate: float,
    steps: int,
    uses: Sequence[object] = (),
) -> ManyTrained:
    """Train 2-2-1 networks from random starts, with a progress bar; the training can be stopped.

    Parameters
    ----------
    train, X, Y, rate, steps
        As for `train_group`.
    networks
        The number of networks, a multiple of 50. The starts are the same in each call.
    uses
        The functions that `train` calls. If one of them is a stand-in, only 20 networks are
        trained, since stand-ins are slow.
    """
    quick = no_stand_in(train, *uses)
    count, networks = (GROUP, networks) if quick else (SMALL_GROUP, FEW)
    rng, began = np.random.default_rng(0), process_time()
    before, after, outputs = [], [], []
    for _ in stoppable(range(networks // count), unit="group"):
        if process_time() - began > SECONDS:
            break
        group = draw_group(rng, count)
        ends = train_group(train, X, Y, group, rate=rate, steps=steps)
        before.append(group.W1[0::2])
        after.append(ends.W1[0::2])
        outputs.append(forward(ends, X).out_y)
    found = np.concatenate(outputs)
    losses = half_squared_error(found[:, None, :], Y)
    return ManyTrained(np.concatenate(before), np.concatenate(after), found, losses)
