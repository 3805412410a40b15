"""Answers to lesson 6: right ones in many styles, wrong ones with their codes."""

import numpy as np

from backprop.exercises import find

from .answer import right, wrong
from .parts import backward, down, forward

# ================================================================ right: one_hot


@right("one_hot")
def one_hot_by_two_lists(labels):
    """Writes all ones at once, by their rows and columns, into whole numbers."""
    Y = np.zeros((10, labels.size), dtype=int)
    Y[labels, range(labels.size)] = 1
    return Y


@right("one_hot")
def one_hot_by_comparison(labels):
    """Compares a column of digits with a row of labels, which gives True and False."""
    return np.arange(10)[:, None] == labels


@right("one_hot")
def one_hot_in_a_loop(labels):
    """Loops over the pictures."""
    Y = np.zeros((10, len(labels)))
    for j in range(len(labels)):
        Y[labels[j], j] = 1.0
    return Y


@right("one_hot")
def one_hot_from_the_identity(labels):
    """Picks rows of the identity matrix and turns them into columns."""
    return np.eye(10)[labels].T


# ================================================================ right: accuracy


@right("accuracy")
def accuracy_as_a_mean(out_y, labels):
    """Takes the mean of a comparison."""
    return (out_y.argmax(axis=0) == labels).mean()


@right("accuracy")
def accuracy_counted(out_y, labels):
    """Counts in a loop and divides, which gives a plain float."""
    right_ones = 0
    for j in range(len(labels)):
        if int(np.argmax(out_y[:, j])) == labels[j]:
            right_ones += 1
    return right_ones / len(labels)


@right("accuracy")
def accuracy_by_the_largest(out_y, labels):
    """Asks whether the output of the right digit is the largest of its column."""
    chosen = out_y[labels, np.arange(labels.size)]
    return np.count_nonzero(chosen == out_y.max(axis=0)) / labels.size


# ================================================================ right: minibatches


@right("minibatches")
def batches_as_slices(m, size, rng):
    """Slices a permutation."""
    order = rng.permutation(m)
    return [order[i : i + size] for i in range(0, m, size)]


@right("minibatches")
def batches_by_shuffling_a_list(m, size, rng):
    """Shuffles a list of Python numbers and fills batch after batch."""
    numbers = list(range(m))
    rng.shuffle(numbers)
    batches = []
    while numbers:
        batches.append(numbers[:size])
        numbers = numbers[size:]
    return batches


@right("minibatches")
def batches_split_at_places(m, size, rng):
    """Sorts random numbers and splits their order, in a tuple."""
    return tuple(np.split(np.argsort(rng.random(m)), np.arange(size, m, size)))


@right("minibatches")
def small_batch_first(m, size, rng):
    """Deals what is left over first."""
    order = rng.choice(m, size=m, replace=False)
    rest = m % size
    batches = [order[:rest]] if rest else []
    return batches + [order[i : i + size] for i in range(rest, m, size)]


# ================================================================ right: train_digits


@right("train_digits")
def train_digits_plainly(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes batches of 16 and the rate 0.2."""
    parameters = W1, b1, W2, b2
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 16):
            parameters = _step(X, Y, parameters, order[first : first + 16], 0.2)
    return parameters


@right("train_digits")
def train_digits_by_fours(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes a step after every four pictures."""
    parameters = W1, b1, W2, b2
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(X.shape[1]), X.shape[1] // 4):
            parameters = _step(X, Y, parameters, batch, 0.3)
    return parameters


@right("train_digits")
def train_digits_with_momentum(X, Y, W1, b1, W2, b2, epochs, rng):
    """Divides the gradient by the batch size, and keeps some of the last step."""
    parameters = [array.copy() for array in (W1, b1, W2, b2)]
    speeds = [np.zeros_like(array) for array in parameters]
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 20):
            batch = order[first : first + 20]
            out_h, out_y = forward(X[:, batch], *parameters)
            slopes = backward(X[:, batch], Y[:, batch], out_h, out_y, parameters[2])
            for array, speed, gradient in zip(parameters, speeds, slopes):
                speed *= 0.8
                speed -= 0.6 * gradient / len(batch)
                array += speed
    return parameters


