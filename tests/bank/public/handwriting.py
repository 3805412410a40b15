"""Answers that people gave to the exercises of the lesson `handwriting`."""

import random

import numpy as np

from ..answer import public_right as right
from ..answer import public_wrong as wrong

EYE = np.eye(10)


def sig(v):
    return 1 / (1 + np.exp(-np.clip(v, -500, 500)))


@wrong("one_hot", "crashed")
def flat_index(labels):
    """The two indices are exchanged."""
    Y = np.zeros((10, len(labels)))
    Y[np.arange(len(labels)), labels] = 1
    return Y


@wrong("one_hot", "transposed")
def transposed(labels):
    """Rows for pictures."""
    return np.eye(10)[np.asarray(labels).reshape(-1)]


@wrong("one_hot", "plus-minus-one")
def minus_one(labels):
    """Targets -1 and 1."""
    Y = -np.ones((10, len(labels)))
    Y[labels, range(len(labels))] = 1
    return Y


@wrong("accuracy", "crashed", "wrong-value")
def axis_accuracy(out_y, labels):
    """Argmax along the pictures."""
    return np.mean(np.argmax(out_y, axis=1) == labels)


@wrong("accuracy", "wrong-denominator")
def len_accuracy(out_y, labels):
    """Divided by the ten outputs, not by the pictures."""
    guess = out_y.argmax(0)
    return np.sum(guess == labels) / len(out_y)


@wrong("minibatches", "wrong-batch-size")
def empty_last(m, size, rng):
    """An empty batch at the end where the sizes divide."""
    p = rng.permutation(m)
    full = m // size
    batches = [p[k * size : (k + 1) * size] for k in range(full)]
    batches.append(p[full * size :])
    return batches


@wrong("minibatches", "last-batch-dropped", "not-each-once")
def replacement(m, size, rng):
    """Drawn with replacement."""
    return [rng.integers(0, m, size=size) for _ in range(m // size)]


@wrong("minibatches", "not-repeatable")
def draws_from_the_global_generator(m, size, rng):
    """The global generator."""
    order = np.arange(m)
    np.random.shuffle(order)
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "not-repeatable")
def random_module(m, size, rng):
    """Python's own generator."""
    order = list(range(m))
    random.shuffle(order)
    return [np.array(order[i : i + size]) for i in range(0, m, size)]


@wrong("minibatches", "wrong-batch-size")
def number_of_batches(m, size, rng):
    """Array_split makes batches of nearly equal size."""
    return np.array_split(rng.permutation(m), m // size + 1)


@wrong("minibatches", "wrong-return")
def pairs(m, size, rng):
    """Pairs of batches, with two orders."""
    a, b = rng.permutation(m), rng.permutation(m)
    return [(a[i : i + size], b[i : i + size]) for i in range(0, m, size)]


@right("one_hot")
def onehot_numpy(labels):
    """A comparison with the numbers 0 to 9."""
    return (labels[..., None] == np.arange(10)[None]).astype(np.float64).T


@right("one_hot")
def onehot_eye(labels):
    """Columns of a global identity matrix."""
    return EYE[:, labels]


@right("minibatches")
def mb_shuffle(m, size, rng):
    """Lists of ints."""
    numbers = [*range(m)]
    rng.shuffle(numbers)
    return [numbers[k : k + size] for k in range(0, m, size)]


@wrong("one_hot", "transposed")
def onehot_global(labels):
    """Rows for pictures (the global identity matrix is harmless)."""
    return EYE[labels]


@right("train_digits")
def train_digits_right(X, Y, W1, b1, W2, b2, epochs, rng):
    """Template."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    m, size, rate = X.shape[1], 16, 0.2
    for _ in range(epochs):
        p = rng.permutation(m)
        q = p
        for k in range(0, m, size):
            x, y = X[:, p[k : k + size]], Y[:, q[k : k + size]]
            h = sig(W1 @ x + b1)
            o = sig(W2 @ h + b2)
            d2 = (o - y) * o * (1 - o)
            d1 = (W2.T @ d2) * h * (1 - h)
            W1 -= rate * d1 @ x.T
            W2 -= rate * d2 @ h.T
            b1 -= rate * d1.sum(1, keepdims=True)
            b2 -= rate * d2.sum(1, keepdims=True)
    return W1, b1, W2, b2
