"""The small data sets of the course, with the examples in columns."""

from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np

Arrays: TypeAlias = tuple[np.ndarray, ...]

DATA = Path(__file__).with_name("data")


def xor() -> tuple[np.ndarray, np.ndarray]:
    """Return all four cases of the exclusive or of two inputs.

    Returns
    -------
    X : ndarray
        The inputs (2, 4), 0 or 1.
    Y : ndarray
        The targets (1, 4), 0 or 1.
    """
    X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    Y = np.array([[0.0, 1.0, 1.0, 0.0]])
    return X, Y


def three_inputs() -> tuple[np.ndarray, np.ndarray]:
    """Return the exclusive or of the first two of three inputs; the third is always 1.

    The third input serves as a bias.

    Returns
    -------
    X : ndarray
        The inputs (3, 4), 0 or 1.
    Y : ndarray
        The targets (1, 4), 0 or 1.

    References
    ----------
    The table of the chapter "Back Propagation for a Two layered Neural Network", IT (is) Explained.
    """
    X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    Y = np.array([[0.0, 1.0, 1.0, 0.0]])
    return X, Y


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return handwritten digits, 0 to 9, as images of 8 x 8 pixels.

    Returns
    -------
    X : ndarray
        The pixels (64, 1797): each column is one image, row by row, from 0 (paper) to 1 (ink).
    labels : ndarray
        The digits (1797,).
    held_out : ndarray
        True for every third image (1797,). No network is trained on these images.

    References
    ----------
    Source and licence: `data/README.md`.
    """
    pixels, labels = _stored("digits.npz", "pixels", "labels")
    held_out = np.arange(len(labels)) % 3 == 2
    return pixels.T / 16, labels.astype(int), held_out


def trained_digits() -> tuple[Arrays, Arrays, dict[int, np.ndarray]]:
    """Return the stored result of a training on `digits`, for use before you train a network.

    `python -m backprop_classroom.make_data` writes the file.

    Returns
    -------
    start, end : tuple of ndarray
        The parameters before and after training: W1 (30, 64), b1 (30, 1), W2 (10, 30), b2 (10, 1).
    histories : dict
        Maps the seed of a start to its history (3, epochs + 1). Its rows are the loss, the accuracy
        on the training images and the accuracy on the held-out images; its columns are the values
        before the first epoch and after each epoch.
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


def trained_deep() -> dict[str, np.ndarray]:
    """Return the stored results of training the deep network of lesson 7.

    `python -m backprop_classroom.make_data deep` writes the file.

    Returns
    -------
    dict
        "reads", (3, 599): for three starts, the predicted digits of the held-out images.
        "by_heart", (60, 3): for each epoch of training on partly wrong labels, the accuracy on the
        training images, on the validation images and on the held-out images.
    """
    names = ("reads", "by_heart")
    reads, by_heart = _stored("deep.npz", *names)
    return dict(zip(names, (reads.astype(int), by_heart.astype(float))))


@lru_cache
def _stored(file: str, *names: str) -> tuple[np.ndarray, ...]:
    with np.load(DATA / file, allow_pickle=False) as stored:
        arrays = tuple(stored[name] for name in names)
    for array in arrays:
        array.flags.writeable = False
    return arrays