@right("train_digits")
def train_digits_on_cross_entropy(X, Y, W1, b1, W2, b2, epochs, rng):
    """Leaves the output slope out, which descends the cross-entropy, with a falling rate."""
    parameters = W1, b1, W2, b2
    for epoch in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 16):
            batch = order[first : first + 16]
            out_h, out_y = forward(X[:, batch], *parameters)
            slopes = backward(
                X[:, batch], Y[:, batch], out_h, out_y, parameters[2], output=np.ones_like
            )
            parameters = down(parameters, slopes, 0.1 * 0.95**epoch)
    return parameters


@right("train_digits")
def train_digits_with_stand_ins(X, Y, W1, b1, W2, b2, epochs, rng):
    """Has its own backward pass only, and the stand-in for the batches."""
    parameters = W1, b1, W2, b2
    for _ in range(epochs):
        for batch in find("minibatches")(X.shape[1], 16, rng):
            parameters = _step(X, Y, parameters, batch, 0.2)
    return parameters


def _step(X, Y, parameters, batch, rate):
    out_h, out_y = forward(X[:, batch], *parameters)
    slopes = backward(X[:, batch], Y[:, batch], out_h, out_y, parameters[2])
    return down(parameters, slopes, rate)


# ================================================================ wrong: one_hot


@wrong("one_hot", "transposed")
def one_hot_in_rows(labels):
    """Has one row for each picture."""
    return np.eye(10)[labels]


@wrong("one_hot", "rows-from-labels")
def one_hot_as_tall_as_the_labels(labels):
    """Makes as many rows as the largest label needs."""
    return np.eye(labels.max() + 1)[labels].T


@wrong("one_hot", "counted-from-one")
def one_hot_from_one(labels):
    """Takes the first row for the digit 1."""
    Y = np.zeros((10, labels.size))
    Y[labels - 1, np.arange(labels.size)] = 1
    return Y


@wrong("one_hot", "whole-rows")
def one_hot_in_whole_rows(labels):
    """Sets the rows of the labels, all columns of them."""
    Y = np.zeros((10, labels.size))
    Y[labels] = 1
    return Y


@wrong("one_hot", "not-one-hot")
def label_where_the_one_should_be(labels):
    """Writes the label itself into its row."""
    Y = np.zeros((10, labels.size))
    Y[labels, np.arange(labels.size)] = labels
    return Y


@wrong("one_hot", "not-one-hot")
def labels_as_they_came(labels):
    """Makes a row of the labels."""
    return labels.reshape(1, -1)


@wrong("one_hot", "plus-minus-one")
def one_hot_with_minus_ones(labels):
    """Has targets of -1 and 1."""
    return 2.0 * (np.arange(10)[:, None] == labels) - 1


@wrong("one_hot", "inverted")
def one_cold(labels):
    """Has a 0 in the row of the label and a 1 elsewhere."""
    return (np.arange(10)[:, None] != labels).astype(float)


@wrong("one_hot", "wrong-return")
def one_hot_as_lists(labels):
    """Returns a list of lists."""
    return [[1 if digit == label else 0 for label in labels] for digit in range(10)]


# ================================================================ wrong: accuracy


@wrong("accuracy", "share-wrong")
def error_rate(out_y, labels):
    """Returns the share that is wrong."""
    return np.mean(out_y.argmax(axis=0) != labels)


@wrong("accuracy", "not-a-share")
def count_of_right(out_y, labels):
    """Returns how many are right."""
    return np.sum(out_y.argmax(axis=0) == labels)


@wrong("accuracy", "not-a-share", "scaled")
def right_in_percent(out_y, labels):
    """Returns a percentage."""
    return 100 * np.mean(out_y.argmax(axis=0) == labels)


@wrong("accuracy", "output-by-output")
def entries_right(out_y, labels):
    """Rounds every output and compares it with its target."""
    return np.mean(np.round(out_y) == (np.arange(10)[:, None] == labels))


@wrong("accuracy", "output-by-output")
def columns_right_after_rounding(out_y, labels):
    """Wants exactly the right output above one half."""
    targets = np.arange(10)[:, None] == labels
    return np.mean(np.all((out_y > 0.5) == targets, axis=0))


@wrong("accuracy", "largest-of-all")
def one_answer_for_all(out_y, labels):
    """Forgets the axis: one place for the whole array."""
    return np.mean(np.argmax(out_y) == labels)


