"""The small data sets of the course, examples in columns."""

from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np

Arrays: TypeAlias = tuple[np.ndarray, ...]

DATA = Path(__file__).with_name("data")


def xor() -> tuple[np.ndarray, np.ndarray]:
    """Return X (2, 4) and Y (1, 4): the exclusive or of two inputs, all four cases."""
    X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    Y = np.array([[0.0, 1.0, 1.0, 0.0]])
    return X, Y


def three_inputs() -> tuple[np.ndarray, np.ndarray]:
    """Return X (3, 4) and Y (1, 4): exclusive or of the first two inputs, third always 1.

    The third input does the work of a bias. Source: the table of the chapter
    "Back Propagation for a Two layered Neural Network", IT (is) Explained.
    """
    X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    Y = np.array([[0.0, 1.0, 1.0, 0.0]])
    return X, Y


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return X (64, 1797), labels (1797,) and held_out (1797,): handwritten digits, 0 to 9.

    A column of X is a picture of 8 x 8 pixels, row by row, from 0 (paper) to 1 (ink).
    `held_out` is True for the third that no network may learn from: every third picture.
    Source and licence: `data/README.md`.
    """
    pixels, labels = _stored("digits.npz", "pixels", "labels")
    held_out = np.arange(len(labels)) % 3 == 2
    return pixels.T / 16, labels.astype(int), held_out


def trained_digits() -> tuple[Arrays, Arrays, dict[int, np.ndarray]]:
    """Return what a training on `digits` gave, for those who have not trained yet.

    Returns the start and the end, each W1 (30, 64), b1 (30, 1), W2 (10, 30), b2 (10, 1), and a
    dict from the seed of a start to its history: (3, epochs + 1), the loss, the share right of
    the pictures trained on, and the share right of those held out, before the first epoch and
    after each. `python -m backprop_classroom.make_data` makes the file.
    """
    start, end = (
        tuple(array.astype(float) for array in _stored("trained.npz", *names))
        for names in (
            ("W1_start", "b1_start", "W2_start", "b2_start"),
            ("W1", "b1", "W2", "b2"),
        )
    )
    seeds, histories = _stored("trained.npz", "seeds", "histories")
    by_seed = {int(seed): history for seed, history in zip(seeds, histories.astype(float))}
    return start, end, by_seed


@lru_cache
def _stored(file: str, *names: str) -> tuple[np.ndarray, ...]:
    with np.load(DATA / file, allow_pickle=False) as stored:
        arrays = tuple(stored[name] for name in names)
    for array in arrays:
        array.flags.writeable = False
    return arrays