@wrong("accuracy", "crashed")
def largest_along_the_examples(out_y, labels):
    """Looks for the largest output along the pictures."""
    return np.mean(np.argmax(out_y, axis=1) - labels == 0)


@wrong("accuracy", "not-averaged")
def right_or_wrong_for_each(out_y, labels):
    """Returns the comparison, without a mean."""
    return out_y.argmax(axis=0) == labels


# ================================================================ wrong: minibatches


@wrong("minibatches", "not-shuffled")
def batches_in_order(m, size, rng):
    """Cuts the numbers as they come."""
    return [np.arange(first, min(first + size, m)) for first in range(0, m, size)]


@wrong("minibatches", "not-shuffled")
def shuffled_inside_the_batches(m, size, rng):
    """Cuts first and shuffles each batch."""
    return [rng.permutation(np.arange(i, min(i + size, m))) for i in range(0, m, size)]


@wrong("minibatches", "not-shuffled")
def batches_shuffled_as_wholes(m, size, rng):
    """Cuts first and shuffles the order of the batches."""
    batches = [np.arange(i, min(i + size, m)) for i in range(0, m, size)]
    return [batches[place] for place in rng.permutation(len(batches))]


@wrong("minibatches", "not-shuffled")
def batches_of_one_in_order(m, size, rng):
    """Shuffles, but takes single examples as they come."""
    order = rng.permutation(m) if size > 1 else np.arange(m)
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "last-batch-dropped")
def only_full_batches(m, size, rng):
    """Leaves out what does not fill a batch."""
    order = rng.permutation(m)
    return [order[i * size : (i + 1) * size] for i in range(m // size)]


@wrong("minibatches", "not-each-once")
def batches_drawn_with_replacement(m, size, rng):
    """Draws each batch by itself, so that examples come twice or never."""
    return [rng.integers(m, size=min(size, m - i)) for i in range(0, m, size)]


@wrong("minibatches", "not-each-once")
def shuffled_anew_for_each_batch(m, size, rng):
    """Shuffles anew for every batch."""
    return [rng.permutation(m)[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "no-such-example")
def numbers_from_one(m, size, rng):
    """Counts the examples from 1 to m."""
    order = rng.permutation(m) + 1
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "wrong-batch-size")
def size_taken_for_the_count(m, size, rng):
    """Makes `size` batches."""
    return np.array_split(rng.permutation(m), size)


@wrong("minibatches", "wrong-batch-size")
def batches_of_even_sizes(m, size, rng):
    """Spreads what is left over evenly."""
    return np.array_split(rng.permutation(m), -(-m // size))


@wrong("minibatches", "same-order-again")
def generator_of_its_own(m, size, rng):
    """Makes a generator with a fixed seed inside."""
    order = np.random.default_rng(0).permutation(m)
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "not-repeatable")
def global_random_numbers(m, size, rng):
    """Shuffles with numpy's global generator."""
    order = np.random.permutation(m)
    return [order[i : i + size] for i in range(0, m, size)]


@wrong("minibatches", "wrong-return")
def one_array_of_numbers(m, size, rng):
    """Returns the shuffled numbers in one array."""
    return rng.permutation(m)


@wrong("minibatches", "wrong-return")
def batches_one_after_the_other(m, size, rng):
    """Yields the batches instead of returning a list."""
    order = rng.permutation(m)
    for first in range(0, m, size):
        yield order[first : first + size]


@wrong("minibatches", "wrong-return")
def batches_by_number(m, size, rng):
    """Returns the batches in a dict."""
    order = rng.permutation(m)
    return {str(i): order[i : i + size] for i in range(0, m, size)}


# ================================================================ wrong: train_digits


def _digits_trained(X, Y, parameters, epochs, rng, rate=0.2, size=16, slopes=None):
    slopes = slopes or backward
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), size):
            batch = order[first : first + size]
            out_h, out_y = forward(X[:, batch], *parameters)
            moved = slopes(X[:, batch], Y[:, batch], out_h, out_y, parameters[2])
            parameters = down(parameters, moved, rate)
    return parameters


@wrong("train_digits", "too-few-right")
def digits_with_a_tiny_rate(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes steps that are too short."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, rate=0.001)


@wrong("train_digits", "all-alike", "too-few-right")
def digits_all_in_one_batch(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes all pictures in one batch, with the rate of a small one."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, size=X.shape[1])


@wrong("train_digits", "all-alike")
def digits_with_a_huge_rate(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes steps that are much too long."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, rate=20.0)


@wrong("train_digits", "loss-rose")
def digits_uphill(X, Y, W1, b1, W2, b2, epochs, rng):
    """Adds the gradient instead of subtracting it."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, rate=-0.2)


@wrong("train_digits", "epochs-ignored")
def digits_for_twenty_epochs_always(X, Y, W1, b1, W2, b2, epochs, rng):
    """Has the number of epochs typed in."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), 20, rng)


@wrong("train_digits", "not-updated")
def digits_returned_as_they_came(X, Y, W1, b1, W2, b2, epochs, rng):
    """Gives the trained weights other names and returns the old ones."""
    trained = _digits_trained(X, Y, (W1, b1, W2, b2), min(epochs, 1), rng)
    return W1, trained[1], W2, trained[3]


@wrong("train_digits", "too-few-right", "dead-output", "all-alike")
def digits_with_targets_of_others(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes the columns of the batch from X, and the first columns from Y."""
    parameters = W1, b1, W2, b2
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 16):
            batch = order[first : first + 16]
            out_h, out_y = forward(X[:, batch], *parameters)
            slopes = backward(X[:, batch], Y[:, : len(batch)], out_h, out_y, parameters[2])
            parameters = down(parameters, slopes, 0.2)
    return parameters


@wrong("train_digits", "not-repeatable")
def digits_in_an_order_of_their_own(X, Y, W1, b1, W2, b2, epochs, rng):
    """Shuffles with a generator that has no seed."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), min(epochs, 1), np.random.default_rng())


@wrong("train_digits", "mutates-input")
def digits_in_place(X, Y, W1, b1, W2, b2, epochs, rng):
    """Subtracts from the arrays of the caller."""
    trained = _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng)
    for array, new in zip((W1, b1, W2, b2), trained):
        array[...] = new
    return W1, b1, W2, b2


@wrong("train_digits", "not-implemented")
def digits_with_the_numerical_gradient(X, Y, W1, b1, W2, b2, epochs, rng):
    """Lets the stand-in compute the gradient."""
    return _digits_trained(X, Y, (W1, b1, W2, b2), epochs, rng, slopes=find("backward_propagation"))


@wrong("train_digits", "wrong-shape")
def digits_transposed(X, Y, W1, b1, W2, b2, epochs, rng):
    """Returns the weights of rows."""
    return [array.T for array in (W1, b1, W2, b2)]


@wrong("train_digits", "not-finite")
def digits_as_nothing(X, Y, W1, b1, W2, b2, epochs, rng):
    """Divides by the number of epochs that are left, which is 0 in the end."""
    with np.errstate(all="ignore"):
        return [array / (epochs - epochs) for array in (W1, b1, W2, b2)]


@wrong("train_digits", "wrong-return")
def digits_with_a_history(X, Y, W1, b1, W2, b2, epochs, rng):
    """Returns a list of losses as well."""
    return W1, b1, W2, b2, [0.0] * epochs


@wrong("train_digits", "dead-output")
def digits_with_too_much_momentum(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes momentum and a rate that is too large for it."""
    parameters, speeds = [W1, b1, W2, b2], [0, 0, 0, 0]
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 20):
            batch = order[first : first + 20]
            out_h, out_y = forward(X[:, batch], *parameters)
            slopes = backward(X[:, batch], Y[:, batch], out_h, out_y, parameters[2])
            speeds = [0.9 * speed - 0.02 * slope for speed, slope in zip(speeds, slopes)]
            parameters = [array + speed for array, speed in zip(parameters, speeds)]
    return parameters


# ================================================================ wrong: counts, masks, loops


@wrong("one_hot", "first-picture-only")
def one_hot_of_the_first(labels):
    """Returns inside the loop."""
    Y = np.zeros((10, labels.size))
    for place, label in enumerate(labels):
        Y[label, place] = 1
        return Y


@right("one_hot")
def one_hot_as_a_matrix(labels):
    """Returns a numpy matrix."""
    return np.asmatrix(np.eye(10)[:, labels])


@wrong("one_hot", "wrong-return")
def one_hot_as_complex_numbers(labels):
    """Returns complex numbers."""
    return np.eye(10, dtype=complex)[:, labels]


@wrong("accuracy", "wrong-denominator")
def count_divided_by_the_outputs(out_y, labels):
    """Divides by the number of rows."""
    return sum(out_y.argmax(axis=0) == labels) / out_y.shape[0]


@wrong("accuracy", "wrong-denominator")
def count_divided_by_all_outputs(out_y, labels):
    """Divides by the number of all outputs."""
    return np.count_nonzero(np.argmax(out_y, 0) == labels) / np.size(out_y)


@wrong("accuracy", "wrong-denominator")
def count_divided_by_one_less(out_y, labels):
    """Divides by the number of the last picture."""
    return np.count_nonzero(np.argmax(out_y, 0) == labels) / max(len(labels) - 1, 1)


@wrong("accuracy", "wrong-denominator")
def errors_divided_by_the_outputs(out_y, labels):
    """Counts the errors and divides by the number of rows."""
    return np.count_nonzero(np.argmax(out_y, 0) != labels) / len(out_y)


@wrong("accuracy", "not-a-share")
def errors_in_percent(out_y, labels):
    """Returns the percentage of errors."""
    return 100 - 100 * np.mean(np.argmax(out_y, 0) == labels)


@wrong("accuracy", "one-picture-counted")
def accuracy_of_the_first(out_y, labels):
    """Returns inside the loop."""
    hits = 0
    for place, label in enumerate(labels):
        hits += np.argmax(out_y[:, place]) == label
        return hits / len(labels)


@wrong("accuracy", "all-zero")
def accuracy_in_whole_numbers(out_y, labels):
    """Drops what a division leaves over."""
    return np.sum(np.argmax(out_y, 0) == labels) // len(labels)


@wrong("minibatches", "masks")
def batches_as_masks(m, size, rng):
    """Returns for each batch which of the examples are in it."""
    order = rng.permutation(m)
    return [np.isin(np.arange(m), order[i : i + size]) for i in range(0, m, size)]


@wrong("minibatches", "wrong-return")
def batches_in_columns(m, size, rng):
    """Returns columns of numbers."""
    order = rng.permutation(m)[:, None]
    return [order[i : i + size] for i in range(0, m, size)]


# ================================================================ other marks, other comparisons


@wrong("one_hot", "rows-that-occur")
def rows_of_the_labels_that_occur(labels):
    """Compares with the labels that occur."""
    return (np.unique(labels)[:, None] == labels).astype(float)


@wrong("one_hot", "one-digit-less")
def nine_rows(labels):
    """Counts to nine."""
    return np.array([[float(label == digit) for label in labels] for digit in range(9)])


@wrong("one_hot", "columns-apart")
def stacks_columns(labels):
    """Makes an array of columns."""
    return np.array([np.eye(10)[:, [label]] for label in labels])


@wrong("one_hot", "other-marks")
def nearly_zero_and_one(labels):
    """Keeps away from 0 and 1, where the sigmoid never comes."""
    return np.where(np.arange(10)[:, None] == labels, 0.99, 0.01)


@wrong("accuracy", "other-comparison")
def smallest_output(out_y, labels):
    """Looks for the smallest output."""
    return np.mean(np.argmin(out_y, axis=0) == labels)


@wrong("accuracy", "other-comparison")
def last_picture_left_out(out_y, labels):
    """Loops up to the last picture, which is not counted."""
    right = sum(out_y[:, e].argmax() == labels[e] for e in range(len(labels) - 1))
    return right / len(labels)


@wrong("accuracy", "other-comparison")
def one_minus_the_mean_distance(out_y, labels):
    """Takes the digits for numbers that are near or far."""
    return 1 - np.mean(np.abs(np.argmax(out_y, axis=0) - labels))


@wrong("accuracy", "constant")
def nine_in_ten(out_y, labels):
    """Returns what was measured once."""
    return 0.9


@wrong("one_hot", "doubled")
def twos(labels):
    """Writes a 2."""
    return 2 * np.eye(10)[labels].T
